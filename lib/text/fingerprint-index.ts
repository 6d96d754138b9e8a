import { fingerprintWords } from './fingerprint.ts'

/** Who came first with a fingerprint. */
export interface Owner {
  /** Number of the file, as the caller counts them. */
  readonly file: number
  /** 0-based row ordinal within the file. */
  readonly row: number
}

/** Words of one slot: the fingerprint, file + 1 (0 marks an empty slot), row. */
const slotWords = fingerprintWords + 2
const fileAt = fingerprintWords
const rowAt = fingerprintWords + 1
/** Open addressing stays short up to this share of full slots. */
const maxLoad = 0.75

/**
 * Fingerprints and their owners in one typed array: 24 bytes a slot, 32 to 64 bytes a document, and nothing for the
 * garbage collector to walk. Grows by doubling; while it does, the old and the new array are both held.
 */
export class FingerprintIndex {
  #slots: Uint32Array
  #mask: number
  #size = 0

  /** @param expected documents for which no growth is wanted */
  constructor(expected = 1024) {
    let capacity = 16
    while (capacity * maxLoad < expected) capacity *= 2
    this.#slots = new Uint32Array(capacity * slotWords)
    this.#mask = capacity - 1
  }

  /** Distinct fingerprints held. */
  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#slots.byteLength
  }

  /**
   * Make (`file`, `row`) the owner of `key` if it has none.
   * @returns null if it had none, else its owner, which stays
   */
  claim(key: Uint32Array, file: number, row: number): Owner | null {
    if (this.#size >= (this.#mask + 1) * maxLoad) this.#grow()
    const slots = this.#slots
    const at = find(slots, this.#mask, key, 0)
    if (slots[at + fileAt] !== 0) return { file: slots[at + fileAt]! - 1, row: slots[at + rowAt]! }
    for (let k = 0; k < fingerprintWords; k++) slots[at + k] = key[k]!
    slots[at + fileAt] = file + 1
    slots[at + rowAt] = row
    this.#size++
    return null
  }

  #grow(): void {
    const old = this.#slots
    this.#mask = this.#mask * 2 + 1
    this.#slots = new Uint32Array(old.length * 2)
    for (let from = 0; from < old.length; from += slotWords) {
      if (old[from + fileAt] === 0) continue
      const to = find(this.#slots, this.#mask, old, from)
      for (let k = 0; k < slotWords; k++) this.#slots[to + k] = old[from + k]!
    }
  }
}

/** Index of the slot that holds the fingerprint at `keys[at]`, or of the empty one where it belongs. */
function find(slots: Uint32Array, mask: number, keys: Uint32Array, at: number): number {
  // The fingerprint is uniform, so any of its words is a good hash.
  for (let slot = keys[at]! & mask; ; slot = (slot + 1) & mask) {
    const to = slot * slotWords
    if (slots[to + fileAt] === 0) return to
    if (
      slots[to] === keys[at] && slots[to + 1] === keys[at + 1] &&
      slots[to + 2] === keys[at + 2] && slots[to + 3] === keys[at + 3]
    ) return to
  }
}
