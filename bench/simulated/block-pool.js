/**
 * The KV cache in blocks, with prefix caching as vLLM does it: full prompt blocks are known by the hash of everything
 * up to their end, may be held by many requests at once, and stay after the last one lets go until their room is
 * needed, oldest first.
 */
export class BlockPool {
  /** @type {Map<number, number>} holders by hash; 0: may be evicted */
  #holders = new Map()
  /** @type {Set<number>} hashes that nobody holds, the longest unused first */
  #idle = new Set()
  #free
  #caching

  /**
   * @param {number} capacity in blocks
   * @param {boolean} caching false: a prompt is never found again
   */
  constructor(capacity, caching) {
    this.capacity = capacity
    this.#free = capacity
    this.#caching = caching
  }

  /** Blocks that can be taken: empty ones, and cached ones that nobody holds. */
  get available() {
    return this.#free + this.#idle.size
  }

  /** Share of the blocks that some request holds, 0 to 1. */
  get usage() {
    return 1 - this.available / this.capacity
  }

  /** Blocks with a known hash, held or not. */
  get cached() {
    return this.#holders.size
  }

  /**
   * How many of the first `limit` blocks are there.
   * @param {readonly number[]} hashes
   * @param {number} limit
   */
  match(hashes, limit) {
    let found = 0
    for (const hash of hashes) {
      if (found === limit || !this.#holders.has(hash)) break
      found++
    }
    return found
  }

  /**
   * Hold the first `found` blocks of `hashes` and take `fresh` more, all or nothing.
   * @param {readonly number[]} hashes
   * @param {number} found
   * @param {number} fresh
   * @returns {boolean} false where there is not enough room
   */
  admit(hashes, found, fresh) {
    let idle = 0
    for (let i = 0; i < found; i++) if (this.#idle.has(/** @type {number} */ (hashes[i]))) idle++
    if (this.available - idle < fresh) return false
    for (let i = 0; i < found; i++) {
      const hash = /** @type {number} */ (hashes[i])
      this.#idle.delete(hash)
      this.#holders.set(hash, (this.#holders.get(hash) ?? 0) + 1)
    }
    return this.take(fresh)
  }

  /**
   * Take blocks that hold nothing of anybody's; empty ones first.
   * @param {number} blocks
   * @returns {boolean} false, and nothing taken, where there are not so many
   */
  take(blocks) {
    if (this.available < blocks) return false
    for (let short = blocks - this.#free; short > 0; short--) {
      const [oldest] = this.#idle
      this.#idle.delete(/** @type {number} */ (oldest))
      this.#holders.delete(/** @type {number} */ (oldest))
      this.#free++
    }
    this.#free -= blocks
    return true
  }

  /**
   * Make a taken block known by its hash, held once by its owner.
   * @param {number} hash
   * @returns {boolean} false where the hash is known already; the block stays its owner's own
   */
  publish(hash) {
    if (!this.#caching || this.#holders.has(hash)) return false
    this.#holders.set(hash, 1)
    return true
  }

  /**
   * Let go. The end of a prompt becomes evictable before its start, which more prompts share.
   * @param {readonly number[]} held hashes, from `admit` and `publish`
   * @param {number} own blocks taken and not published
   */
  release(held, own) {
    for (let i = held.length - 1; i >= 0; i--) {
      const hash = /** @type {number} */ (held[i])
      const left = (this.#holders.get(hash) ?? 1) - 1
      this.#holders.set(hash, left)
      if (left === 0) this.#idle.add(hash)
    }
    this.#free += own
  }
}
