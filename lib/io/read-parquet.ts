import { openAsBlob } from 'node:fs'
import {
  ParquetFile, type ParquetMetaData, type ReaderOptions, type RecordBatch as WasmBatch, type RowGroupMetaData,
} from 'parquet-wasm'
import { tableFromIPC } from './arrow.ts'
import { decodedBatch, topLevel } from './columns.ts'
import { DECODED_BYTES, DECODED_ROWS, type Decoded, type OpenFile, type Wanted } from './decoded.ts'

/** Longest string that V8 makes (v8::String::kMaxLength). Rows longer than that are refused before they are decoded. */
const LONGEST_STRING = 0x1fff_ffe8

/**
 * What the decoder may fetch of a row group at once, in bytes as they stand in the file. It holds what it fetched about
 * four times over (measured: 206 MB of pages, 900 MB of memory), so big row groups are read in windows of rows.
 */
const WINDOW_BYTES = 16 << 20

/** What the footer says about the columns that are read of one row group. */
interface Group {
  readonly rows: number
  /** As they stand in the file. */
  readonly packedBytes: number
  /** Decompressed, still encoded. */
  readonly bytes: number
}

/** One reading of a file. */
interface Reading {
  readonly file: ParquetFile
  readonly wanted: Wanted
  readonly columns: string[]
  /** Bytes that the decoder has asked of the file so far. */
  fetched(): number
}

/**
 * Open a Parquet file. Only the footer is read; row groups follow one by one, and of those only the columns asked for.
 * A corrupt file can make the WebAssembly decoder trap. The trap surfaces as an uncaught exception of the thread, and
 * no decoder in it can be used again: call this in a worker that may be ended.
 */
export async function openParquet(path: string): Promise<OpenFile> {
  const { blob, fetched } = counted(await openAsBlob(path))
  const file = await ParquetFile.fromFile(blob)
  const schema = tableFromIPC(file.schema().intoIPCStream()).schema
  return {
    schema,
    rows: (wanted, at) => rows({ file, wanted, columns: topLevel(schema, wanted), fetched }, at),
    estimateRows: async () => footer(file, totalRows),
    close: async () => file.free(),
  }
}

function counted(blob: Blob): { blob: Blob; fetched: () => number } {
  let bytes = 0
  const slice = blob.slice.bind(blob)
  blob.slice = (start, end, type) => {
    const part = slice(start, end, type)
    bytes += part.size
    return part
  }
  return { blob, fetched: () => bytes }
}

async function* rows(reading: Reading, at: (place: string) => void): AsyncGenerator<Decoded> {
  const groups = footer(reading.file, (meta) => readGroups(meta, reading.columns))
  const total = footer(reading.file, totalRows)
  const listed = groups.reduce((sum, group) => sum + group.rows, 0)
  if (listed !== total) throw new Error(`its footer promises ${total} rows but lists row groups of ${listed}`)
  for (const [index, group] of groups.entries()) {
    at(`row group ${index}`)
    try {
      yield* groupRows(reading, index, group)
    } catch (cause) {
      throw new Error(`row group ${index}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
  }
}

async function* groupRows(reading: Reading, index: number, group: Group): AsyncGenerator<Decoded> {
  const perRow = Math.max(1, group.bytes / Math.max(1, group.rows))
  if (perRow > LONGEST_STRING) {
    throw new Error(`its rows take ${Math.round(perRow / 2 ** 20)} MiB each, too much to decode`)
  }
  const batchSize = Math.min(DECODED_ROWS, Math.max(1, Math.floor(DECODED_BYTES / perRow)))
  let window = Math.max(1, Math.ceil(group.rows * WINDOW_BYTES / Math.max(1, group.packedBytes)))
  let read = 0
  let more = true
  while (more) {
    // The last window has no end, so that rows beyond what the footer promises are noticed.
    more = read + window < group.rows
    const part = { ...(read > 0 && { offset: read }), ...(more && { limit: window }) }
    const before = { read, fetched: reading.fetched() }
    for await (const decoded of decode(reading, { batchSize, rowGroups: [index], ...part })) {
      read += decoded.length
      yield decoded
    }
    if (more && read - before.read !== window) break
    // Without a page index every window fetches the row group whole: once more is enough.
    if (reading.fetched() - before.fetched > group.packedBytes / 2) window = Infinity
  }
  if (read !== group.rows) throw new Error(`${read} rows could be decoded where the footer promises ${group.rows}`)
}

async function* decode({ file, wanted, columns }: Reading, options: ReaderOptions): AsyncGenerator<Decoded> {
  const stream = await file.stream({ columns, concurrency: 1, ...options })
  const reader = (stream as ReadableStream<WasmBatch>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      // intoIPCStream() gives the batch back to WebAssembly's allocator, which is why nothing is freed here.
      for (const batch of tableFromIPC(value.intoIPCStream()).batches) yield decodedBatch(batch, wanted)
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function totalRows(meta: ParquetMetaData): number {
  const about = meta.fileMetadata()
  const rows = about.numRows()
  about.free()
  return rows
}

function readGroups(meta: ParquetMetaData, columns: readonly string[]): Group[] {
  return meta.rowGroups().map((group) => {
    const about = { rows: group.numRows(), ...columnBytes(group, columns) }
    group.free()
    return about
  })
}

function columnBytes(group: RowGroupMetaData, columns: readonly string[]): { packedBytes: number; bytes: number } {
  let packedBytes = 0
  let bytes = 0
  for (const column of group.columns()) {
    if (columns.includes(column.columnPath()[0]!)) {
      packedBytes += column.compressedSize()
      bytes += column.uncompressedSize()
    }
    column.free()
  }
  return { packedBytes, bytes }
}

function footer<Value>(file: ParquetFile, read: (meta: ParquetMetaData) => Value): Value {
  const meta = file.metadata()
  try {
    return read(meta)
  } finally {
    meta.free()
  }
}
