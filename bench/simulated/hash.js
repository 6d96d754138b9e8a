/** Multipliers with well-spread bits: 2^32 by the golden ratio, and primes of MurmurHash3's finaliser. */
const golden = 0x9e3779b1
const mixers = /** @type {const} */ ([0x85ebca6b, 0xc2b2ae35])

/**
 * A 53-bit number for a stretch of text, the same on every machine. Not for secrets: for draws, and for telling blocks
 * of text apart.
 * @param {string} text
 * @param {number} [seed] a safe integer, such as the hash of what came before
 * @param {number} [from] first UTF-16 unit
 * @param {number} [to] one behind the last
 */
export function hash53(text, seed = 0, from = 0, to = text.length) {
  let low = seed | 0
  let high = Math.floor(seed / 4294967296) ^ golden
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    low = Math.imul(low ^ unit, golden)
    low ^= low >>> 15
    high = Math.imul(high + unit, mixers[0])
    high ^= high >>> 13
  }
  low = mix(low ^ (to - from))
  high = mix(high ^ low)
  return (high & 0x1fffff) * 4294967296 + (low >>> 0)
}

/**
 * A number in [0, 1) for a text and a seed.
 * @param {string} text
 * @param {number} seed
 */
export function fractionOf(text, seed) {
  return hash53(text, seed) / 2 ** 53
}

/** @param {number} value */
function mix(value) {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, mixers[0])
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, mixers[1])
  return mixed ^ (mixed >>> 16)
}
