import { sentenceSplitters } from './terminal-punctuation.ts'
import { splitWords, type Words } from './words.ts'

const blank = 32
const punctuation = /^\p{P}+$/u

/**
 * Sentences of `text` as datatrove's `split_into_sentences` counts them for English: spaCy's rule-based sentencizer over
 * the words of its blank `en` tokenizer. Made to agree with it and for nothing else: `e.g. this` ends a sentence where
 * the tokenizer knows no abbreviation. To cut a text into sentences there is `splitSentences`.
 *
 * A sentence begins with the first word that is no punctuation after a word that is a terminal mark. White space counts
 * as such a word, unless it is one blank. At least 1, also for an empty text. Linear in the length of the text.
 */
export function countSentences(text: string): number {
  const words = splitWords(text)
  let sentences = 1
  let ended = false
  for (let k = 0; k < words.count; k++) {
    if (ended && isSpaceWord(words, k)) {
      sentences++
      ended = false
    }
    if (isSplitter(words, k)) ended = true
    else if (ended && !punctuation.test(text.slice(words.starts[k], words.ends[k]))) {
      sentences++
      ended = false
    }
  }
  return ended && endsWithSpaceWord(words) ? sentences + 1 : sentences
}

/** A word of one character that is a terminal mark. */
function isSplitter({ text, starts, ends }: Words, k: number): boolean {
  const start = starts[k]!
  const length = ends[k]! - start
  if (length > 2) return false
  const point = text.codePointAt(start)!
  return length === (point > 0xffff ? 2 : 1) && sentenceSplitters.has(point)
}

/** Is the white space before word `k` a word of its own? Not where the words touch, or have one blank between them. */
function isSpaceWord({ text, starts, ends }: Words, k: number): boolean {
  const from = k === 0 ? 0 : ends[k - 1]!
  const length = starts[k]! - from
  return length > 1 || (length === 1 && (k === 0 || text.charCodeAt(from) !== blank))
}

function endsWithSpaceWord({ text, count, ends }: Words): boolean {
  const from = ends[count - 1]!
  return text.length - from > 1 || (text.length - from === 1 && text.charCodeAt(from) !== blank)
}
