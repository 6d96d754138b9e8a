import { astralFlags, charFlags, LETTER, SURROGATE, SYMBOL } from './char-class.ts'
import { charCount } from './characters.ts'
import { edgesOfLines } from './lines.ts'
import { measured, type Verdict } from './verdict.ts'
import { splitWords, type Words } from './words.ts'

/** Limits of the Gopher quality rules; a value at its limit passes. */
export interface GopherQualityOptions {
  /** Words that are not mere symbols. */
  readonly minWords: number
  readonly maxWords: number
  /** Characters, over the same words. */
  readonly minMeanWordLength: number
  readonly maxMeanWordLength: number
  /** `#` per word, and ellipses per word. */
  readonly maxSymbolsPerWord: number
  /** Share of lines that start with a bullet or hyphen. */
  readonly maxBulletLines: number
  /** Share of lines that end with an ellipsis. */
  readonly maxEllipsisLines: number
  /** Share of words with a letter in them. */
  readonly minAlphaWords: number
  /** Different stop words. */
  readonly minStopWords: number
  /** In lower case: a capitalised one does not count. */
  readonly stopWords: ReadonlySet<string>
}

/** Rae et al. 2021 (Gopher), A1.1, with the values and stop words of datatrove's GopherQualityFilter. */
export const gopherQualityDefaults: GopherQualityOptions = {
  minWords: 50,
  maxWords: 100_000,
  minMeanWordLength: 3,
  maxMeanWordLength: 10,
  maxSymbolsPerWord: 0.1,
  maxBulletLines: 0.9,
  maxEllipsisLines: 0.3,
  minAlphaWords: 0.8,
  minStopWords: 2,
  stopWords: new Set(['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with']),
}

/**
 * The first Gopher quality rule that `text` breaks, in datatrove's order and under its ids
 * (src/datatrove/pipeline/filters/gopher_quality_filter.py); null where it passes. Linear in the length of the text.
 */
export function gopherQuality(text: string, options = gopherQualityDefaults): Verdict | null {
  const words = splitWords(text)
  const { count } = words
  const { plain, plainLength, alpha } = measureWords(words)
  if (plain < options.minWords) return measured('gopher_short_doc', 'words', plain, options.minWords)
  if (plain > options.maxWords) return measured('gopher_long_doc', 'words', plain, options.maxWords)

  const mean = plainLength / plain
  if (mean < options.minMeanWordLength) {
    return measured('gopher_below_avg_threshold', 'mean word length', mean, options.minMeanWordLength)
  }
  if (mean > options.maxMeanWordLength) {
    return measured('gopher_above_avg_threshold', 'mean word length', mean, options.maxMeanWordLength)
  }

  const hashes = occurrences(text, '#') / count
  if (hashes > options.maxSymbolsPerWord) {
    return measured('gopher_too_many_hashes', '# per word', hashes, options.maxSymbolsPerWord)
  }
  const ellipses = (occurrences(text, '...') + occurrences(text, '…')) / count
  if (ellipses > options.maxSymbolsPerWord) {
    return measured('gopher_too_many_ellipsis', 'ellipses per word', ellipses, options.maxSymbolsPerWord)
  }

  const { lines, bullets, trailing } = edgesOfLines(text)
  const bulletShare = bullets / lines
  if (bulletShare > options.maxBulletLines) {
    return measured('gopher_too_many_bullets', 'share of bullet lines', bulletShare, options.maxBulletLines)
  }
  const trailingShare = trailing / lines
  if (trailingShare > options.maxEllipsisLines) {
    const limit = options.maxEllipsisLines
    return measured('gopher_too_many_end_ellipsis', 'share of lines ending in an ellipsis', trailingShare, limit)
  }

  const alphaShare = alpha / count
  if (alphaShare < options.minAlphaWords) {
    return measured('gopher_below_alpha_threshold', 'share of words with a letter', alphaShare, options.minAlphaWords)
  }
  const stopWords = stopWordsIn(words, options)
  if (stopWords < options.minStopWords) {
    return measured('gopher_enough_stop_words', 'stop words', stopWords, options.minStopWords)
  }
  return null
}

interface WordMeasures {
  /** Words with at least one character that is no symbol. */
  readonly plain: number
  /** Their characters. */
  readonly plainLength: number
  /** Words with a letter. */
  readonly alpha: number
}

function measureWords({ text, count, starts, ends }: Words): WordMeasures {
  const table = charFlags
  let plain = 0
  let plainLength = 0
  let alpha = 0
  for (let k = 0; k < count; k++) {
    const start = starts[k]!
    const end = ends[k]!
    let seen = 0
    let symbols = SYMBOL
    // A letter is no symbol, so nearly every word is known by its first character.
    for (let i = start; i < end && !(seen & LETTER); i++) {
      let flags = table[text.charCodeAt(i)]!
      if (flags & SURROGATE) flags = astralFlags(text.codePointAt(i++)!)
      seen |= flags
      symbols &= flags
    }
    if (seen & LETTER) alpha++
    if (symbols === 0 || seen & LETTER) {
      plain++
      plainLength += charCount(text, start, end)
    }
  }
  return { plain, plainLength, alpha }
}

/** How many different stop words occur; stops counting at the limit. */
function stopWordsIn({ text, count, starts, ends }: Words, { stopWords, minStopWords }: GopherQualityOptions): number {
  const longest = Math.max(0, ...Array.from(stopWords, (word) => word.length))
  const found = new Set<string>()
  for (let k = 0; k < count && found.size < minStopWords; k++) {
    if (ends[k]! - starts[k]! > longest) continue
    const word = text.slice(starts[k], ends[k])
    if (stopWords.has(word)) found.add(word)
  }
  return found.size
}

/** Occurrences of `part` that do not overlap. */
function occurrences(text: string, part: string): number {
  let found = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found++
  return found
}
