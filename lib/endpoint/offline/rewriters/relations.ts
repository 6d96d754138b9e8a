import { best, topicOf } from '../chunks.ts'
import type { Outline, Sentence } from '../outline.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** For each entity of the prompt's list the sentences that name it, then the best of the others; no sentence twice. */
export function relations(outline: Outline, ask: Ask): string {
  const names = Array.from(ask.told.matchAll(/^- (.+)$/gm), (match) => match[1]!.trim())
  const title = topicOf(outline) ?? names[0] ?? ''
  const used = new Set<Sentence>()
  const section = (heading: string, wanted: (sentence: Sentence) => boolean): string => {
    const fresh = outline.sentences.filter((sentence) => !used.has(sentence))
    const fitting = fresh.filter(wanted)
    const taken = best(fitting.length > 0 ? fitting : fresh, 4)
    for (const sentence of taken) used.add(sentence)
    return taken.length === 0 ? '' : `### ${heading}\n${paragraph(taken, outline)}`
  }
  const sections = names.map((name) => section(`Discussion of ${title} in relation to ${name}`, ({ text }) => text.includes(name)))
  const both = section(`Discussion of Interaction between ${names.join(' and ')}`, ({ text }) => names.some((name) => text.includes(name)))
  return fitting([...sections, both].filter(Boolean), ask.maxChars, '\n\n')
}
