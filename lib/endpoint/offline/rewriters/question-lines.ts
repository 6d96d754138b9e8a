import type { Outline } from '../outline.ts'
import { pairsOf } from './questions.ts'
import { fitting, type Ask } from './rewriter.ts'

/** `- Question: ... Answer: ...`, a pair to a line, the tags as they were asked for whatever the language. */
export function questionLines(outline: Outline, ask: Ask): string {
  const line = (text: string): string => text.replace(/\s+/g, ' ').trim()
  const lines = pairsOf(outline, ask).map(({ question, answer }) => `- Question: ${line(question)} Answer: ${line(answer)}`)
  return fitting(lines, ask.maxChars, '\n')
}
