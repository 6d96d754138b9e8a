import { best, chunksOf, topicOf } from '../chunks.ts'
import type { Outline } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** An opening on the whole, then a heading with one to three points for each part. */
export function structuredSummary(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const opening = best(outline.sentences, outline.sentences.length > 6 ? 2 : 1)
  const rest = { ...outline, sentences: outline.sentences.filter((sentence) => !opening.includes(sentence)) }
  const chunks = rest.sentences.length > 0 ? chunksOf(rest, 6) : []
  const parts = chunks.map(({ topic, sentences }) => {
    const points = best(sentences, 3).map(({ text }) => `- ${text}`)
    return [topic === null || topic === outline.title ? words.keyPoints : topic, ...points].join('\n')
  })
  const head = [topicOf(outline) ?? words.overview, paragraph(opening, outline)].join('\n\n')
  return fitting([head, ...mergeUntitled(parts, words.keyPoints)], ask.maxChars, '\n\n')
}

/** Neighbouring parts that have no topic of their own share one heading. */
function mergeUntitled(parts: readonly string[], untitled: string): string[] {
  const merged: string[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (last?.startsWith(`${untitled}\n`) && part.startsWith(`${untitled}\n`)) {
      merged[merged.length - 1] = last + part.slice(untitled.length)
    } else merged.push(part)
  }
  return merged
}
