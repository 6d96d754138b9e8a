import type { Outline, Sentence } from './outline.ts'

/** A stretch of a document about one thing. */
export interface Chunk {
  /** Heading, or the most telling term; null where neither is found or it was used before. */
  readonly topic: string | null
  /** At least one, in document order. */
  readonly sentences: readonly Sentence[]
}

/** The document in at most `most` stretches, in order: its own sections where there are enough, else even parts. */
export function chunksOf(outline: Outline, most: number): Chunk[] {
  const sections = outline.sections
    .map((section, i) => ({ topic: section.heading, sentences: outline.sentences.filter((s) => s.section === i) }))
    .filter(({ sentences }) => sentences.length > 0)
  if (sections.length >= Math.min(3, most)) return fewest(sections, most)
  return evenParts(outline, Math.min(most, Math.ceil(outline.sentences.length / 2)))
}

/** The `most` weightiest sections, in document order. */
function fewest(sections: Chunk[], most: number): Chunk[] {
  const weight = ({ sentences }: Chunk) => sentences.reduce((sum, s) => sum + s.score, 0)
  const kept = new Set([...sections].sort((a, b) => weight(b) - weight(a)).slice(0, most))
  return sections.filter((section) => kept.has(section))
}

function evenParts(outline: Outline, parts: number): Chunk[] {
  const { sentences } = outline
  const used = new Set<string>([outline.title ?? ''])
  const counts = new Map<string, number>()
  for (const term of sentences.flatMap((sentence) => sentence.keyTerms())) {
    counts.set(term.text, (counts.get(term.text) ?? 0) + 1)
  }
  // A name that comes once and is one word is as likely the beginning of something else.
  const telling = (text: string) => (counts.get(text) ?? 0) > 1 || text.includes(' ')
  return Array.from({ length: parts }, (_, i) => {
    const from = Math.floor((i * sentences.length) / parts)
    const part = sentences.slice(from, Math.floor(((i + 1) * sentences.length) / parts))
    const topic = part
      .flatMap((sentence) => sentence.keyTerms())
      .find(({ text, kind }) => kind === 'name' && !used.has(text) && telling(text))
    if (topic) used.add(topic.text)
    return { topic: topic?.text ?? null, sentences: part }
  }).filter((chunk) => chunk.sentences.length > 0)
}

/** The `most` best of `sentences`, in document order. */
export function best(sentences: readonly Sentence[], most: number): Sentence[] {
  return [...sentences]
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, Math.max(0, most))
    .sort((a, b) => a.index - b.index)
}

/** What the document is about in a few words: title, else its most telling term, else nothing. */
export function topicOf(outline: Outline): string | null {
  if (outline.title) return outline.title
  const top = best(outline.sentences, 3).flatMap((sentence) => sentence.keyTerms())
  return top.find((term) => term.kind === 'name')?.text ?? top[0]?.text ?? null
}
