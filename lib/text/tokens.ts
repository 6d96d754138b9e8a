import { createRequire } from 'node:module'
import type * as Encoder from 'gpt-tokenizer/encoding/o200k_base'

/** Byte-pair vocabularies that ship with the program. */
export type Encoding = 'o200k_base' | 'cl100k_base'

/** Whether `name` is one of them, and no file. */
export function isEncoding(name: string): name is Encoding {
  return name === 'o200k_base' || name === 'cl100k_base'
}

/**
 * Longest run of one character class handed to the encoder in one piece, in UTF-16 units. The encoder's merge is
 * quadratic in the length of such a run, so 1 MB of `a` would never end. No token is longer than 128 characters, so a
 * cut costs a run of n units at most n / MAX_RUN tokens more than the exact count.
 */
const MAX_RUN = 256

/** A document may hold `<|endoftext|>`: it is text like any other, never a special token. */
const PLAIN = { disallowedSpecial: new Set<string>() }

/** A run that the encoder would take as one piece: letters with marks, blanks, or signs. Digits go three by three. */
const LONG_RUN = new RegExp(`[\\p{L}\\p{M}]{${MAX_RUN}}|\\s{${MAX_RUN}}|[^\\s\\p{L}\\p{M}\\p{N}]{${MAX_RUN}}`, 'gu')

const load = createRequire(import.meta.url)

/**
 * Tokens in `text`, exact but for runs longer than 256 characters without a break (see MAX_RUN). Linear in the length.
 * The vocabulary (about 300 ms, 60 MB) is loaded by the first call, synchronously.
 */
export function countTokens(text: string, encoding: Encoding = 'o200k_base'): number {
  const encoder = encoderOf(encoding)
  let sum = 0
  for (const piece of bounded(text)) sum += encoder.countTokens(piece, PLAIN)
  return sum
}

/**
 * The longest beginning of `text` that has at most `max` tokens and ends at a character, or `text` itself where it
 * is no longer than that.
 */
export function truncateTokens(text: string, max: number, encoding: Encoding = 'o200k_base'): string {
  const encoder = encoderOf(encoding)
  let left = max
  let done = 0
  for (const piece of bounded(text)) {
    const count = encoder.countTokens(piece, PLAIN)
    if (count <= left) {
      left -= count
      done += piece.length
      continue
    }
    const cut = encoder.decode(encoder.encode(piece, PLAIN).slice(0, left))
    return text.slice(0, done) + commonStart(piece, cut)
  }
  return text
}

/** A token can end inside a character; what was decoded then ends in U+FFFD, which the text does not have there. */
function commonStart(piece: string, cut: string): string {
  let end = Math.min(piece.length, cut.length)
  while (end > 0 && !piece.startsWith(cut.slice(0, end))) end--
  if (end > 0 && end < piece.length && isHighSurrogate(piece.charCodeAt(end - 1))) end--
  return piece.slice(0, end)
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}

/** `text` in pieces that hold no long run. Almost every text is one piece. */
function* bounded(text: string): Generator<string> {
  if (!mayHoldLongRun(text)) {
    yield text
    return
  }
  let start = 0
  for (const match of text.matchAll(LONG_RUN)) {
    const end = match.index + match[0].length
    yield text.slice(start, end)
    start = end
  }
  if (start < text.length) yield text.slice(start)
}

/**
 * A cheap first look: is there a stretch of MAX_RUN units without a change between ASCII letter, blank, digit and sign?
 * Everything beyond ASCII counts as the class before it, so this errs on the safe side only.
 */
function mayHoldLongRun(text: string): boolean {
  let run = 0
  let last = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const kind = code >= 0x80 ? last : classOf(code)
    run = kind === last ? run + 1 : 1
    if (run >= MAX_RUN) return true
    last = kind
  }
  return false
}

function classOf(code: number): number {
  if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) return 0
  if (code >= 0x30 && code <= 0x39) return 1
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a ? 2 : 3
}

function encoderOf(encoding: Encoding): typeof Encoder {
  // Node caches the module; the CommonJS build is the one that can be loaded late without making every caller async.
  return load(`gpt-tokenizer/encoding/${encoding}`) as typeof Encoder
}
