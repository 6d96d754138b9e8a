/** Words of a slot: the key's two, then value + 1, of which 0 marks an empty slot. */
const slotWords = 3
const slotBytes = slotWords * 4
/** Linear probing stays short up to this share of full slots. */
const maxLoad = 0.8
/** Load is `maxLoad / growth` = 0.57 after growing. */
const growth = 1.4
/** Words of one typed array. */
const maxSlots = Math.floor((2 ** 32 - 1) / slotWords)

/**
 * A map from 64-bit keys to numbers below 2^32 - 1 in one typed array: open addressing, 12 bytes a slot, 15 to 21 bytes
 * a key, and nothing for the garbage collector to walk.
 *
 * A key is a pair of words of a good hash: the first, scaled to the number of slots, is where its search begins. So the
 * table may have any size, and its slots are in the order of the first word but for what collided.
 */
export class KeyTable {
  #slots: Uint32Array
  #capacity: number
  #size = 0

  /** @param keys how many it holds before it must grow */
  constructor(keys: number) {
    this.#capacity = slotsFor(keys)
    this.#slots = new Uint32Array(this.#capacity * slotWords)
  }

  /** Keys held. */
  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#slots.byteLength
  }

  /** Bytes of the array that is allocated, beside the present one, when `more` keys are to come; 0 where they fit. */
  growthFor(more: number): number {
    return this.#size + more <= this.#capacity * maxLoad ? 0 : this.#grown(more) * slotBytes
  }

  /** False where not even the largest array would hold `more` keys. */
  canHold(more: number): boolean {
    return this.#size + more <= maxSlots * maxLoad
  }

  /** Value of the key, -1 where it has none. */
  get(first: number, second: number): number {
    const slots = this.#slots
    return slots[this.#find(first, second) + 2]! - 1
  }

  /** Give the key a value, or another. */
  set(first: number, second: number, value: number): void {
    if (this.#size + 1 > this.#capacity * maxLoad) this.reserve(1)
    const at = this.#find(first, second)
    const slots = this.#slots
    if (slots[at + 2] === 0) this.#size++
    slots[at] = first
    slots[at + 1] = second
    slots[at + 2] = value + 1
  }

  /** Grow, if need be, so that `more` keys fit. */
  reserve(more: number): void {
    if (this.growthFor(more) === 0) return
    const old = this.#slots
    this.#capacity = this.#grown(more)
    this.#slots = new Uint32Array(this.#capacity * slotWords)
    for (let from = 0; from < old.length; from += slotWords) {
      if (old[from + 2] === 0) continue
      const to = this.#find(old[from]!, old[from + 1]!)
      for (let k = 0; k < slotWords; k++) this.#slots[to + k] = old[from + k]!
    }
  }

  /** Forget all keys; the array keeps its size. */
  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }

  /**
   * Call `take(first, second, value)` for every key whose first word is in `from` .. `to` (2^32 at most, exclusive), in
   * no particular order. Time is that of the slots where they can be.
   */
  scan(from: number, to: number, take: (first: number, second: number, value: number) => void): void {
    const slots = this.#slots
    const until = Math.ceil(to * (this.#capacity / 2 ** 32))
    // Colliding pushes a key on, past the end and to the start too, but never over an empty slot.
    for (let slot = this.#home(from), seen = 0; seen < this.#capacity; slot++, seen++) {
      const at = (slot < this.#capacity ? slot : slot - this.#capacity) * slotWords
      if (slots[at + 2] === 0) {
        if (slot >= until) return
      } else if (slots[at]! >= from && slots[at]! < to) take(slots[at]!, slots[at + 1]!, slots[at + 2]! - 1)
    }
  }

  #grown(more: number): number {
    return Math.min(Math.max(Math.ceil(this.#capacity * growth), slotsFor(this.#size + more)), maxSlots)
  }

  /** Index of the slot that holds the key, or of the empty one where it belongs. */
  #find(first: number, second: number): number {
    const slots = this.#slots
    const end = slots.length
    for (let at = this.#home(first) * slotWords; ; ) {
      if (slots[at + 2] === 0 || (slots[at] === first && slots[at + 1] === second)) return at
      at += slotWords
      if (at === end) at = 0
    }
  }

  /** The high word of `word` x capacity: uniform without a power of two. */
  #home(word: number): number {
    return Math.floor(word * (this.#capacity / 2 ** 32))
  }
}

function slotsFor(keys: number): number {
  return Math.ceil(keys / maxLoad) + 1
}
