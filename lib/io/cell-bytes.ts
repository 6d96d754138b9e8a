import { DataType, type Data } from './arrow.ts'

/** Whether cells are strings or bytes of any length, in whichever layout. */
export function isVariableBytes(type: DataType): boolean {
  return isText(type) || isBytes(type)
}

export function isText(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)
}

export function isBytes(type: DataType): boolean {
  return DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type)
}

/**
 * The bytes of cell `index` of a string or binary column, not copied. Arrow's own getter decodes with a TextDecoder
 * that eats a leading byte order mark, and a text must come through as it was.
 */
export function cellBytes(data: Data): (index: number) => Uint8Array {
  if (DataType.isUtf8View(data.type) || DataType.isBinaryView(data.type)) return viewBytes(data)
  const values = data.values as Uint8Array
  const offsets = data.valueOffsets as unknown as Int32Array | BigInt64Array
  return (index) => values.subarray(Number(offsets[index]), Number(offsets[index + 1]))
}

/** A view is 16 bytes: the length, then up to 12 bytes of data, or 4 of them, a buffer's number and an offset. */
function viewBytes(data: Data): (index: number) => Uint8Array {
  const views = data.values as Uint8Array
  const at = new DataView(views.buffer, views.byteOffset, views.byteLength)
  const buffers = data.variadicBuffers as readonly Uint8Array[]
  return (index) => {
    const start = index * 16
    const length = at.getInt32(start, true)
    if (length <= 12) return views.subarray(start + 4, start + 4 + length)
    const offset = at.getInt32(start + 12, true)
    return buffers[at.getInt32(start + 8, true)]!.subarray(offset, offset + length)
  }
}

export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
