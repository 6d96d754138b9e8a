/** Bounds on what is between source and sink at one time. */
export interface Limits {
  readonly rows: number
  readonly bytes: number
}

/** What one batch counts for. */
export interface Weight {
  readonly rows: number
  readonly bytes: number
}

/**
 * Backpressure from sink to source: a batch enters only while the rows and bytes inside stay within the limits. A
 * batch larger than a limit enters alone, so nothing is too large to pass.
 */
export class Gate {
  readonly #limits: Limits
  #rows = 0
  #bytes = 0
  #wake: (() => void) | undefined

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get rows(): number {
    return this.#rows
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Wait for room, then take it. One caller at a time (the source). @throws the signal's reason on abort */
  async enter(weight: Weight, signal: AbortSignal): Promise<void> {
    while (!this.#fits(weight)) {
      signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake) // a run waits once a batch: what stays would pile up
          resolve()
        }
        this.#wake = wake
        signal.addEventListener('abort', wake, { once: true })
      })
    }
    signal.throwIfAborted()
    this.#rows += weight.rows
    this.#bytes += weight.bytes
  }

  leave(weight: Weight): void {
    this.#rows -= weight.rows
    this.#bytes -= weight.bytes
    this.#wake?.()
  }

  #fits(weight: Weight): boolean {
    if (this.#rows === 0 && this.#bytes === 0) return true
    return this.#rows + weight.rows <= this.#limits.rows && this.#bytes + weight.bytes <= this.#limits.bytes
  }
}
