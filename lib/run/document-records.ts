/** Documents of a group: records go to disk by groups, and a group starts at a multiple of this. */
export const groupSize = 64
const growth = 1.4
/** Words of a record before its sketch: check word, end of its id among the bytes of ids. */
const headWords = 2
/** An id arena is addressed by 32 bits. */
const maxIdBytes = 2 ** 32 - 1

/** What is known of a kept document, beside its keys. */
export interface DocumentRecord {
  /** 32 bits more of its text's hash. */
  readonly check: number
  readonly sketch: Uint32Array
  readonly id: string
}

/**
 * Records of the documents from number `first` on, in two typed arrays: 8 bytes, the sketch and the id in UTF-8 each.
 */
export class DocumentRecords {
  readonly #sketchWords: number
  readonly #stride: number
  #words: Uint32Array
  #ids: Buffer
  #count = 0
  #first = 0

  constructor(sketchWords: number) {
    this.#sketchWords = sketchWords
    this.#stride = headWords + sketchWords
    this.#words = new Uint32Array(4 * this.#stride)
    this.#ids = Buffer.alloc(128)
  }

  /** Number of the first document held. */
  get first(): number {
    return this.#first
  }

  /** Number of the next document. */
  get end(): number {
    return this.#first + this.#count
  }

  get bytes(): number {
    return this.#words.byteLength + this.#ids.byteLength
  }

  /** Bytes of the arrays that are allocated, beside the present ones, for one more record; 0 where it fits. */
  growthFor(idBytes: number): number {
    return this.#wordsFor() * 4 + this.#idsFor(idBytes)
  }

  /** False where not even the largest arrays would hold one more. */
  canHold(idBytes: number): boolean {
    return this.#idEnd() + idBytes <= maxIdBytes && (this.#count + 1) * this.#stride < 2 ** 32
  }

  /** @returns the number of the new document */
  add(check: number, sketch: Uint32Array, id: string): number {
    const start = this.#idEnd()
    this.#grow(Buffer.byteLength(id))
    const at = this.#count * this.#stride
    this.#words[at] = check
    this.#words[at + 1] = start + this.#ids.write(id, start, 'utf8')
    for (let k = 0; k < this.#sketchWords; k++) this.#words[at + headWords + k] = sketch[k]!
    return this.#first + this.#count++
  }

  read(number: number): DocumentRecord {
    return recordAt(this.#words, this.#ids, number - this.#first, this.#stride)
  }

  /** The group that starts at `number`, in one piece of memory: its records' words, then its ids. */
  pack(number: number): Uint8Array {
    const from = number - this.#first
    const to = Math.min(from + groupSize, this.#count)
    const idStart = this.#idStart(from)
    const words = Uint32Array.from(this.#words.subarray(from * this.#stride, to * this.#stride))
    for (let at = 1; at < words.length; at += this.#stride) words[at]! -= idStart
    const ids = this.#ids.subarray(idStart, this.#idStart(to))
    const packed = new Uint8Array(4 + words.byteLength + ids.length)
    new Uint32Array(packed.buffer, 0, 1 + words.length).set([to - from, ...words])
    packed.set(ids, 4 + words.byteLength)
    return packed
  }

  /** Forget the documents before `number`. */
  forget(number: number): void {
    const gone = number - this.#first
    const idStart = this.#idStart(gone)
    const idEnd = this.#idEnd()
    this.#words.copyWithin(0, gone * this.#stride, this.#count * this.#stride)
    this.#ids.copyWithin(0, idStart, idEnd)
    this.#first = number
    this.#count -= gone
    for (let at = 1; at < this.#count * this.#stride; at += this.#stride) this.#words[at]! -= idStart
  }

  #idStart(at: number): number {
    return at === 0 ? 0 : this.#words[(at - 1) * this.#stride + 1]!
  }

  #idEnd(): number {
    return this.#idStart(this.#count)
  }

  #wordsFor(): number {
    const { length } = this.#words
    return (this.#count + 1) * this.#stride <= length ? 0 : Math.ceil((length * growth) / this.#stride) * this.#stride
  }

  #idsFor(idBytes: number): number {
    const needed = this.#idEnd() + idBytes
    return needed <= this.#ids.length ? 0 : Math.min(Math.max(Math.ceil(this.#ids.length * growth), needed), maxIdBytes)
  }

  #grow(idBytes: number): void {
    const words = this.#wordsFor()
    if (words > 0) {
      const old = this.#words
      this.#words = new Uint32Array(words)
      this.#words.set(old)
    }
    const bytes = this.#idsFor(idBytes)
    if (bytes > 0) {
      const old = this.#ids
      this.#ids = Buffer.alloc(bytes)
      this.#ids.set(old)
    }
  }
}

/** The record of document `number` in a packed group, which starts at a multiple of four bytes. */
export function recordIn(group: Uint8Array, number: number, sketchWords: number): DocumentRecord {
  const stride = headWords + sketchWords
  const [count = 0] = new Uint32Array(group.buffer, group.byteOffset, 1)
  const words = new Uint32Array(group.buffer, group.byteOffset + 4, count * stride)
  const ids = group.subarray(4 + words.byteLength)
  return recordAt(words, Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength), number % groupSize, stride)
}

function recordAt(words: Uint32Array, ids: Buffer, at: number, stride: number): DocumentRecord {
  const word = at * stride
  return {
    check: words[word]!,
    sketch: words.slice(word + headWords, word + stride),
    id: ids.toString('utf8', at === 0 ? 0 : words[word - stride + 1]!, words[word + 1]!),
  }
}
