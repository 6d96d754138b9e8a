import { hashBytes } from './hash.ts'
import type { ModelFile } from './model-file.ts'

/** Bytes of a word's entry beside the word: its end mark, an int64 count, a byte for the type. */
const ENTRY_BYTES = 10
const WORD = 0
const LABEL = 1

/** Corpora are smaller than this; fastText builds the tree of hierarchical softmax with it as infinity. */
const MOST_WORDS = 1e15

/**
 * Words and labels by their bytes, and the row of every bucket. Words are kept as bytes in one array and found through
 * one table of int32: 25 bytes a word and nothing for the garbage collector, where a Map of strings takes 100. Bytes
 * also tell apart words that are no valid UTF-8, which strings would not.
 */
export class Dictionary {
  /** Ids below this are words, from here on labels; an id is also the word's row. */
  readonly words: number
  readonly labels: readonly string[]
  /** Occurrences of each label in the training data. */
  readonly labelCounts: Float64Array
  readonly #bytes: Uint8Array
  /** Of word i: starts[i] to starts[i + 1]. */
  readonly #starts: Uint32Array
  /** id + 1 by hash, 0 where free. Its length is a power of two and more than twice the number of words. */
  readonly #table: Int32Array
  /** Row after those of the words, by bucket, in models whose rows were pruned. Null: every bucket has its own. */
  readonly #kept: ReadonlyMap<number, number> | null

  constructor(words: number, labelCounts: Float64Array, bytes: Uint8Array, starts: Uint32Array, kept: ReadonlyMap<number, number> | null) {
    this.words = words
    this.labelCounts = labelCounts
    this.#bytes = bytes
    this.#starts = starts
    this.#kept = kept
    const size = starts.length - 1
    this.labels = Array.from(labelCounts, (_, k) => Buffer.from(bytes.subarray(starts[words + k], starts[words + k + 1])).toString())
    let capacity = 16
    while (capacity <= size * 2) capacity *= 2
    this.#table = new Int32Array(capacity)
    for (let id = 0; id < size; id++) this.#table[this.#slot(bytes, starts[id]!, starts[id + 1]!)] = id + 1
  }

  /** Rows that a bucket or word can ask for, if all `buckets` are in use. */
  rowsNeeded(buckets: number): number {
    if (this.#kept === null) return this.words + buckets
    let most = 0
    for (const row of this.#kept.values()) if (row >= most) most = row + 1
    return this.words + most
  }

  get isPruned(): boolean {
    return this.#kept !== null
  }

  /** Id of a word or label whose hash is `hash`, -1 where there is none. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    return this.#table[this.#slot(bytes, start, end, hash)]! - 1
  }

  /** Row of a bucket, -1 where pruning left none. */
  rowOf(bucket: number): number {
    if (this.#kept === null) return this.words + bucket
    const row = this.#kept.get(bucket)
    return row === undefined ? -1 : this.words + row
  }

  #slot(bytes: Uint8Array, start: number, end: number, hash = hashBytes(bytes, start, end)): number {
    const mask = this.#table.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#table[slot]! - 1
      if (id === -1 || this.#equals(id, bytes, start, end)) return slot
    }
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[id]!
    if (this.#starts[id + 1]! - from !== end - start) return false
    for (let k = 0; k < end - start; k++) if (this.#bytes[from + k] !== bytes[start + k]) return false
    return true
  }
}

export function readDictionary(file: ModelFile): Dictionary {
  const part = 'the dictionary'
  const at = file.position
  const size = file.int32(part)
  const words = file.int32(part)
  const labels = file.int32(part)
  file.int64(part) // tokens of the training data
  const kept = file.int64(part)
  if (words < 0 || labels < 1 || words + labels !== size) {
    throw file.bad(`damaged at byte ${at}: a dictionary of ${size} entries, ${words} words and ${labels} labels`)
  }
  file.need(size * ENTRY_BYTES, part)

  let bytes = new Uint8Array(size * 8)
  const starts = new Uint32Array(size + 1)
  const labelCounts = new Float64Array(labels)
  let total = 0
  let end = 0
  for (let id = 0; id < size; id++) {
    for (let byte = file.byte(part); byte !== 0; byte = file.byte(part)) {
      if (end === bytes.length) bytes = grown(bytes)
      bytes[end++] = byte
    }
    starts[id + 1] = end
    const count = file.int64(part)
    const type = file.byte(part)
    if (type !== (id < words ? WORD : LABEL)) {
      throw file.bad(`damaged at byte ${file.position - 1}: entry ${id + 1} of the dictionary has type ${type}, expected ${words} words, then ${labels} labels`)
    }
    if (id < words) continue
    total += count
    if (count < 0 || total >= MOST_WORDS) throw file.bad(`damaged before byte ${file.position}: a label that occurs ${count} times`)
    labelCounts[id - words] = count
  }
  return new Dictionary(words, labelCounts, bytes.slice(0, end), starts, readKept(file, kept))
}

/** -1 stands for a model that was not pruned, 0 for one that lost all its n-grams. */
function readKept(file: ModelFile, count: number): Map<number, number> | null {
  if (count < 0) return null
  const part = 'the list of kept n-grams'
  file.need(count * 8, part)
  const kept = new Map<number, number>()
  for (let k = 0; k < count; k++) {
    const bucket = file.int32(part)
    const row = file.int32(part)
    if (row < 0) throw file.bad(`damaged before byte ${file.position}: n-gram ${bucket} is kept in row ${row}`)
    kept.set(bucket, row)
  }
  return kept
}

function grown(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2)
  larger.set(bytes)
  return larger
}
