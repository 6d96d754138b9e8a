const firstBytes = 2 ** 10

/** Which rows of which files were seen, a bit a row: exact, and 125 MB for a billion seeds. */
export class SeenSeeds {
  readonly #files = new Map<number, Uint8Array>()
  #count = 0

  /** Different rows seen. */
  get count(): number {
    return this.#count
  }

  has(file: number, row: number): boolean {
    return (((this.#files.get(file)?.[Math.floor(row / 8)] ?? 0) >> (row % 8)) & 1) === 1
  }

  /** @returns false when it was seen before */
  add(file: number, row: number): boolean {
    if (this.has(file, row)) return false
    const at = Math.floor(row / 8)
    let bits = this.#files.get(file)
    if (!bits || at >= bits.length) {
      const larger = new Uint8Array(Math.max(firstBytes, 2 ** Math.ceil(Math.log2(at + 1))))
      if (bits) larger.set(bits)
      this.#files.set(file, (bits = larger))
    }
    bits[at]! |= 1 << (row % 8)
    this.#count++
    return true
  }
}
