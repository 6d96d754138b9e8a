/** The least that 1 % more requests must bring, in per cent of throughput, to be worth it. */
const worthIt = 0.2

const firstClimb = 0.6
const laterClimb = 0.1

/**
 * Finds the number of requests from which more of them bring no more, from throughput alone: for servers whose replies
 * are all of one length, so that waiting and generating cannot be told apart. Tries one step up, then one down, in turn.
 */
export class HillClimb {
  #base: { readonly level: number, readonly rate: number } | null = null
  #climbing = true
  #upwards = true

  /** @param rate of replies, with `level` requests in flight. @returns the level to try next */
  next(level: number, rate: number): number {
    const base = this.#base
    if (!base || base.level === level) {
      this.#base = { level, rate }
      return this.#try(level)
    }
    const gain = (rate / base.rate - 1) / (level / base.level - 1)
    if (level > base.level ? gain > worthIt : gain < worthIt) {
      this.#base = { level, rate }
      return this.#try(level)
    }
    if (this.#climbing) {
      this.#climbing = false
      // Up to the knee throughput grows with the level, beyond it not at all.
      this.#base = null
      return base.level * Math.max(1, rate / base.rate)
    }
    this.#upwards = !this.#upwards
    this.#base = null
    return base.level
  }

  #try(level: number): number {
    const step = this.#climbing ? firstClimb : laterClimb
    return this.#upwards ? level + Math.max(1, level * step) : level - Math.max(1, level * step)
  }
}
