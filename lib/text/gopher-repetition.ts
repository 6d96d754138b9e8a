import { charCount, trimmed } from './characters.ts'
import { type Grams, longerGrams, wordGrams } from './grams.ts'
import { measured, type Verdict } from './verdict.ts'
import { splitWords } from './words.ts'

/** Limits of the Gopher repetition rules, as shares of lines, of paragraphs or of the text's characters. */
export interface GopherRepetitionOptions {
  readonly maxDuplicateLines: number
  readonly maxDuplicateParagraphs: number
  readonly maxDuplicateLineChars: number
  readonly maxDuplicateParagraphChars: number
  /** Characters of the most frequent n-gram of words, all its occurrences: [n, limit], n from 2 on and ascending. */
  readonly topGrams: readonly (readonly [n: number, limit: number])[]
  /** Characters inside n-grams of words seen before: [n, limit], ascending and above those of `topGrams`. */
  readonly duplicateGrams: readonly (readonly [n: number, limit: number])[]
}

/** Rae et al. 2021 (Gopher), table A1, which datatrove's GopherRepetitionFilter takes over. */
export const gopherRepetitionDefaults: GopherRepetitionOptions = {
  maxDuplicateLines: 0.3,
  maxDuplicateParagraphs: 0.3,
  maxDuplicateLineChars: 0.2,
  maxDuplicateParagraphChars: 0.2,
  topGrams: [[2, 0.2], [3, 0.18], [4, 0.16]],
  duplicateGrams: [[5, 0.15], [6, 0.14], [7, 0.13], [8, 0.12], [9, 0.11], [10, 0.1]],
}

/**
 * The first Gopher repetition rule that `text` breaks, in datatrove's order and under its ids
 * (src/datatrove/pipeline/filters/gopher_repetition_filter.py); null where it passes. A value at its limit passes.
 * Time is linear in the length of the text.
 *
 * Two things of the original are kept although they surprise: the most frequent n-gram counts even if it occurs once,
 * so a text of very few words breaks `top_2_gram`; and occurrences of it that overlap are all counted. One is not:
 * datatrove takes n-grams for equal where only their words run together are (`ab c`, `a bc`).
 */
export function gopherRepetition(text: string, options = gopherRepetitionDefaults): Verdict | null {
  if (text === '') return { reason: 'empty', detail: '' }
  const length = charCount(text, 0, text.length)
  return repeatedParts(text, length, options) ?? repeatedGrams(text, length, options)
}

function repeatedParts(text: string, length: number, options: GopherRepetitionOptions): Verdict | null {
  const paragraphs = duplicates(trimmed(text), 2)
  const paragraphShare = paragraphs.duplicates / paragraphs.count
  if (paragraphShare > options.maxDuplicateParagraphs) {
    return measured('dup_para_frac', 'share of duplicate paragraphs', paragraphShare, options.maxDuplicateParagraphs)
  }
  const paragraphChars = paragraphs.chars / length
  if (paragraphChars > options.maxDuplicateParagraphChars) {
    const limit = options.maxDuplicateParagraphChars
    return measured('dup_para_char_frac', 'share of characters in duplicate paragraphs', paragraphChars, limit)
  }
  const lines = duplicates(text, 1)
  const lineShare = lines.duplicates / lines.count
  if (lineShare > options.maxDuplicateLines) {
    return measured('dup_line_frac', 'share of duplicate lines', lineShare, options.maxDuplicateLines)
  }
  const lineChars = lines.chars / length
  if (lineChars > options.maxDuplicateLineChars) {
    const limit = options.maxDuplicateLineChars
    return measured('dup_line_char_frac', 'share of characters in duplicate lines', lineChars, limit)
  }
  return null
}

interface Duplicates {
  readonly count: number
  /** Parts that equal an earlier one, and their characters. */
  readonly duplicates: number
  readonly chars: number
}

/** Parts between runs of at least `breaks` line feeds; a run at either end leaves an empty part there. */
function duplicates(text: string, breaks: 1 | 2): Duplicates {
  const seen = new Set<string>()
  let count = 0
  let duplicate = 0
  let chars = 0
  let start = 0
  while (start <= text.length) {
    let end = text.indexOf(breaks === 1 ? '\n' : '\n\n', start)
    if (end === -1) end = text.length
    const part = text.slice(start, end)
    count++
    if (seen.has(part)) {
      duplicate++
      chars += charCount(part, 0, part.length)
    } else seen.add(part)
    start = end + 1
    while (start < text.length && text.charCodeAt(start) === 10) start++
  }
  return { count, duplicates: duplicate, chars }
}

function repeatedGrams(text: string, length: number, options: GopherRepetitionOptions): Verdict | null {
  const words = splitWords(text)
  const charsBefore = new Int32Array(words.count + 1)
  for (let k = 0; k < words.count; k++) {
    charsBefore[k + 1] = charsBefore[k]! + charCount(text, words.starts[k]!, words.ends[k]!)
  }
  let grams = wordGrams(words)
  for (const [n, limit] of options.topGrams) {
    while (grams.n < n) grams = longerGrams(grams)
    if (words.count < n) continue
    const first = grams.topCount > 1 ? grams.topFirst : 0
    const chars = charsBefore[first + n]! - charsBefore[first]! + n - 1
    const share = (chars * Math.max(1, grams.topCount)) / length
    if (share > limit) return measured(`top_${n}_gram`, `share of characters in the top ${n}-gram`, share, limit)
  }
  for (const [n, limit] of options.duplicateGrams) {
    while (grams.n < n) grams = longerGrams(grams)
    const share = duplicateChars(grams, charsBefore) / length
    if (share > limit) {
      return measured(`duplicated_${n}_n_grams`, `share of characters in duplicate ${n}-grams`, share, limit)
    }
  }
  return null
}

/** Characters in n-grams met before, left to right; a repeated one is stepped over whole, so none counts twice. */
function duplicateChars({ n, at, ids, size, distinct }: Grams, charsBefore: Int32Array): number {
  const seen = new Uint8Array(distinct)
  let chars = 0
  let next = 0
  for (let k = 0; k < size; k++) {
    const start = at[k]!
    if (start < next) continue
    const id = ids[k]!
    if (seen[id]) {
      chars += charsBefore[start + n]! - charsBefore[start]!
      next = start + n
    } else seen[id] = 1
  }
  return chars
}
