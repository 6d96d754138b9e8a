import { best } from '../chunks.ts'
import type { Outline } from '../outline.ts'

/** As many as a document of one page is about. */
const MOST = 6

/** A summary and the names, else words, that come most often, as JSON. */
export function entities(outline: Outline): string {
  const counts = new Map<string, number>()
  for (const sentence of outline.sentences) {
    for (const { text, kind } of sentence.keyTerms()) {
      if (kind !== 'number') counts.set(text, (counts.get(text) ?? 0) + (kind === 'name' ? 3 : 1))
    }
  }
  const names = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, MOST).map(([text]) => text)
  const summary = best(outline.sentences, 3).map(({ text }) => text).join(' ')
  return JSON.stringify({ summary, entities: names }, null, 2)
}
