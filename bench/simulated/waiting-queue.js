/** @typedef {import('./sequence.js').Sequence} Sequence */

/** First come, first served; who was preempted goes before all others, the last one preempted first. */
export class WaitingQueue {
  /** @type {Sequence[]} those before `#head` have gone */
  #queue = []
  #head = 0
  /** @type {Sequence[]} a stack */
  #preempted = []

  get size() {
    return this.#queue.length - this.#head + this.#preempted.length
  }

  /** @returns {Sequence | undefined} who is next */
  get first() {
    return this.#preempted.at(-1) ?? this.#queue[this.#head]
  }

  /** @param {Sequence} sequence */
  push(sequence) {
    this.#queue.push(sequence)
  }

  /** @param {Sequence} sequence that ran and lost its place */
  putBack(sequence) {
    this.#preempted.push(sequence)
  }

  /** Take `first` off. */
  shift() {
    if (this.#preempted.pop()) return
    this.#head++
    if (this.#head < 1024 || this.#head * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  /** @param {Sequence} sequence that waits here */
  remove(sequence) {
    const at = this.#preempted.lastIndexOf(sequence)
    if (at >= 0) this.#preempted.splice(at, 1)
    else this.#queue.splice(this.#queue.indexOf(sequence, this.#head), 1)
  }

  /** @returns {Sequence[]} all who wait, in order */
  list() {
    return [...this.#preempted.toReversed(), ...this.#queue.slice(this.#head)]
  }
}
