import { type Matrix, readSize } from './matrix.ts'
import type { ModelFile } from './model-file.ts'

/** Centroids a piece: the code of a piece is one byte. */
const CENTROIDS = 256

/** A product quantiser: a vector in pieces of `piece` numbers (the last may be shorter), each one of 256 centroids. */
interface Quantizer {
  readonly pieces: number
  readonly piece: number
  readonly last: number
  /** Piece by piece, then centroid by centroid. */
  readonly centroids: Float32Array
}

/** A matrix of a .ftz file: codes instead of rows; with `norms`, rows of length 1 whose lengths are coded apart. */
export class QuantizedMatrix implements Matrix {
  readonly rows: number
  readonly #codes: Uint8Array
  readonly #quantizer: Quantizer
  /** Length of every row. */
  readonly #norms: Float32Array | null

  constructor(rows: number, codes: Uint8Array, quantizer: Quantizer, norms: Float32Array | null) {
    this.rows = rows
    this.#codes = codes
    this.#quantizer = quantizer
    this.#norms = norms
  }

  add(rows: Int32Array, count: number, sum: Float32Array): void {
    const { pieces, piece, last, centroids } = this.#quantizer
    for (let r = 0; r < count; r++) {
      const row = rows[r]!
      const norm = this.#norms === null ? 1 : this.#norms[row]!
      for (let p = 0, k = 0; p < pieces; p++) {
        const length = p === pieces - 1 ? last : piece
        const at = p * CENTROIDS * piece + this.#codes[row * pieces + p]! * length
        for (let n = 0; n < length; n++, k++) sum[k]! += Math.fround(norm * centroids[at + n]!)
      }
    }
  }

  dot(row: number, vector: Float32Array): number {
    const { pieces, piece, last, centroids } = this.#quantizer
    let sum = 0
    for (let p = 0, k = 0; p < pieces; p++) {
      const length = p === pieces - 1 ? last : piece
      const at = p * CENTROIDS * piece + this.#codes[row * pieces + p]! * length
      for (let n = 0; n < length; n++, k++) sum = Math.fround(sum + Math.fround(vector[k]! * centroids[at + n]!))
    }
    return this.#norms === null ? sum : Math.fround(sum * this.#norms[row]!)
  }
}

export function readQuantized(file: ModelFile, columns: number, part: string): QuantizedMatrix {
  const hasNorms = file.bool(part)
  const { rows } = readSize(file, columns, part)
  const at = file.position
  const codeBytes = file.int32(part)
  if (codeBytes < rows || codeBytes % rows !== 0) throw file.bad(`damaged at byte ${at}: ${codeBytes} codes for ${rows} rows of ${part}`)
  const codes = bytesOf(file, codeBytes, part)
  const quantizer = readQuantizer(file, columns, part)
  if (quantizer.pieces * rows !== codeBytes) {
    throw file.bad(`damaged at byte ${at}: ${codeBytes} codes for ${rows} rows of ${quantizer.pieces} pieces in ${part}`)
  }
  if (!hasNorms) return new QuantizedMatrix(rows, codes, quantizer, null)
  const normCodes = bytesOf(file, rows, part)
  const { centroids } = readQuantizer(file, 1, part)
  return new QuantizedMatrix(rows, codes, quantizer, Float32Array.from(normCodes, (code) => centroids[code]!))
}

function readQuantizer(file: ModelFile, columns: number, part: string): Quantizer {
  const at = file.position
  const dimension = file.int32(part)
  const pieces = file.int32(part)
  const piece = file.int32(part)
  const last = file.int32(part)
  const fits = dimension === columns && piece >= 1 && last >= 1 && last <= piece && (pieces - 1) * piece + last === columns
  if (!fits) {
    throw file.bad(`damaged at byte ${at}: ${pieces} pieces of ${piece}, the last of ${last}, for vectors of ${columns} numbers in ${part}`)
  }
  return { pieces, piece, last, centroids: new Float32Array(bytesOf(file, columns * CENTROIDS * 4, part).buffer) }
}

function bytesOf(file: ModelFile, count: number, part: string): Uint8Array<ArrayBuffer> {
  file.need(count, part)
  const bytes = new Uint8Array(count)
  file.fill(bytes, part)
  return bytes
}
