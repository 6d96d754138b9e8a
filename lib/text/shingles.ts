import { BLANK, DIGIT, DROP, foldTable, HANGUL, IDEOGRAPH, OTHER, otherFold, SYLLABLE, WORD } from './fold.ts'

/** Shingles handed over at a time: two arrays of 16 KiB, which stay in a core's first cache. */
const blockSize = 4096

/**
 * What a token counts towards a shingle, in eighths of a word. Words of Chinese and Japanese average 1.6 characters,
 * those of Thai and its neighbours about 4 (marks left out), so a shingle of five words has 40 eighths in any script:
 * 5 words, 8 Han characters, 20 Thai ones, or a mixture.
 */
const wordWeight = 8
const ideographWeight = 5
const syllableWeight = 2

// From the digits of pi and e; the factors must be odd. What they are is part of the format of stored keys.
const rollLo = 0x243f6a8b
const rollHi = 0x2b7e1513
const seedLo = 0x85a308d3 | 0
const seedHi = 0x13198a2e

/**
 * The shingles of a text as 64-bit hashes: every run of `ngram` words, after the folding of fold.ts, in one pass over
 * its UTF-16 code units. Words end at white space and punctuation; in scripts without blanks a character stands for a
 * part of a word (its weight), and a shingle starts at each of them. No list of words or shingles is ever made, so
 * memory does not grow with the text. The same text has the same shingles on every machine.
 */
export class Shingles {
  /** The lanes of the shingles of the block at hand; each is uniform over 32 bits. */
  readonly lo = new Int32Array(blockSize)
  readonly hi = new Int32Array(blockSize)
  readonly #table = foldTable()
  readonly #enough: number
  // A shingle's hash is a polynomial in those of its tokens: the difference of two prefixes, whatever its length.
  // Rings, long enough for the shingle with most tokens.
  readonly #mask: number
  readonly #prefixLo: Int32Array
  readonly #prefixHi: Int32Array
  readonly #weight: Int32Array
  readonly #powerLo: Int32Array
  readonly #powerHi: Int32Array
  #tokens = 0
  #start = 0
  #filled = 0
  #wordLo = seedLo
  #wordHi = seedHi
  #open = false
  #take: (count: number) => void = ignore

  /** @param ngram words a shingle */
  constructor(ngram: number) {
    this.#enough = ngram * wordWeight
    const tokens = Math.ceil(this.#enough / syllableWeight)
    const size = 2 ** Math.ceil(Math.log2(tokens + 2))
    this.#mask = size - 1
    this.#prefixLo = new Int32Array(size)
    this.#prefixHi = new Int32Array(size)
    this.#weight = new Int32Array(size)
    this.#powerLo = powers(rollLo, size)
    this.#powerHi = powers(rollHi, size)
  }

  /** Hand over the shingles of `text` in blocks: `take(count)` reads the first `count` of `lo` and `hi` at once. */
  scan(text: string, take: (count: number) => void): void {
    this.#take = take
    // What the rings still hold of another text cancels out: only differences are looked at.
    this.#tokens = this.#start = this.#filled = 0
    const table = this.#table
    const length = text.length
    // The hash of the word at hand, in registers while its characters are plain ones.
    let lo = seedLo
    let hi = seedHi
    let open = false
    for (let i = 0; i < length; i++) {
      const entry = table[text.charCodeAt(i)]!
      if (entry < 0x10000) {
        lo = stepLo(lo, entry)
        hi = stepHi(hi, entry)
        open = true
      } else if (entry === BLANK << 16) {
        if (!open) continue
        this.#push(lo, hi, wordWeight)
        lo = seedLo
        hi = seedHi
        open = false
      } else {
        this.#wordLo = lo
        this.#wordHi = hi
        this.#open = open
        i = this.#special(text, i, entry)
        lo = this.#wordLo
        hi = this.#wordHi
        open = this.#open
      }
    }
    if (open) this.#push(lo, hi, wordWeight)
    if (this.#filled > 0) take(this.#filled)
    this.#take = ignore
  }

  /** A character that is neither a plain part of a word nor a blank; returns the place of its last code unit. */
  #special(text: string, i: number, entry: number): number {
    let kind = entry >> 16
    let unit = entry & 0xffff
    let rest = ''
    if (kind === OTHER) {
      const point = text.codePointAt(i)!
      if (point > 0xffff) i++
      const fold = otherFold(point)
      kind = fold.kind
      unit = fold.text.charCodeAt(0)
      rest = fold.text.slice(1)
    }
    switch (kind) {
      case DROP:
        return i
      case BLANK:
        this.#endWord()
        return i
      case DIGIT:
        this.#extend(unit)
        return numberEnd(this.#table, text, i + 1) - 1
      case HANGUL:
        this.#extendByHangul(text.charCodeAt(i) - 0xac00)
        return i
      case IDEOGRAPH:
      case SYLLABLE:
        this.#endWord()
    }
    this.#extend(unit)
    for (let k = 0; k < rest.length; k++) this.#extend(rest.charCodeAt(k))
    if (kind !== WORD) this.#endWord(kind === IDEOGRAPH ? ideographWeight : syllableWeight)
    return i
  }

  #extend(unit: number): void {
    this.#wordLo = stepLo(this.#wordLo, unit)
    this.#wordHi = stepHi(this.#wordHi, unit)
    this.#open = true
  }

  /** By the two or three letters that NFD makes of a syllable (Unicode, chapter 3.12): both forms are the same word. */
  #extendByHangul(syllable: number): void {
    this.#extend(0x1100 + Math.floor(syllable / 588))
    this.#extend(0x1161 + Math.floor((syllable % 588) / 28))
    if (syllable % 28 > 0) this.#extend(0x11a7 + (syllable % 28))
  }

