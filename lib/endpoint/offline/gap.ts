import { writesWithoutBlanks } from './language.ts'
import type { Outline, Sentence } from './outline.ts'
import type { KeyTerm } from './terms.ts'

/** A real sentence with one telling term left out. */
export interface Gap {
  readonly sentence: Sentence
  readonly term: KeyTerm
  /** The sentence with a blank line in place of the term. */
  readonly text: string
}

/** Sentences of which a gap question can be made; more would only be thrown away. */
const MOST_GAPS = 60
/** Longer sentences make no readable question. */
const LONGEST = 260
const BLANK = '_____'

/** Gap questions over the best sentences of `outline`, best first, each with another term. */
export function gapsOf(outline: Outline): Gap[] {
  const least = writesWithoutBlanks(outline.language) ? 16 : 45
  const readable = outline.sentences.filter(({ text }) => {
    return text.length >= least && text.length <= LONGEST && /[.!。！؟।]["'”’»)]*$/.test(text)
  })
  const order = [...readable].sort((a, b) => b.score - a.score || a.index - b.index).slice(0, MOST_GAPS)
  const common = frequencies(order)
  const used = new Set<string>()
  const gaps: Gap[] = []
  for (const sentence of order) {
    const terms = sentence.keyTerms()
    const term = terms.find(({ text, kind }) => !used.has(text) && (kind !== 'word' || (common.get(text) ?? 0) > 1))
    if (!term || sentence.text.split(term.text).length !== 2) continue
    used.add(term.text)
    gaps.push({ sentence, term, text: sentence.text.replace(term.text, () => BLANK) })
  }
  return gaps
}

/**
 * Wrong options for `gap` from the same document: terms of the same kind that its sentence does not hold, of a length
 * near the right one. Fewer than `most` where the document has no more.
 */
export function distractors(gap: Gap, outline: Outline, most: number): string[] {
  const pool = new Set<string>()
  for (const sentence of outline.sentences.slice(0, 400)) {
    for (const term of sentence.keyTerms()) {
      const fits = term.kind === gap.term.kind && !alike(term.text, gap.term.text) && !gap.sentence.text.includes(term.text)
      if (fits) pool.add(term.text)
    }
    if (pool.size >= 40) break
  }
  const counts = gap.term.kind === 'word' ? frequencies(outline.sentences.slice(0, 400)) : null
  // A word that comes once may be anything; one that recurs belongs to the subject.
  const distance = (text: string) => Math.abs(text.length - gap.term.text.length) + ((counts?.get(text) ?? 2) > 1 ? 0 : 50)
  const near = [...pool].sort((a, b) => distance(a) - distance(b))
  const taken: string[] = []
  for (const text of near) if (taken.length < most && !taken.some((other) => alike(text, other))) taken.push(text)
  return taken
}

/** Inflections and parts of one another make no two options. */
function alike(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a.toLowerCase(), b.toLowerCase()] : [b.toLowerCase(), a.toLowerCase()]
  if (long.includes(short)) return true
  return short.length >= 6 && long.startsWith(short.slice(0, Math.ceil(short.length * 0.7)))
}

function frequencies(sentences: readonly Sentence[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const sentence of sentences) {
    for (const term of sentence.keyTerms()) counts.set(term.text, (counts.get(term.text) ?? 0) + 1)
  }
  return counts
}

/** A number from 0 to `bound` - 1 that depends on `text` alone. */
export function pick(text: string, bound: number): number {
  let hash = 7
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return (hash >>> 0) % bound
}
