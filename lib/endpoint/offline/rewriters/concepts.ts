import { best } from '../chunks.ts'
import type { Outline } from '../outline.ts'
import { facts } from './facts.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** The terms that most sentences name, each with what the document says about it; a list of facts where none recurs. */
export function concepts(outline: Outline, ask: Ask): string {
  const counts = new Map<string, number>()
  for (const sentence of outline.sentences) {
    for (const { text, kind } of sentence.keyTerms()) {
      if (kind !== 'number') counts.set(text, (counts.get(text) ?? 0) + (kind === 'name' ? 1.5 : 1))
    }
  }
  const terms = [...counts].filter(([, n]) => n >= 2).sort((a, b) => b[1] - a[1]).map(([term]) => term)
  const used = new Set<number>()
  const entries: string[] = []
  for (const term of terms) {
    if (entries.length >= (ask.items ?? 5)) break
    const about = outline.sentences.filter(({ text, index }) => text.includes(term) && !used.has(index))
    if (about.length === 0) continue
    const told = best(about, 3)
    for (const { index } of told) used.add(index)
    entries.push(`${term}\n${paragraph(told, outline)}`)
  }
  return entries.length > 0 ? fitting(entries, ask.maxChars, '\n\n') : facts(outline, ask)
}
