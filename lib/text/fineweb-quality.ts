import { charFlags, SPACE } from './char-class.ts'
import { charCount } from './characters.ts'
import { spacedWords } from './spaced-words.ts'
import { terminalPunctuation } from './terminal-punctuation.ts'
import { measured, type Verdict } from './verdict.ts'
import { splitWords } from './words.ts'

/** Limits of the FineWeb quality rules; a value at its limit passes. Lines end with a line feed; blank ones are left out. */
export interface FinewebQualityOptions {
  /** Share of lines that end with a terminal mark. */
  readonly minPunctuatedLines: number
  /** A line of at most so many characters is short. */
  readonly shortLineLength: number
  /** Share of short lines. */
  readonly maxShortLines: number
  /** Characters in lines seen before, as a share of the text's characters, line feeds left out. */
  readonly maxDuplicateChars: number
  /** Line feeds per word. */
  readonly maxLineFeedsPerWord: number
}

/** Penedo et al. 2024 (FineWeb), 3.5, with the values of datatrove's FineWebQualityFilter. */
export const finewebQualityDefaults: FinewebQualityOptions = {
  minPunctuatedLines: 0.12,
  shortLineLength: 30,
  maxShortLines: 0.67,
  maxDuplicateChars: 0.01,
  maxLineFeedsPerWord: 0.3,
}

/**
 * The first FineWeb quality rule that `text` breaks, in datatrove's order and under its ids with `fineweb_` before them
 * (src/datatrove/pipeline/filters/fineweb_quality_filter.py); null where it passes. Linear in the length of the text.
 *
 * White space counts: behind a blank or a carriage return the full stop ends no line, in datatrove neither. The rules were
 * made for prose, and drop tables, FAQs and dialogues.
 */
export function finewebQuality(text: string, options = finewebQualityDefaults): Verdict | null {
  const { lines, punctuated, short, lineFeeds } = measureLines(text, options.shortLineLength)
  if (lines === 0) return { reason: 'fineweb_empty', detail: '' }

  const punctuatedShare = punctuated / lines
  if (punctuatedShare < options.minPunctuatedLines) {
    const what = 'share of lines that end with a terminal mark'
    return measured('fineweb_line_punct_ratio', what, punctuatedShare, options.minPunctuatedLines)
  }
  const shortShare = short / lines
  if (shortShare > options.maxShortLines) {
    return measured('fineweb_short_line_ratio', 'share of short lines', shortShare, options.maxShortLines)
  }
  const duplicateShare = duplicateChars(text) / (charCount(text, 0, text.length) - lineFeeds)
  if (duplicateShare > options.maxDuplicateChars) {
    const limit = options.maxDuplicateChars
    return measured('fineweb_char_dup_ratio', 'share of characters in duplicate lines', duplicateShare, limit)
  }
  // A text has at least as many words as white space sets apart, and those take a tenth of the time to count.
  if (lineFeeds / spacedWords(text).words <= options.maxLineFeedsPerWord) return null
  const perWord = lineFeeds / splitWords(text).count
  if (perWord > options.maxLineFeedsPerWord) {
    return measured('fineweb_list_ratio', 'line feeds per word', perWord, options.maxLineFeedsPerWord)
  }
  return null
}

interface LineMeasures {
  /** Lines that are not blank; `punctuated` and `short` are of these. */
  readonly lines: number
  readonly punctuated: number
  readonly short: number
  /** Line feeds, those of blank lines too. */
  readonly lineFeeds: number
}

function measureLines(text: string, shortLineLength: number): LineMeasures {
  let lines = 0
  let punctuated = 0
  let short = 0
  let lineFeeds = -1
  for (let start = 0; start <= text.length; lineFeeds++) {
    const end = lineFeed(text, start)
    if (!isBlank(text, start, end)) {
      lines++
      if (endsWithTerminal(text, end)) punctuated++
      if (charCount(text, start, end) <= shortLineLength) short++
    }
    start = end + 1
  }
  return { lines, punctuated, short, lineFeeds }
}

/** Characters of the lines that equal an earlier one, blank ones left out. */
function duplicateChars(text: string): number {
  const seen = new Set<string>()
  let chars = 0
  for (let start = 0; start <= text.length; ) {
    const end = lineFeed(text, start)
    if (!isBlank(text, start, end)) {
      const line = text.slice(start, end)
      if (seen.has(line)) chars += charCount(text, start, end)
      else seen.add(line)
    }
    start = end + 1
  }
  return chars
}

/** Where the line that begins at `start` ends. */
function lineFeed(text: string, start: number): number {
  const at = text.indexOf('\n', start)
  return at === -1 ? text.length : at
}

/** Nothing but white space by Python's `str.strip`. */
function isBlank(text: string, start: number, end: number): boolean {
  let at = start
  while (at < end && charFlags[text.charCodeAt(at)]! & SPACE) at++
  return at === end
}

function endsWithTerminal(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1)
  if ((last & 0xfc00) !== 0xdc00) return terminalPunctuation.has(last)
  const pair = text.codePointAt(end - 2)
  return pair !== undefined && pair > 0xffff && terminalPunctuation.has(pair)
}
