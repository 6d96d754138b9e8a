/** Rows are encoded in blocks of at most this many rows... */
const blockRows = 1024
/** ...or this many bytes, whichever comes first. A single row may be larger. */
const blockBytes = 2 ** 20

/** Gathers rows until a block of them is worth encoding. */
export class BlockBuffer<Row> {
  #rows: Row[] = []
  #bytes = 0

  get isEmpty(): boolean {
    return this.#rows.length === 0
  }

  /** @returns true when the block is full and should be taken */
  push(row: Row, bytes: number): boolean {
    this.#rows.push(row)
    this.#bytes += bytes
    return this.#rows.length >= blockRows || this.#bytes >= blockBytes
  }

  /** The rows gathered, possibly none; the buffer is empty afterwards. */
  take(): Row[] {
    const rows = this.#rows
    this.#rows = []
    this.#bytes = 0
    return rows
  }
}
