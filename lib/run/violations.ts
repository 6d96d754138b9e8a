/** One place where a folder is not what its run committed. */
export interface Violation {
  /** Relative to the output folder; null where it is about the folder. */
  readonly part: string | null
  /** Id of the row, or the file and row of the seed; null where it is about the whole part. */
  readonly row: string | null
  readonly what: string
}

/** Violations, named up to a bound and counted beyond. */
export class Violations {
  readonly named: Violation[] = []
  readonly #most: number
  #total = 0

  constructor(most: number) {
    this.#most = most
  }

  get total(): number {
    return this.#total
  }

  add(part: string | null, row: string | null, what: string): void {
    this.#total++
    if (this.named.length < this.#most) this.named.push({ part, row, what })
  }

  /** Count what is not worth naming any more. */
  more(count: number): void {
    this.#total += count
  }
}
