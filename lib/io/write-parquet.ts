/**
 * The one writer of Parquet: Arrow IPC blocks in, a file out. Runs in the writer thread only, since a panic of the
 * encoder ends the thread it runs in.
 */
import { Blob } from 'node:buffer'
import { readSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as parquet from 'parquet-wasm'
import { syncFolder } from './sync-folder.ts'

export interface ParquetOptions {
  /** Columns that dictionary encoding is on for; it costs time and memory where values do not repeat. */
  readonly dictionaryColumns: readonly string[]
  /** `created_by` in the footer. */
  readonly createdBy: string
}

/** A file being written. Calls are made one after the other, but `write` may be called before the last one resolved. */
export interface ParquetFile {
  /** Resolves when the encoder has taken the block, an Arrow IPC stream. Rejects with what made the file unusable. */
  write(ipc: Uint8Array): Promise<void>
  /**
   * Write the footer, flush to disk and rename to `path`. Rejects, and leaves nothing at `path`, when the footer counts
   * other than `rows` rows: the encoder drops a block that it cannot encode, and says nothing.
   */
  close(path: string, rows: number): Promise<void>
  /** Remove what was written. */
  discard(): Promise<void>
}

// A row group is buffered whole in wasm memory until it has this many encoded bytes, and handed out in one piece, which
// fragments the heap: resident memory after 200,000 rows of 2 KB was 653 MB with 8 MiB, 612 with 4, 585 with 2. Two are
// 3,300 such rows. With rows as the only bound a whole part would be buffered.
const rowGroupBytes = 2 * 2 ** 20
const rowGroupRows = 2 ** 20

interface Block {
  readonly ipc: Uint8Array
  taken(): void
  failed(error: unknown): void
}

export async function createParquetFile(temporary: string, options: ParquetOptions): Promise<ParquetFile> {
  const handle = await open(temporary, 'wx+')
  const blocks: Block[] = []
  let ended = false
  let problem: unknown
  let wake = (): void => {}

  const batches = new ReadableStream({
    async pull(controller) {
      while (blocks.length === 0 && !ended) await new Promise<void>((resolve) => { wake = resolve })
      const block = blocks.shift()
      if (!block) return controller.close()
      try {
        for (const batch of decode(block.ipc)) controller.enqueue(batch)
        block.taken()
      } catch (cause) {
        const crashed = cause instanceof Error && cause.name === 'RuntimeError' // how a panic in wasm shows
        const error = crashed ? new Error(`the Parquet encoder crashed: ${cause.message}`, { cause }) : cause
        fail(error)
        block.failed(error)
        controller.close()
      }
    },
  }, { highWaterMark: 0 })

  /** The file is lost. What comes out of the encoder from here on is thrown away, so that it can come to its end. */
  function fail(error: unknown): void {
    problem ??= error
    ended = true
    for (const block of blocks.splice(0)) block.failed(problem)
    wake()
  }

  async function encode(): Promise<void> {
    const bytes = await parquet.transformParquetStream(batches, writerProperties(options))
    for await (const chunk of bytes) {
      if (problem !== undefined) continue
      await handle.writeFile(chunk as Uint8Array).catch(fail)
    }
  }
  const encoded = encode().catch(fail)

  async function finish(path: string, rows: number): Promise<void> {
    ended = true
    wake()
    await encoded
    if (problem !== undefined) throw problem
    await handle.sync()
    const found = await footerRows(handle)
    if (found !== rows) throw new Error(`the Parquet encoder kept ${found} of ${rows} rows`)
    await handle.close()
    await rename(temporary, path)
    await syncFolder(dirname(path))
  }

  return {
    write(ipc) {
      if (problem !== undefined) return Promise.reject(problem)
      return new Promise<void>((taken, failed) => {
        blocks.push({ ipc, taken, failed })
        wake()
      })
    },
    close: finish,
    async discard() {
      fail(new Error('discarded'))
      await handle.close().catch(() => {})
      await rm(temporary, { force: true })
    },
  }
}

function decode(ipc: Uint8Array): parquet.RecordBatch[] {
  const table = parquet.Table.fromIPCStream(ipc)
  try {
    return table.recordBatches()
  } finally {
    // The batches hold references of their own; without this every block stays in wasm memory for good.
    table.free()
  }
}

function writerProperties({ dictionaryColumns, createdBy }: ParquetOptions): parquet.WriterProperties {
  let builder = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(parquet.EnabledStatistics.Chunk)
    .setMaxRowGroupBytes(rowGroupBytes)
    .setMaxRowGroupSize(rowGroupRows)
    .setCreatedBy(createdBy)
  for (const name of dictionaryColumns) builder = builder.setColumnDictionaryEnabled(name, true)
  return builder.build()
}

/** Rows by the footer, read back from the file. */
async function footerRows(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat()
  const file = await parquet.ParquetFile.fromFile(new FileBlob(handle.fd, size) as globalThis.Blob)
  const metadata = file.metadata()
  const fileMetadata = metadata.fileMetadata()
  try {
    return fileMetadata.numRows()
  } finally {
    fileMetadata.free()
    metadata.free()
    file.free()
  }
}

/** A file as parquet-wasm wants to see it; only the footer and the page index are asked for. */
class FileBlob extends Blob {
  readonly #fd: number

  constructor(fd: number, size: number) {
    super([])
    this.#fd = fd
    Object.defineProperty(this, 'size', { value: size })
  }

  override slice(start = 0, end = this.size): Blob {
    const bytes = Buffer.alloc(end - start)
    const read = readSync(this.#fd, bytes, 0, bytes.length, start)
    return new Blob([bytes.subarray(0, read)])
  }
}
