/**
 * Runs what it is given one after the other, whoever calls. After the first error, or after `end`, everything rejects
 * with that.
 */
export class OneAtATime {
  #last: Promise<void> = Promise.resolve()
  #error: unknown

  get failed(): boolean {
    return this.#error !== undefined
  }

  run(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      if (this.#error !== undefined) throw this.#error
      try {
        await work()
      } catch (error) {
        this.#error ??= error
        throw error
      }
    })
    this.#last = done.catch(() => {})
    return done
  }

  /** Let nothing in from here on. */
  end(error: Error): void {
    this.#error ??= error
  }

  /** Resolves when what was let in is done, well or not. */
  idle(): Promise<void> {
    return this.#last
  }
}
