import type { Data } from './arrow.ts'

/** Bytes of one variable-width value: a cursor, so that a million values cost no million objects. */
export interface ByteRange {
  bytes: Uint8Array
  start: number
  end: number
}

const viewWidth = 16
const viewInline = 12

export function emptyRange(): ByteRange {
  return { bytes: new Uint8Array(0), start: 0, end: 0 }
}

/** How to find a value's bytes, by the source's layout: 32 or 64-bit offsets, or views. */
export function locator(data: Data): (row: number, range: ByteRange) => void {
  const { values, valueOffsets } = data
  if (valueOffsets instanceof BigInt64Array) {
    return (row, range) => {
      range.bytes = values
      range.start = Number(valueOffsets[row]!)
      range.end = Number(valueOffsets[row + 1]!)
    }
  }
  if (valueOffsets) {
    return (row, range) => {
      range.bytes = values
      range.start = valueOffsets[row]!
      range.end = valueOffsets[row + 1]!
    }
  }
  const views = new DataView(values.buffer, values.byteOffset, values.byteLength)
  return (row, range) => {
    const at = row * viewWidth
    const size = views.getInt32(at, true)
    const inline = size <= viewInline
    range.bytes = inline ? values : data.variadicBuffers[views.getInt32(at + 8, true)]!
    range.start = inline ? at + 4 : views.getInt32(at + 12, true)
    range.end = range.start + size
  }
}
