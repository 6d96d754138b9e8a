import type { Writable } from 'node:stream'
import { SinkFailedError } from '../errors.ts'
import type { Batch } from '../flow/stage.ts'
import type { GeneratedRow } from '../rows.ts'
import type { Schema } from './arrow.ts'
import { BlockBuffer } from './block-buffer.ts'
import { endOfStream, ipcPreamble, toIpc } from './column-data.ts'
import { layouts } from './layouts.ts'
import { keptBytes, keptColumns, schemaOf } from './output-columns.ts'
import type { Column } from './output-columns.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { Sink, SinkOptions, SinkProgress } from './sink.ts'

export type IpcSinkOptions = Omit<SinkOptions, 'folder' | 'partBytes'> & {
  /** Where the bytes go. It is not ended: stdout cannot be. */
  readonly output: Writable
}

/**
 * One Arrow IPC stream on `output`, with the columns of the Parquet parts. Rejects are counted and not written, `parts`
 * stays 0. The schema is sent at once, so that a reader can start. `abort` leaves the end marker out.
 * @throws ConfigInvalidError and SchemaMismatchError for kept columns, SinkFailedError when nobody reads
 */
export async function openIpcSink({ output, keptFields, constants, layout = layouts.standard }: IpcSinkOptions): Promise<Sink> {
  const own = layout.columns(constants)
  const columns = [...own, ...keptColumns(keptFields, own.map(({ field }) => field.name))]
  const schema = schemaOf(columns)
  const preamble = ipcPreamble(schema)
  const sink = new IpcSink(output, columns, schema, preamble.byteLength)
  await put(output, preamble)
  return sink
}

class IpcSink implements Sink {
  readonly #output: Writable
  readonly #columns: readonly Column<GeneratedRow>[]
  readonly #schema: Schema
  readonly #preambleBytes: number
  readonly #buffer = new BlockBuffer<GeneratedRow>()
  readonly #taken = { rows: 0, tokens: 0, rejected: 0 }
  readonly #turns = new OneAtATime()
  readonly #sent = { rows: 0, tokens: 0 }
  #aborted: Promise<void> | null = null

  constructor(output: Writable, columns: readonly Column<GeneratedRow>[], schema: Schema, preambleBytes: number) {
    this.#output = output
    this.#columns = columns
    this.#schema = schema
    this.#preambleBytes = preambleBytes
    // Kept for good: a pipe may break after the last write too, and each write reports its own error.
    output.on('error', () => {})
  }

  get progress(): SinkProgress {
    const { rows, tokens } = this.#aborted ? this.#sent : this.#taken
    return { written: rows, rejected: this.#taken.rejected, parts: 0, keptTokens: tokens }
  }

  write(batch: Batch<GeneratedRow>): Promise<void> {
    return this.#turns.run(async () => {
      this.#taken.rejected += batch.rejects.length
      for (const row of batch.rows) {
        this.#taken.rows++
        this.#taken.tokens += row.tokenCount ?? 0
        if (this.#buffer.push(row, Buffer.byteLength(row.text) + keptBytes(row))) await this.#flush()
      }
    })
  }

  finish(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#flush()
      await put(this.#output, endOfStream)
      this.#turns.end(new SinkFailedError('the output stream is finished and takes no more rows'))
      this.#aborted = Promise.resolve()
    })
  }

  abort(): Promise<void> {
    return (this.#aborted ??= this.#turns.idle().then(async () => {
      if (!this.#turns.failed) await this.#flush().catch(() => {})
      this.#turns.end(new SinkFailedError('writing to the output stream was aborted'))
    }))
  }

  async #flush(): Promise<void> {
    const rows = this.#buffer.take()
    if (rows.length === 0) return
    const stream = toIpc(this.#schema, this.#columns.map((column) => column.build(rows)), rows.length)
    await put(this.#output, stream.subarray(this.#preambleBytes, stream.byteLength - endOfStream.byteLength))
    this.#sent.rows += rows.length
    this.#sent.tokens += rows.reduce((sum, row) => sum + (row.tokenCount ?? 0), 0)
  }
}

/** Resolves when the bytes left for the reader: that is the backpressure. */
function put(output: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(bytes, (cause) => {
      if (!cause) return resolve()
      const { code, message } = cause as NodeJS.ErrnoException
      const gone = code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
      const why = gone ? `its reader went away (${code})` : message
      reject(new SinkFailedError(`cannot write the output stream: ${why}`, { cause }))
    })
  })
}
