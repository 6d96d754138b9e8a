/** Words of a block: one cache line, so that a question costs one access to memory. */
const blockWords = 16
/** Bits set for a key, all in its block. */
const bitsPerKey = 5

/**
 * A blocked Bloom filter (Putze, Sanders, Singler 2007) of 64-bit keys of a good hash: says "no" for sure, or "maybe".
 * Wrong about 2 % of the absent keys at 8 bits a key, 10 % at 5, two thirds at 2.
 */
export class KeyFilter {
  readonly #words: Uint32Array
  readonly #blocks: number

  /** @param bytes memory it may take; below 64 it says "maybe" to all */
  constructor(bytes: number) {
    this.#blocks = Math.floor(bytes / (blockWords * 4))
    this.#words = new Uint32Array(this.#blocks * blockWords)
  }

  get bytes(): number {
    return this.#words.byteLength
  }

  add(first: number, second: number): void {
    const block = this.#block(second)
    for (let k = 0, bits = mixed(first); k < bitsPerKey && this.#blocks > 0; k++, bits = mixed(bits + k)) {
      this.#words[block + (bits >>> 28)]! |= 1 << ((bits >>> 23) & 31)
    }
  }

  mayHold(first: number, second: number): boolean {
    const block = this.#block(second)
    for (let k = 0, bits = mixed(first); k < bitsPerKey && this.#blocks > 0; k++, bits = mixed(bits + k)) {
      if ((this.#words[block + (bits >>> 28)]! & (1 << ((bits >>> 23) & 31))) === 0) return false
    }
    return true
  }

  #block(second: number): number {
    return Math.floor(second * (this.#blocks / 2 ** 32)) * blockWords
  }
}

function mixed(word: number): number {
  const x = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d)
  return x ^ (x >>> 13)
}
