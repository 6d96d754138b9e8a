import { infixLength, prefixLength, suffixLength } from './affixes.ts'
import { ACTIVE, charFlags, DIGIT, INFIX, SPACE, STOP, STOPPABLE, SUFFIX, SURROGATE } from './char-class.ts'
import { contractions } from './contractions.ts'
import { isUrlLike } from './url-like.ts'

/** The words of a text as places in it: word k is `text.slice(starts[k], ends[k])`, k < count. */
export interface Words {
  readonly text: string
  readonly count: number
  /** UTF-16 offsets; may be longer than `count`. */
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/**
 * Split a text into words as datatrove does for English (spaCy's blank `en` tokenizer, white space left out):
 * punctuation marks are words, `don't` is two, an address is one. Linear in the length of the text.
 *
 * Between white space, pieces are peeled off both ends while a prefix or suffix rule applies; the rest is a known
 * contraction, an address, or is cut at its infixes (spacy/tokenizer.pyx).
 */
export function splitWords(text: string): Words {
  const out = new Spans(text)
  const table = charFlags
  const length = text.length
  let i = 0
  while (i < length) {
    let flags = table[text.charCodeAt(i)]!
    if (flags & SPACE) {
      i++
      continue
    }
    const start = i
    let before = 0
    let last = flags
    for (i++; i < length; i++) {
      flags = table[text.charCodeAt(i)]!
      if (flags & SPACE) break
      before |= last
      last = flags
    }
    const maybeUnit = before & DIGIT && !(last & DIGIT)
    if (before & ACTIVE || maybeUnit) splitChunk(out, start, i, before | last)
    else if (!(last & ACTIVE)) pushWord(out, start, i)
    else if (before && last & (SUFFIX | STOP) && !(last & STOP && !(charFlags[text.charCodeAt(i - 2)]! & STOPPABLE))) {
      // A plain word and one mark: the common case of splitChunk, to the same result.
      if (pushKnown(out, start, i)) continue
      const first = out.count
      pushWord(out, start, i - 1)
      out.push(i - 1, i)
      if (out.count - first > 2) rejoin(out, first)
    } else splitChunk(out, start, i, before | last)
  }
  return out
}

/** The words as strings: for callers that need few of them. */
export function wordList(text: string): string[] {
  const { starts, ends, count } = splitWords(text)
  return Array.from({ length: count }, (_, k) => text.slice(starts[k], ends[k]))
}

class Spans implements Words {
  readonly text: string
  count = 0
  starts: Int32Array
  ends: Int32Array
  /** Where the suffixes peeled off the word at hand start, outermost first; may be longer than is used. */
  readonly suffixes: number[] = []

  constructor(text: string) {
    this.text = text
    // English has a word every five or six characters; growth is for the rest.
    const guess = (text.length >> 2) + 16
    this.starts = new Int32Array(guess)
    this.ends = new Int32Array(guess)
  }

  push(start: number, end: number): void {
    if (this.count === this.starts.length) {
      this.starts = grown(this.starts)
      this.ends = grown(this.ends)
    }
    this.starts[this.count] = start
    this.ends[this.count++] = end
  }
}

function grown(array: Int32Array): Int32Array {
  const twice = new Int32Array(array.length * 2)
  twice.set(array)
  return twice
}

/** @param seen flags of all its characters */
function splitChunk(out: Spans, chunkStart: number, chunkEnd: number, seen: number, known = knownWords): void {
  const { text, suffixes } = out
  const before = out.count
  let start = chunkStart
  let end = chunkEnd
  let peeled = 0
  while (start < end && !known.at(text, start, end)) {
    const prefix = prefixLength(text, start, end)
    if (prefix > 0 && known.at(text, start + prefix, end)) {
      out.push(start, (start += prefix))
      break
    }
    const suffix = suffixLength(text, start + prefix, end)
    if (suffix > 0 && known.at(text, start, end - suffix)) {
      suffixes[peeled++] = end -= suffix
      break
    }
    if (prefix === 0 && suffix === 0) break
    if (prefix > 0) out.push(start, (start += prefix))
    if (suffix > 0) suffixes[peeled++] = end -= suffix
  }
  if (start < end && !pushKnown(out, start, end, known)) {
    if (!(seen & (INFIX | SURROGATE)) || (seen & STOP && isUrlLike(text, start, end))) out.push(start, end)
    else pushCut(out, start, end)
  }
  for (let k = peeled - 1; k >= 0; k--) out.push(suffixes[k]!, k > 0 ? suffixes[k - 1]! : chunkEnd)
  if (out.count - before > 1 && known === knownWords) rejoin(out, before)
}

/** Cut at every infix but one at the very start. */
function pushCut(out: Spans, start: number, end: number): void {
  const { text } = out
  let wordStart = start
  for (let i = start; i < end; ) {
    const length = charFlags[text.charCodeAt(i)]! & (INFIX | SURROGATE) ? infixLength(text, i, start, end) : 0
    if (length === 0) i++
    else if (i === start) i += length
    else {
      if (i > wordStart) out.push(wordStart, i)
      out.push(i, i + length)
      wordStart = i += length
    }
  }
  if (wordStart < end) out.push(wordStart, end)
}

/** Pieces of a known word, by its text; a sieve in front, since most words are no known word. */
class Known {
  readonly #pieces: ReadonlyMap<string, readonly number[]>
  readonly #sieve = new Uint8Array(32768)
  readonly longest: number

