import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SinkFailedError } from '../errors.ts'
import type { Data, Schema } from './arrow.ts'
import { BlockBuffer } from './block-buffer.ts'
import { toIpc } from './column-data.ts'
import { schemaOf } from './output-columns.ts'
import type { Column } from './output-columns.ts'
import { RowMarks, type CommittedPart, type FileNumbers } from './row-marks.ts'
import type { ParquetOptions } from './write-parquet.ts'
import type { ThreadFile, WriterThread } from './writer-thread.ts'

export interface PartWriterOptions<Row> {
  readonly folder: string
  readonly runId: string
  /** Number of the first part. */
  readonly firstPart: number
  /** Bytes of text after which a part is closed. */
  readonly partBytes: number
  readonly createdBy: string
  readonly columns: readonly Column<Row>[]
  /** UTF-8 bytes of a row's text. */
  textBytes(row: Row): number
  /** Bytes that a row takes beside its text, roughly. */
  otherBytes(row: Row): number
  tokens(row: Row): number
  /** null: nobody keeps a ledger. */
  readonly ledger: PartLedger<Row> | null
}

/** Who is told what is in a part. */
export interface PartLedger<Row> {
  readonly files: FileNumbers
  mark(row: Row, marks: RowMarks): void
  /** The part is in its place under its name. No other part is closed before this has resolved. */
  commit(part: Omit<CommittedPart, 'name'>, name: string): Promise<void>
}

/** Where rows of one kind go. Calls are made one at a time. */
export interface RowWriter<Row> {
  /** Live. What was in a part that had to be given up is taken off again. */
  readonly counts: Readonly<PartCounts>
  /** Rows of one call stay in one part a folder. Resolves when the writer has room for more. */
  add(rows: readonly Row[]): Promise<void>
  /** Close the last part. `evenEmpty`: where there would be no part at all, write one without rows for its schema. */
  finish(evenEmpty: boolean): Promise<void>
  /** Complete what can be completed, remove what cannot. Never rejects. */
  abort(): Promise<void>
}

/** What is in the parts that are closed, closing or open. */
export interface PartCounts {
  rows: number
  tokens: number
  parts: number
}

interface Part {
  readonly name: string
  readonly temporary: string
  readonly path: string
  readonly file: ThreadFile
  readonly marks: RowMarks | null
  readonly buffer: BlockBuffer<unknown>
  rows: number
  tokens: number
  textBytes: number
  /** Blocks sent and not yet known to be taken by the encoder, oldest first. */
  readonly sent: Promise<void>[]
}

// One block is being encoded while the next is being made.
const maxSent = 2

/**
 * One folder's numbered Parquet parts: `.part-00000-run.parquet.tmp` while it is written, `part-00000-run.parquet` once
 * it is complete and on disk. Calls are made one at a time. After the first error only `abort` is of use.
 */
export class PartWriter<Row> implements RowWriter<Row> {
  readonly #options: PartWriterOptions<Row>
  readonly #thread: WriterThread
  readonly #schema: Schema
  readonly #parquet: ParquetOptions
  readonly #counts: PartCounts = { rows: 0, tokens: 0, parts: 0 }
  #next: number
  #open: Part | null = null
  #closing: Promise<void> = Promise.resolve()

  constructor(options: PartWriterOptions<Row>, thread: WriterThread) {
    this.#options = options
    this.#thread = thread
    this.#next = options.firstPart
    this.#schema = schemaOf(options.columns)
    const repeating = options.columns.filter(({ repeats }) => repeats)
    this.#parquet = { dictionaryColumns: repeating.map(({ field }) => field.name), createdBy: options.createdBy }
  }

  /** Live. What was in a part that had to be given up is taken off again. */
  get counts(): Readonly<PartCounts> {
    return this.#counts
  }

