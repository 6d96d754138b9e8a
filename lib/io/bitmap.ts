import { DataType } from './arrow.ts'
import type { Data } from './arrow.ts'

/** Zeroed bytes for `length` bits, in whole 64-bit words as Arrow IPC wants them. */
export function bitmapFor(length: number): Uint8Array {
  return new Uint8Array(((length + 63) >> 6) << 3)
}

/** Whether row `row` is there; no bitmap means that every row is. */
export function isSet(bitmap: Uint8Array | undefined, row: number): boolean {
  return bitmap === undefined || ((bitmap[row >> 3]! >> (row & 7)) & 1) === 1
}

/** Whether row `row` of `data` is there, whether or not `data` is a slice. */
export function isValid(data: Data, row: number): boolean {
  if (DataType.isNull(data.type)) return false
  if (data.nullCount <= 0 || !data.nullBitmap?.length) return true
  const bit = data.offset + row
  return ((data.nullBitmap[bit >> 3]! >> (bit & 7)) & 1) === 1
}