  constructor(pieces: ReadonlyMap<string, readonly number[]>) {
    this.#pieces = pieces
    this.longest = Math.max(0, ...Array.from(pieces.keys(), (word) => word.length))
    for (const word of pieces.keys()) this.#sieve[sieveIndex(word, 0, word.length)] = 1
  }

  at(text: string, start: number, end: number): readonly number[] | undefined {
    if (end <= start || end - start > this.longest || this.#sieve[sieveIndex(text, start, end)] === 0) return undefined
    return this.#pieces.get(text.slice(start, end))
  }
}

function sieveIndex(text: string, start: number, end: number): number {
  const middle = text.charCodeAt((start + end) >> 1)
  return (((text.charCodeAt(start) * 31 + middle) * 31 + text.charCodeAt(end - 1)) * 31 + end - start) & 32767
}

function pushWord(out: Spans, start: number, end: number): void {
  if (!pushKnown(out, start, end)) out.push(start, end)
}

function pushKnown(out: Spans, start: number, end: number, known = knownWords): boolean {
  const pieces = known.at(out.text, start, end)
  if (!pieces) return false
  let at = start
  for (const piece of pieces) out.push(at, (at += piece))
  return true
}

/**
 * Words from `from` on that together are a known word (`8` `)` in `(8)`, `a` `.` in `x-a.`) become its pieces. Where
 * known words overlap the longest wins, then the first; one that overlaps a longer one also keeps shorter ones out.
 */
function rejoin(out: Spans, from: number): void {
  const { text, count, starts, ends } = out
  let found: [first: number, words: number][] | null = null
  for (let first = from; first < count; first++) {
    const start = starts[first]!
    for (let last = first + 1; last < count && ends[last]! - start <= cutWords.longest; last++) {
      const cuts = cutWords.at(text, start, ends[last]!)
      if (cuts?.length !== last - first + 1) continue
      const same = cuts.every((length, k) => length === ends[first + k]! - starts[first + k]!)
      if (same) (found ??= []).push([first, cuts.length])
    }
  }
  if (!found) return
  /** Per word from `from` on: 0 free, 1 in a known word, 2 or more the first of one of so many words. */
  const taken = new Uint8Array(count - from)
  for (let words = cutWords.longest; words > 1; words--) {
    for (const [first, size] of found) {
      if (size !== words) continue
      const at = first - from
      const free = taken[at] === 0 && taken[at + words - 1] === 0
      for (let k = at; k < at + words; k++) taken[k] ||= 1
      if (free) taken[at] = words
    }
  }
  const oldStarts = starts.slice(from, count)
  const oldEnds = ends.slice(from, count)
  out.count = from
  for (let k = 0; k < taken.length; k += Math.max(1, taken[k]!)) {
    if (taken[k]! > 1) pushKnown(out, oldStarts[k]!, oldEnds[k + taken[k]! - 1]!)
    else out.push(oldStarts[k]!, oldEnds[k]!)
  }
}

const unknown = new Known(new Map())
const knownWords = new Known(contractions)
/** Known words that the rules alone would cut (`:)`, `a.m.`), with those cuts. */
const cutWords = new Known(cutByRules())

function cutByRules(): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>()
  for (const word of contractions.keys()) {
    const out = new Spans(word)
    splitChunk(out, 0, word.length, INFIX | STOP, unknown)
    const cuts = Array.from({ length: out.count }, (_, k) => out.ends[k]! - out.starts[k]!)
    if (cuts.length > 1) found.set(word, cuts)
  }
  return found
}
