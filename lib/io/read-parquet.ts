import { openAsBlob } from 'node:fs'
import { ParquetFile, type ParquetMetaData, type RecordBatch as WasmBatch, type RowGroupMetaData } from 'parquet-wasm'
import { tableFromIPC } from './arrow.ts'
import { decodedBatch, topLevel } from './columns.ts'
import { DECODED_BYTES, DECODED_ROWS, type Decoded, type OpenFile, type Wanted } from './decoded.ts'

/** Longest string that V8 makes (v8::String::kMaxLength). Rows longer than that are refused before they are decoded. */
const LONGEST_STRING = 0x1fff_ffe8

/** What the footer says about the columns that are read of one row group. */
interface Group { readonly rows: number; readonly bytes: number }

/**
 * Open a Parquet file. Only the footer is read; row groups follow one by one, and of those only the columns asked for.
 * A corrupt file can make the WebAssembly decoder trap. The trap surfaces as an uncaught exception of the thread, and
 * no decoder in it can be used again: call this in a worker that may be ended.
 */
export async function openParquet(path: string): Promise<OpenFile> {
  const file = await ParquetFile.fromFile(await openAsBlob(path))
  const schema = tableFromIPC(file.schema().intoIPCStream()).schema
  return {
    schema,
    rows: (wanted, at) => rows(file, wanted, topLevel(schema, wanted), at),
    estimateRows: async () => footer(file, totalRows),
    close: async () => file.free(),
  }
}

async function* rows(
  file: ParquetFile, wanted: Wanted, columns: string[], at: (place: string) => void,
): AsyncGenerator<Decoded> {
  const groups = footer(file, (meta) => readGroups(meta, columns))
  const total = footer(file, totalRows)
  const listed = groups.reduce((sum, group) => sum + group.rows, 0)
  if (listed !== total) throw new Error(`its footer promises ${total} rows but lists row groups of ${listed}`)
  for (const [index, group] of groups.entries()) {
    at(`row group ${index}`)
    try {
      yield* groupRows(file, index, group, wanted, columns)
    } catch (cause) {
      throw new Error(`row group ${index}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
  }
}

async function* groupRows(
  file: ParquetFile, index: number, group: Group, wanted: Wanted, columns: string[],
): AsyncGenerator<Decoded> {
  const perRow = Math.max(1, group.bytes / Math.max(1, group.rows))
  if (perRow > LONGEST_STRING) {
    throw new Error(`its rows take ${Math.round(perRow / 2 ** 20)} MiB each, too much to decode`)
  }
  const batchSize = Math.min(DECODED_ROWS, Math.max(1, Math.floor(DECODED_BYTES / perRow)))
  const stream = await file.stream({ columns, batchSize, rowGroups: [index], concurrency: 1 })
  const reader = (stream as ReadableStream<WasmBatch>).getReader()
  let read = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      // intoIPCStream() gives the batch back to WebAssembly's allocator, which is why nothing is freed here.
      for (const batch of tableFromIPC(value.intoIPCStream()).batches) {
        read += batch.numRows
        yield decodedBatch(batch, wanted)
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
  if (read !== group.rows) throw new Error(`${read} rows could be decoded where the footer promises ${group.rows}`)
}

function totalRows(meta: ParquetMetaData): number {
  const about = meta.fileMetadata()
  const rows = about.numRows()
  about.free()
  return rows
}

function readGroups(meta: ParquetMetaData, columns: readonly string[]): Group[] {
  return meta.rowGroups().map((group) => {
    const about = { rows: group.numRows(), bytes: columnBytes(group, columns) }
    group.free()
    return about
  })
}

function columnBytes(group: RowGroupMetaData, columns: readonly string[]): number {
  let bytes = 0
  for (const column of group.columns()) {
    if (columns.includes(column.columnPath()[0]!)) bytes += column.uncompressedSize()
    column.free()
  }
  return bytes
}

function footer<Value>(file: ParquetFile, read: (meta: ParquetMetaData) => Value): Value {
  const meta = file.metadata()
  try {
    return read(meta)
  } finally {
    meta.free()
  }
}
