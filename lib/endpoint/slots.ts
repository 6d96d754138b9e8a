/**
 * How many requests may be in flight. Written here because it stands in the path of every request: a promise only for
 * those that have to wait, where p-limit makes five for each (8 us of 85 a request).
 */
export class Slots {
  #limit: number
  #held = 0
  readonly #queue: (() => void)[] = []
  /** Index of the first in the queue: shifting a long array is linear. */
  #head = 0

  /** @param limit 1 or more */
  constructor(limit: number) {
    this.#limit = limit
  }

  get held(): number {
    return this.#held
  }

  get waiting(): number {
    return this.#queue.length - this.#head
  }

  get limit(): number {
    return this.#limit
  }

  /** A higher limit lets waiting ones go at once; a lower one holds as slots are freed. */
  set limit(limit: number) {
    this.#limit = limit
    this.#wake()
  }

  /** Resolves when a slot is held, first come first served; undefined where one was free. */
  take(): Promise<void> | undefined {
    if (this.#held < this.#limit && this.waiting === 0) {
      this.#held++
      return undefined
    }
    return new Promise((resolve) => { this.#queue.push(resolve) })
  }

  /** Give back what `take` gave. */
  free(): void {
    this.#held--
    this.#wake()
  }

  #wake(): void {
    while (this.#held < this.#limit && this.waiting > 0) {
      this.#held++
      this.#queue[this.#head++]?.()
    }
    if (this.#head === this.#queue.length) {
      this.#queue.length = this.#head = 0
    } else if (this.#head >= 1024) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
  }
}
