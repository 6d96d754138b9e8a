import { best } from '../chunks.ts'
import type { Outline, Sentence } from '../outline.ts'
import { fitting, type Ask } from './rewriter.ts'

/** A list of the sentences that carry numbers, names and definitions, in document order. */
export function facts(outline: Outline, ask: Ask): string {
  const weighed = outline.sentences.map((sentence) => ({ ...sentence, score: factual(sentence) }))
  const most = ask.items ?? Math.min(14, Math.max(4, Math.ceil(weighed.length / 2)))
  const lines = [...new Set(best(weighed, most).map(({ text }) => `- ${text}`))]
  return fitting(lines, ask.maxChars, '\n')
}

function factual(sentence: Sentence): number {
  const kinds = new Set(sentence.keyTerms().map(({ kind }) => kind))
  const asks = /[?？؟]$/.test(sentence.text)
  return sentence.score * (1 + (kinds.has('number') ? 0.6 : 0) + (kinds.has('name') ? 0.4 : 0)) * (asks ? 0.2 : 1)
}