  #endWord(weight = wordWeight): void {
    if (!this.#open) return
    this.#push(this.#wordLo, this.#wordHi, weight)
    this.#wordLo = seedLo
    this.#wordHi = seedHi
    this.#open = false
  }

  /** One more token; it may complete a shingle, or several that started at lighter ones. */
  #push(lo: number, hi: number, weight: number): void {
    const mask = this.#mask
    const before = this.#tokens & mask
    const at = ++this.#tokens & mask
    const endLo = (this.#prefixLo[at] = (Math.imul(this.#prefixLo[before]!, rollLo) + mix(lo)) | 0)
    const endHi = (this.#prefixHi[at] = (Math.imul(this.#prefixHi[before]!, rollHi) + mix(hi)) | 0)
    const weighed = (this.#weight[at] = (this.#weight[before]! + weight) | 0)
    while (((weighed - this.#weight[this.#start & mask]!) | 0) >= this.#enough) {
      const from = this.#start & mask
      const tokens = this.#tokens - this.#start++
      this.lo[this.#filled] = mix(endLo - Math.imul(this.#prefixLo[from]!, this.#powerLo[tokens]!))
      this.hi[this.#filled] = mix(endHi - Math.imul(this.#prefixHi[from]!, this.#powerHi[tokens]!))
      if (++this.#filled === blockSize) {
        this.#take(blockSize)
        this.#filled = 0
      }
    }
  }
}

const comma = 0x2c
const stop = 0x2e

/** Where the number that began before `at` ends: digits, then at most one decimal separator with more digits. */
function numberEnd(table: Int32Array, text: string, at: number): number {
  at = digitsEnd(table, text, at)
  const unit = text.charCodeAt(at)
  // The Arabic comma and decimal separator, and the three decimal separator key symbols, as datatrove.
  const separates = unit === comma || unit === stop || unit === 0x060c || unit === 0x066b || (unit >= 0x2396 && unit <= 0x2398)
  if (!separates) return at
  const end = digitsEnd(table, text, at + 1)
  return end > at + 1 ? end : at
}

function digitsEnd(table: Int32Array, text: string, at: number): number {
  for (;;) {
    // NaN at the end of the text, which the table does not have.
    const kind = (table[text.charCodeAt(at)] ?? 0) >> 16
    if (kind === DIGIT) at++
    else if (kind === OTHER && otherFold(text.codePointAt(at)!).kind === DIGIT) at += 2
    else return at
  }
}

/** FNV-1a's step (the 32-bit prime of Fowler, Noll and Vo). */
function stepLo(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** Turned, so that the lanes do not collide together; the factor is the golden ratio. */
function stepHi(hash: number, unit: number): number {
  return Math.imul(((hash << 5) | (hash >>> 27)) ^ unit, 0x9e3779b1)
}

/** The finaliser of MurmurHash3: a bijection that makes every bit depend on every bit. */
function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
  return word ^ (word >>> 16)
}

function powers(base: number, count: number): Int32Array {
  const table = new Int32Array(count)
  table[0] = 1
  for (let k = 1; k < count; k++) table[k] = Math.imul(table[k - 1]!, base)
  return table
}

function ignore(): void {}
