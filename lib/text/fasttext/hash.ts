/** 32-bit FNV-1a as fastText has it: bytes count as signed, so those above 127 flip the upper 24 bits too. */
export const HASH_START = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

/** One byte (0 to 255) more. Hashes are int32 here; `>>> 0` makes them what fastText prints. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ ((byte << 24) >> 24), FNV_PRIME)
}

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START
  for (let i = start; i < end; i++) hash = hashByte(hash, bytes[i]!)
  return hash
}

/** Multiplier of word n-grams in fastText (`addWordNgrams`). */
const NGRAM_FACTOR = 116049371

/**
 * Hash of a sequence of words, 64 bits unsigned: `h = h * 116049371 + next`, the 32-bit hashes of the words extended
 * by their sign. In two halves, since a Number has 53 bits and BigInt is 20 times as slow.
 */
export class NgramHash {
  #high = 0
  #low = 0

  start(hash: number): void {
    this.#low = hash
    this.#high = hash >> 31
  }

  add(hash: number): void {
    const low = this.#low
    // Below 2 ** 44 throughout, so exact.
    const carry = Math.floor(((low >>> 16) * NGRAM_FACTOR + Math.floor(((low & 0xffff) * NGRAM_FACTOR) / 65536)) / 65536)
    const sum = (Math.imul(low, NGRAM_FACTOR) >>> 0) + (hash >>> 0)
    this.#low = sum | 0
    this.#high = (Math.imul(this.#high, NGRAM_FACTOR) + carry + (hash >> 31) + (sum > 0xffffffff ? 1 : 0)) | 0
  }

  /** Remainder by `buckets`, which is from 1 to 2 ** 31 - 1. */
  bucket(buckets: number): number {
    const low = this.#low
    const high = remainder(this.#high >>> 0, buckets)
    const middle = remainder(high * 65536 + (low >>> 16), buckets)
    return remainder(middle * 65536 + (low & 0xffff), buckets)
  }
}

/** `x % by` for whole numbers, x from 0 to 2 ** 52: several times as fast as %, which is a call out of line for doubles. */
export function remainder(x: number, by: number): number {
  const rest = x - Math.floor(x / by) * by
  return rest < 0 ? rest + by : rest >= by ? rest - by : rest
}
