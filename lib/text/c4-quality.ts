import { trimmed } from './characters.ts'
import { lineEnd, nextLine } from './lines.ts'
import { countSentences } from './sentence-count.ts'
import { spacedWords } from './spaced-words.ts'
import { measured, type Verdict } from './verdict.ts'

/** Limits of the C4 rules; a value at its limit passes. */
export interface C4QualityOptions {
  /** Sentences, in the lines that count. */
  readonly minSentences: number
  /** Words between white space; a line with fewer does not count. */
  readonly minWordsPerLine: number
  /** Characters; a line with a longer word does not count. */
  readonly maxWordLength: number
}

/** Raffel et al. 2020 (C4), 2.2, with the values of datatrove's C4QualityFilter. */
export const c4QualityDefaults: C4QualityOptions = { minSentences: 5, minWordsPerLine: 3, maxWordLength: 1000 }

/** Notes and marks of Wikipedia, left out before a line is judged. `\p{Nd}` is what Python's `\d` matches. */
const citation = /\[\p{Nd}*\]|\[edit\]|\[citation needed\]/gu
const endMarks = '.?!"\''
const policyPhrases = [
  'terms of use', 'privacy policy', 'cookie policy', 'uses cookies', 'use of cookies', 'use cookies',
]

/**
 * The first C4 rule that `text` breaks, in datatrove's order and under its ids with `c4_` before them
 * (src/datatrove/pipeline/filters/c4_filters.py, C4QualityFilter); null where it passes. Linear in the length of the
 * text.
 *
 * Only lines count that end with one of `. ? ! " '` but no `...`, have words enough, none of them too long, and speak of
 * neither JavaScript nor cookies and terms of use. A curly bracket or `lorem ipsum` in a line that does not count is
 * none. This is a verdict only: datatrove's filter also cuts the document down to the lines that count, and no filter
 * here ever edits a seed.
 */
export function c4Quality(text: string, options = c4QualityDefaults): Verdict | null {
  let sentences = 0
  let number = 0
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start)
    number++
    const line = prose(text.slice(start, end), options)
    start = nextLine(text, end)
    if (line === null) continue
    const lower = line.toLowerCase()
    if (lower.includes('lorem ipsum')) return { reason: 'c4_lorem_ipsum', detail: `"lorem ipsum" in line ${number}` }
    if (lower.includes('javascript')) continue
    if (line.includes('{')) return { reason: 'c4_curly_bracket', detail: `"{" in line ${number}` }
    if (policyPhrases.some((phrase) => lower.includes(phrase))) continue
    // Past the limit no verdict depends on them, and they cost more than all the rest.
    if (sentences < options.minSentences) sentences += countSentences(line)
  }
  if (sentences >= options.minSentences) return null
  return measured('c4_too_few_sentences', 'sentences in lines of prose', sentences, options.minSentences)
}

/** The line without citations, or null where its end or its words say that it is no prose. */
function prose(line: string, { minWordsPerLine, maxWordLength }: C4QualityOptions): string | null {
  const whole = trimmed(line)
  // Not trimmed again: in datatrove too, a note after the full stop leaves a blank at the end, and so no prose.
  const cleaned = whole.includes('[') ? whole.replace(citation, '') : whole
  if (cleaned === '' || !endMarks.includes(cleaned.charAt(cleaned.length - 1)) || cleaned.endsWith('...')) return null
  const { words, longest } = spacedWords(whole)
  return words < minWordsPerLine || longest > maxWordLength ? null : cleaned
}
