import type { Dictionary } from './dictionary.ts'
import { HASH_START, hashByte, hashBytes, NgramHash, remainder } from './hash.ts'
import type { FastTextKind } from './header.ts'
import type { Matrix } from './matrix.ts'

/** fastText ends every line with this word, and a line ends where a text has it. */
const END = Buffer.from('</s>')
const END_HASH = hashBytes(END, 0, END.length)
/** Unknown words that begin so are labels nobody trained. The file does not say with which prefix it was trained. */
const LABEL_PREFIX = Buffer.from('__label__')

/** Mean of the vectors of a text's words, character n-grams and word n-grams, added up in fastText's order. */
export class TextVector {
  /** What `set` left. */
  readonly vector: Float32Array
  readonly #kind: FastTextKind
  readonly #dictionary: Dictionary
  readonly #input: Matrix
  readonly #ngram = new NgramHash()
  /** Hashes of the words of the text: the first `#words` numbers. */
  #hashes = new Int32Array(1024)
  #words = 0
  /** A word between its two marks. */
  #marked = new Uint8Array(256)
  /** Rows found and not yet added up: the first `#pending` numbers. */
  readonly #rows = new Int32Array(256)
  #pending = 0
  #added = 0

  constructor(kind: FastTextKind, dictionary: Dictionary, input: Matrix) {
    this.vector = new Float32Array(kind.dimension)
    this.#kind = kind
    this.#dictionary = dictionary
    this.#input = input
  }

  /** @returns false where the text has nothing that the model knows, so that there is no vector */
  set(text: string): boolean {
    this.vector.fill(0)
    this.#words = 0
    this.#added = 0
    this.#addWords(Buffer.from(text))
    this.#addWordNgrams()
    this.#flush()
    if (this.#added === 0) return false
    const share = Math.fround(1 / this.#added)
    for (let k = 0; k < this.vector.length; k++) this.vector[k]! *= share
    return true
  }

  #addWords(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      if (isBlank(bytes[start]!)) {
        start++
        continue
      }
      let hash = HASH_START
      let end = start
      for (; end < bytes.length && !isBlank(bytes[end]!); end++) hash = hashByte(hash, bytes[end]!)
      if (this.#addWord(bytes, start, end, hash)) return
      start = end
    }
    this.#addWord(END, 0, END.length, END_HASH)
  }

  /** @returns whether it was the word that ends a line */
  #addWord(bytes: Uint8Array, start: number, end: number, hash: number): boolean {
    const id = this.#dictionary.find(bytes, start, end, hash)
    const isEnd = hash === END_HASH && equals(bytes, start, end, END)
    const isLabel = id === -1 ? equals(bytes, start, start + LABEL_PREFIX.length, LABEL_PREFIX) : id >= this.#dictionary.words
    if (!isLabel) {
      if (id !== -1) this.#addRow(id)
      if (!isEnd && this.#kind.charNgrams[1] > 0) this.#addCharNgrams(bytes, start, end)
      if (this.#words === this.#hashes.length) this.#hashes = grown(this.#hashes)
      this.#hashes[this.#words++] = hash
    }
    return isEnd
  }

  #addCharNgrams(bytes: Uint8Array, start: number, end: number): void {
    const [shortest, longest] = this.#kind.charNgrams
    const length = end - start + 2
    if (length > this.#marked.length) this.#marked = new Uint8Array(length * 2)
    const marked = this.#marked
    marked[0] = 0x3c // <
    marked.set(bytes.subarray(start, end), 1)
    marked[length - 1] = 0x3e // >
    for (let from = 0; from < length; from++) {
      if (isInsideCharacter(marked[from]!)) continue
      let hash = HASH_START
      for (let to = from, n = 1; to < length && n <= longest; n++) {
        hash = hashByte(hash, marked[to++]!)
        while (to < length && isInsideCharacter(marked[to]!)) hash = hashByte(hash, marked[to++]!)
        // The marks alone are no n-grams.
        if (n >= shortest && !(n === 1 && (from === 0 || to === length))) this.#addBucket(remainder(hash >>> 0, this.#kind.buckets))
      }
    }
  }

  #addWordNgrams(): void {
    const { wordNgrams, buckets } = this.#kind
    const hashes = this.#hashes
    for (let first = 0; first < this.#words; first++) {
      const end = Math.min(this.#words, first + wordNgrams)
      this.#ngram.start(hashes[first]!)
      for (let next = first + 1; next < end; next++) {
        this.#ngram.add(hashes[next]!)
        this.#addBucket(this.#ngram.bucket(buckets))
      }
    }
  }

  #addBucket(bucket: number): void {
    const row = this.#dictionary.rowOf(bucket)
    if (row !== -1) this.#addRow(row)
  }

  #addRow(row: number): void {
    this.#rows[this.#pending++] = row
    if (this.#pending === this.#rows.length) this.#flush()
  }

  #flush(): void {
    this.#input.add(this.#rows, this.#pending, this.vector)
    this.#added += this.#pending
    this.#pending = 0
  }
}

/** Space, \t, \n, \v, \f, \r, NUL. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte <= 0x0d && (byte >= 0x09 || byte === 0))
}

/** Second and later bytes of a character in UTF-8. */
function isInsideCharacter(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

/** Is bytes[start] to bytes[end - 1] what `wanted` holds? */
function equals(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false
  for (let k = 0; k < wanted.length; k++) if (bytes[start + k] !== wanted[k]) return false
  return true
}

function grown(hashes: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(hashes.length * 2)
  larger.set(hashes)
  return larger
}
