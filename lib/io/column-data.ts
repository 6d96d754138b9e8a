import { Data, Float64, Int32, Int64, RecordBatch, RecordBatchStreamWriter, Struct, Utf8, makeData } from './arrow.ts'
import type { DataType, Schema } from './arrow.ts'
import { bitmapFor } from './bitmap.ts'

/**
 * Arrow columns straight from arrays of values: one pass for sizes and nulls, one to fill. apache-arrow's builders do
 * the same at many times the cost.
 */
type Maybe<Value> = Value | null

// Arrow columnar format, "IPC Streaming Format": a continuation marker and a zero length end the stream.
export const endOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)

/** UTF-8 column; a lone surrogate becomes U+FFFD, as it has no UTF-8 form. */
export function utf8Data(values: readonly Maybe<string>[]): Data {
  const { length } = values
  const offsets = new Int32Array(length + 1)
  let total = 0
  for (let row = 0; row < length; row++) {
    const value = values[row]
    if (value) total += Buffer.byteLength(value)
    if (total > 2 ** 31 - 1) throw new RangeError(`${total} bytes of text in one block, more than Arrow offsets reach`)
    offsets[row + 1] = total
  }
  const bytes = Buffer.allocUnsafeSlow(total)
  for (let row = 0; row < length; row++) {
    const value = values[row]
    if (!value) continue
    const start = offsets[row]!
    // As many bytes as UTF-16 units means ASCII, which latin1 copies without looking.
    if (offsets[row + 1]! - start === value.length) bytes.write(value, start, 'latin1')
    else bytes.write(value, start, 'utf8')
  }
  return columnData(new Utf8(), values, bytes, offsets)
}

/** 32-bit integers; a number that is none (a server may report anything) is null. */
export function int32Data(values: readonly Maybe<number>[]): Data {
  const clean = values.map((value) => (value !== null && (value | 0) === value ? value : null))
  return columnData(new Int32(), clean, Int32Array.from(clean, (value) => value ?? 0))
}

export function int64Data(values: readonly Maybe<number>[]): Data {
  return columnData(new Int64(), values, BigInt64Array.from(values, (value) => BigInt(value ?? 0)))
}

export function float64Data(values: readonly Maybe<number>[]): Data {
  return columnData(new Float64(), values, Float64Array.from(values, (value) => value ?? 0))
}

/** The same 64-bit value on every row. */
export function constantData(type: DataType, value: bigint, length: number): Data {
  return new Data(type, 0, length, 0, [undefined, new BigInt64Array(length).fill(value)] as never)
}

/** One record batch as a whole Arrow IPC stream, alone in its buffer, so that the buffer can move to a thread. */
export function toIpc(schema: Schema, columns: readonly Data[], length: number): Uint8Array<ArrayBuffer> {
  const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children: [...columns] })
  const bytes = RecordBatchStreamWriter.writeAll([new RecordBatch(schema, data)]).toUint8Array(true)
  return bytes.byteLength === bytes.buffer.byteLength ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

/** What every stream of `schema` made by `toIpc` begins with: the schema message. */
export function ipcPreamble(schema: Schema): Uint8Array {
  const empty = new RecordBatchStreamWriter().reset(undefined, schema).finish().toUint8Array(true)
  return empty.subarray(0, empty.byteLength - endOfStream.byteLength)
}

function columnData(type: DataType, values: readonly Maybe<unknown>[], buffer: unknown, offsets?: Int32Array): Data {
  const { length } = values
  let nulls = 0
  for (let row = 0; row < length; row++) if (values[row] === null) nulls++
  if (nulls === 0) return new Data(type, 0, length, 0, [offsets, buffer] as never)
  const bitmap = bitmapFor(length)
  for (let row = 0; row < length; row++) if (values[row] !== null) bitmap[row >> 3]! |= 1 << (row & 7)
  return new Data(type, 0, length, nulls, [offsets, buffer, bitmap] as never)
}
