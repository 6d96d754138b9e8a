import { Data, makeData, RecordBatch, Struct, type DataType, type Field, type Schema } from './arrow.ts'

/** A column's buffers without its type, in the form that structured cloning carries between threads. */
interface WireColumn {
  readonly length: number
  readonly nullCount: number
  readonly offsets: Int32Array | undefined
  readonly values: ArrayBufferView | undefined
  readonly valid: Uint8Array | undefined
  readonly children: readonly WireColumn[]
}

/** Kept columns of some rows. Both ends know the fields, which saves encoding and decoding them for every batch. */
export interface WireColumns { readonly length: number; readonly columns: readonly WireColumn[] }

/** Take a gathered batch apart: its buffers hold its rows and no more, and none is a slice. */
export function toWire(batch: RecordBatch): WireColumns {
  return { length: batch.numRows, columns: batch.data.children.map(columnToWire) }
}

/** `schema` must have the fields, with plain types, of the batch that was sent. */
export function fromWire(schema: Schema, { length, columns }: WireColumns): RecordBatch {
  const children = columns.map((column, i) => columnFromWire(schema.fields[i]!.type, column))
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }))
}

function columnToWire(data: Data): WireColumn {
  return {
    length: data.length, nullCount: data.nullCount,
    offsets: data.valueOffsets, values: data.values as ArrayBufferView | undefined, valid: data.nullBitmap,
    children: data.children.map(columnToWire),
  }
}

function columnFromWire(type: DataType, column: WireColumn): Data {
  const children = column.children.map((child, i) => columnFromWire((type.children[i] as Field).type, child))
  const buffers = [column.offsets, column.values, column.valid, undefined]
  return new Data(type, 0, column.length, column.nullCount, buffers as never, children)
}
