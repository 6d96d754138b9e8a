import type { ModelFile } from './model-file.ts'

/** Rows of float32, with the rounding of fastText: every sum and product of two of them is float32 again. */
export interface Matrix {
  readonly rows: number
  /** sum += row for the first `count` of `rows`, in turn. All are in range: whoever makes row numbers has checked it. */
  add(rows: Int32Array, count: number, sum: Float32Array): void
  /** row . vector */
  dot(row: number, vector: Float32Array): number
}

/** Bytes of one array at most, so that places in it are small integers; a matrix may have any number of arrays. */
const SLAB_BYTES = 2 ** 29

/** Every number as in the file, in arrays of up to 512 MiB that hold whole rows. */
export class DenseMatrix implements Matrix {
  readonly rows: number
  readonly #columns: number
  readonly #slabs: Float32Array[] = []
  /** Rows of a slab are a power of two. */
  readonly #shift: number
  readonly #mask: number

  constructor(rows: number, columns: number, fill: (bytes: Uint8Array) => void, slabBytes = SLAB_BYTES) {
    this.rows = rows
    this.#columns = columns
    this.#shift = Math.max(0, Math.min(30, Math.floor(Math.log2(slabBytes / (columns * 4)))))
    this.#mask = 2 ** this.#shift - 1
    for (let row = 0; row < rows; row += this.#mask + 1) {
      const slab = new Float32Array(Math.min(this.#mask + 1, rows - row) * columns)
      fill(new Uint8Array(slab.buffer))
      this.#slabs.push(slab)
    }
  }

  add(rows: Int32Array, count: number, sum: Float32Array): void {
    const [slabs, columns, shift, mask] = [this.#slabs, this.#columns, this.#shift, this.#mask]
    const { fround } = Math
    let r = 0
    // Four rows in one pass take two thirds of the time: the sums are loaded and stored once, and four rows are on
    // their way from memory at a time. The order of the additions, and so the rounding, stays.
    for (; r + 4 <= count; r += 4) {
      const [row1, row2, row3, row4] = [rows[r]!, rows[r + 1]!, rows[r + 2]!, rows[r + 3]!]
      const [slab1, slab2, slab3, slab4] = [slabs[row1 >>> shift]!, slabs[row2 >>> shift]!, slabs[row3 >>> shift]!, slabs[row4 >>> shift]!]
      const [at1, at2, at3, at4] = [(row1 & mask) * columns, (row2 & mask) * columns, (row3 & mask) * columns, (row4 & mask) * columns]
      for (let k = 0; k < columns; k++) {
        sum[k] = fround(fround(fround(sum[k]! + slab1[at1 + k]!) + slab2[at2 + k]!) + slab3[at3 + k]!) + slab4[at4 + k]!
      }
    }
    for (; r < count; r++) {
      const slab = slabs[rows[r]! >>> shift]!
      const at = (rows[r]! & mask) * columns
      for (let k = 0; k < columns; k++) sum[k]! += slab[at + k]!
    }
  }

  dot(row: number, vector: Float32Array): number {
    const slab = this.#slabs[row >>> this.#shift]!
    const at = (row & this.#mask) * this.#columns
    let sum = 0
    for (let k = 0; k < this.#columns; k++) sum = Math.fround(sum + Math.fround(slab[at + k]! * vector[k]!))
    return sum
  }
}

export interface MatrixSize {
  readonly rows: number
  readonly columns: number
}

/** The two counts that begin a matrix. `columns` must be the model's, and there must be at least one row. */
export function readSize(file: ModelFile, columns: number, part: string): MatrixSize {
  const at = file.position
  const size = { rows: file.int64(part), columns: file.int64(part) }
  if (size.columns !== columns || size.rows < 1 || size.rows >= 2 ** 31) {
    throw file.bad(`damaged at byte ${at}: ${part} is ${size.rows} x ${size.columns}, expected rows of ${columns}`)
  }
  return size
}

export function readDense(file: ModelFile, columns: number, part: string): DenseMatrix {
  const { rows } = readSize(file, columns, part)
  file.need(rows * columns * 4, part)
  return new DenseMatrix(rows, columns, (bytes) => file.fill(bytes, part))
}
