import { best } from '../chunks.ts'
import type { Outline, Part, Sentence } from '../outline.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** A sentence that shares this much of its terms with an earlier one repeats it; a list item must share all. */
const SAME = 0.8

/** The document without markup, boilerplate, repetition and weak sentences: headings, paragraphs, items and code. */
export function dense(outline: Outline, ask: Ask): string {
  const seen: Set<string>[] = []
  const pieces: string[] = []
  for (const { heading, parts } of outline.sections) {
    const texts = parts.map((part) => textOf(part, outline, seen)).filter((text) => text !== '')
    if (texts.length === 0) continue
    pieces.push(...(heading ? [`${heading}\n${texts[0]}`, ...texts.slice(1)] : texts))
  }
  return fitting(joinItems(pieces), ask.maxChars, '\n\n')
}

function textOf(part: Part, outline: Outline, seen: Set<string>[]): string {
  if (part.kind === 'code') return part.code
  const fresh = weighty(part).filter((sentence) => isNew(sentence, seen, part.kind === 'item' ? 1 : SAME))
  const text = paragraph(fresh, outline)
  return part.kind === 'item' && text !== '' ? `- ${text}` : text
}

/** A paragraph without its weakest third. Lists, lead-ins and short paragraphs stay whole. */
function weighty({ kind, sentences }: Part): readonly Sentence[] {
  if (kind !== 'prose' || sentences.length < 3) return sentences
  const kept = new Set(best(sentences, Math.ceil((sentences.length * 2) / 3)))
  return sentences.filter((sentence) => kept.has(sentence) || !sentence.usable)
}

/** Compares with the last 40 sentences, so that long documents stay linear. */
function isNew({ terms }: Sentence, seen: Set<string>[], share: number): boolean {
  const shared = (other: Set<string>) => terms.filter((term) => other.has(term)).length
  const repeats = terms.length >= 4 && seen.some((other) => shared(other) >= share * Math.max(terms.length, other.size))
  if (terms.length >= 4) seen.push(new Set(terms))
  if (seen.length > 40) seen.shift()
  return !repeats
}

/** Items of one list stand on neighbouring lines. */
function joinItems(pieces: readonly string[]): string[] {
  const joined: string[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    const listed = last !== undefined && /(?:^|\n)- [^\n]*$/.test(last.slice(last.lastIndexOf('\n') + 1))
    if (listed && piece.startsWith('- ')) joined[joined.length - 1] = `${last}\n${piece}`
    else joined.push(piece)
  }
  return joined
}