  /** Rows of one call stay in one part. Resolves when the writer has room for more. */
  async add(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    const part = (this.#open ??= this.#begin())
    for (const row of rows) {
      const bytes = this.#options.textBytes(row)
      part.textBytes += bytes
      this.#count(part, 1, this.#options.tokens(row))
      if (part.marks) this.#options.ledger!.mark(row, part.marks)
      if (part.buffer.push(row, bytes + this.#options.otherBytes(row))) await this.#send(part)
    }
    if (part.textBytes >= this.#options.partBytes) await this.#close(part)
  }

  /** Close the last part. `evenEmpty`: where there would be no part at all, write one without rows for its schema. */
  async finish(evenEmpty: boolean): Promise<void> {
    if (evenEmpty && this.#next === 0) this.#open = this.#begin()
    if (this.#open) await this.#close(this.#open)
    await this.#closing
  }

  /** Complete what can be completed, remove what cannot. Never rejects. */
  async abort(): Promise<void> {
    await this.#closing.catch(() => {})
    const part = this.#open
    this.#open = null
    if (!part) return
    if (!part.buffer.isEmpty) await this.#send(part).catch(() => {})
    if (part.rows === 0) return this.#giveUp(part)
    await this.#complete(part).catch(() => {})
  }

  #begin(): Part {
    const name = `part-${String(this.#next++).padStart(5, '0')}-${this.#options.runId}.parquet`
    const temporary = join(this.#options.folder, `.${name}.tmp`)
    this.#counts.parts++
    const { ledger } = this.#options
    return {
      name, temporary, path: join(this.#options.folder, name), file: this.#thread.open(temporary, this.#parquet),
      marks: ledger && new RowMarks(ledger.files), buffer: new BlockBuffer(), rows: 0, tokens: 0, textBytes: 0, sent: [],
    }
  }

  async #send(part: Part): Promise<void> {
    const rows = part.buffer.take() as Row[]
    part.sent.push(this.#write(part, this.#encode(part, rows), rows.length))
    try {
      while (part.sent.length >= maxSent) await part.sent.shift()
    } catch (error) {
      throw sinkFailed(part, error)
    }
  }

  /** A block that cannot be encoded costs its own rows, not the part. */
  #encode(part: Part, rows: readonly Row[]): Data[] {
    try {
      return this.#options.columns.map((column) => column.build(rows))
    } catch (error) {
      part.marks?.drop(rows.length)
      this.#count(part, -rows.length, -rows.reduce((sum, row) => sum + this.#options.tokens(row), 0))
      throw sinkFailed(part, error)
    }
  }

  #write(part: Part, columns: readonly Data[], rows: number): Promise<void> {
    const sent = part.file.write(toIpc(this.#schema, columns, rows))
    sent.catch(() => {}) // awaited later, by #send or #complete
    return sent
  }

  /** The part is flushed and renamed while the next one fills; at most one is on its way. */
  async #close(part: Part): Promise<void> {
    await this.#closing
    if (!part.buffer.isEmpty || part.rows === 0) await this.#send(part)
    this.#open = null
    this.#closing = this.#complete(part)
    this.#closing.catch(() => {}) // awaited by the next #close, finish or abort
  }

  async #complete(part: Part): Promise<void> {
    try {
      await Promise.all(part.sent)
      await part.file.close(part.path, part.rows)
    } catch (error) {
      await this.#giveUp(part)
      throw sinkFailed(part, error)
    }
    const { rows, tokens, marks } = part
    if (marks) await this.#options.ledger!.commit({ rows, tokens, marks: marks.bytes, files: marks.files }, part.name)
  }

  async #giveUp(part: Part): Promise<void> {
    this.#count(part, -part.rows, -part.tokens)
    this.#counts.parts--
    // A dead thread, or a file that was never opened, has nothing to discard.
    await part.file.discard().catch(() => {})
    await rm(part.temporary, { force: true }).catch(() => {})
  }

  #count(part: Part, rows: number, tokens: number): void {
    part.rows += rows
    part.tokens += tokens
    this.#counts.rows += rows
    this.#counts.tokens += tokens
  }
}

function sinkFailed({ path }: Part, cause: unknown): SinkFailedError {
  if (cause instanceof SinkFailedError) return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SinkFailedError(`cannot write ${path}: ${why}`, { cause })
}
