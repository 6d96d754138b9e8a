import { best } from '../chunks.ts'
import type { Outline } from '../outline.ts'
import { fitting, type Ask } from './rewriter.ts'
import { writesWithoutBlanks } from '../language.ts'

/** The three to eight most central sentences (about a quarter of them), in document order. */
export function summary(outline: Outline, ask: Ask): string {
  const most = Math.min(8, Math.max(3, Math.round(outline.sentences.length / 4)))
  const texts = best(outline.sentences, most).map(({ text }) => text)
  return fitting(texts, ask.maxChars, writesWithoutBlanks(outline.language) ? '' : ' ')
}
