import { AbortedError, InputUnreadableError, StreamError } from '../errors.ts'
import type { SeedRow } from '../rows.ts'
import { Schema, type Field } from './arrow.ts'
import { agreement, checkAgreement, keptFields, scoreOf, wantedColumns, type Agreement,
  type ColumnOptions } from './check-schema.ts'
import { resolveInputs, type SourceFile } from './inputs.ts'
import type { PackedBatch } from './pack.ts'
import { Reader, READER_LIMITS, type ReaderLimits } from './reader.ts'
import { fromWire } from './wire-columns.ts'

export type { SourceFile, SourceFormat } from './inputs.ts'

/** Footers read for an estimate; more files than that are estimated from so many of them. */
const ESTIMATE_FILES = 300

export interface SourceOptions extends ColumnOptions {
  /** As typed by the user: files, folders (with all below), globs; or exactly `-`, an Arrow IPC stream on stdin. */
  readonly inputs: readonly string[]
  /** Rows of a batch, at most. */
  readonly batchRows: number
  /** Text of a batch in bytes of UTF-8, at most; a row that is bigger travels alone. */
  readonly batchBytes: number
  /** 0-based. With as many files as shards or more, every `count`-th file; else every `count`-th row of each file. */
  readonly shard: { readonly index: number; readonly count: number } | null
  /** Stop after this many seeds of the shard. */
  readonly limit: number | null
  /** What becomes of a file that is corrupt, cut short or of an unsupported kind. Wrong columns always stop the run. */
  readonly onBadFile: 'stop' | 'skip'
}

/** The input of a run, opened and checked. */
export interface Source {
  /** Every file of the input, before sharding: sorted, each once. */
  readonly files: readonly SourceFile[]
  /** The kept columns with their plain types, as in the first good file. */
  readonly keptFields: readonly Field[]
  /** Seeds that `batches` will give: exact for Parquet, scaled by bytes otherwise; null where nothing can be said. */
  estimateRows(): Promise<number | null>
  /**
   * The seeds in input order. Decoding runs ahead by two batches in a worker thread, which ends with the iteration.
   * `columns.table` of a row is an Arrow RecordBatch of the kept columns alone, in the order asked for.
   * @throws InputUnreadableError, SchemaMismatchError; AbortedError (or the signal's own reason) when stopped
   */
  batches(signal: AbortSignal): AsyncIterable<readonly SeedRow[]>
  /** Bad files passed over so far; one that broke in the middle has given the rows before. */
  readonly skipped: readonly { readonly file: string; readonly message: string }[]
  /** Ends the workers. Idempotent. */
  close(): Promise<void>
}

/**
 * Find the input files and check the columns of the first good one.
 * @throws InputNotFoundError, InputUnreadableError, SchemaMismatchError, ConfigInvalidError
 */
export async function openSource(options: SourceOptions, limits: ReaderLimits = READER_LIMITS): Promise<Source> {
  const files = await resolveInputs(options.inputs)
  const source = new FileSource(files, options, limits)
  try {
    await source.agree()
    return source
  } catch (error) {
    await source.close()
    throw error
  }
}

class FileSource implements Source {
  readonly files: readonly SourceFile[]
  readonly skipped: { file: string; message: string }[] = []
  readonly #options: SourceOptions
  readonly #limits: ReaderLimits
  readonly #mine: readonly SourceFile[]
  readonly #rowShard: SourceOptions['shard']
  readonly #readers = new Set<Reader>()
  /** Opened by agree() and taken by the first batches(): stdin can be opened only once. */
  #first: Reader | null = null
  #agreed: Agreement | null = null
  #started = false
  #closed = false

  constructor(files: readonly SourceFile[], options: SourceOptions, limits: ReaderLimits) {
    const { shard } = options
    const byFile = shard !== null && files.length >= shard.count
    this.files = files
    this.#options = options
    this.#limits = limits
    this.#mine = byFile ? files.filter((_, i) => i % shard.count === shard.index) : files
    this.#rowShard = byFile ? null : shard
  }

  get keptFields(): readonly Field[] {
    return this.#agreed?.kept ?? keptFields(this.files[0]!, null, this.#options.keepColumns)
  }

  /** Let the first file that can be opened, of all shards' files, decide the schema. */
  async agree(): Promise<void> {
    const reader = this.#first = this.#newReader()
    let bad: unknown = null
    for (const file of this.files) {
      try {
        const schema = await reader.open(file)
        if (!schema) continue
        wantedColumns(file, schema, this.#options)
        this.#agreed = agreement(file, schema, this.#options)
        return
      } catch (error) {
        this.#passOver(file, error)
        bad ??= error
      }
    }
    // Nothing but bad files: there is no input. Nothing but empty ones: there is, with no rows.
    if (this.skipped.length === this.files.length || (bad && this.#mine.length === 0)) throw bad
  }

  async estimateRows(): Promise<number | null> {
    const { limit } = this.#options
    if (this.files[0]!.path === '-') return null
    const first = this.#first
    this.#first = null
    const reader = first ?? this.#newReader()
    const every = Math.max(1, Math.ceil(this.#mine.length / ESTIMATE_FILES))
    const sample = this.#mine.filter((_, i) => i % every === 0)
    let rows = 0
    let bytes = 0
    try {
      for (const file of sample) {
        try {
          await reader.open(file)
          rows += await reader.estimateRows()
          bytes += file.bytes
        } catch (error) {
          if (!(error instanceof InputUnreadableError)) throw error
        }
      }
    } finally {
      if (first && !this.#started) this.#first = first
      else await this.#release(reader)
    }
    const all = this.#mine.reduce((sum, file) => sum + file.bytes, 0)
    if (every > 1 && bytes > 0) rows *= all / bytes
    rows = Math.round(rows / (this.#rowShard?.count ?? 1))
    return limit === null ? rows : Math.min(rows, limit)
  }

  async *batches(signal: AbortSignal): AsyncGenerator<readonly SeedRow[]> {
    const reader = this.#first ?? this.#newReader()
    this.#first = null
    this.#started = true
    const stop = () => void reader.close()
    signal.addEventListener('abort', stop)
    let left = this.#options.limit ?? Infinity
    try {
      for (const file of this.#mine) {
        signal.throwIfAborted()
        if (left <= 0) return
        if (this.skipped.some((skip) => skip.file === file.path)) continue
        try {
          for await (const rows of this.#readFile(reader, file, left)) {
            left -= rows.length
            yield rows
            signal.throwIfAborted()
          }
        } catch (error) {
          this.#passOver(file, error)
        }
      }
    } catch (error) {
      throw signal.aborted ? abortReason(signal) : error
    } finally {
      signal.removeEventListener('abort', stop)
      await this.#release(reader)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#readers].map((reader) => this.#release(reader)))
  }

  async *#readFile(reader: Reader, file: SourceFile, left: number): AsyncGenerator<SeedRow[]> {
    const { batchRows, batchBytes } = this.#options
    const schema = await reader.open(file)
    if (!schema) return
    const wanted = wantedColumns(file, schema, this.#options)
    if (this.#agreed) checkAgreement(this.#agreed, file, schema, this.#options)
    else this.#agreed = agreement(file, schema, this.#options)
    const limit = left === Infinity ? null : left
    const kept = new Schema(keptFields(file, schema, wanted.keep))
    const pack = { file: file.name, batchRows, batchBytes, shard: this.#rowShard, limit, labels: wanted.labels.length }
    const score = scoreOf(wanted, this.#options)
    const names = Object.keys(this.#options.labelColumns)
    const make = (batch: PackedBatch): SeedRow[] => seedRows(file.name, kept, batch, score, names)
    for await (const batch of reader.read(wanted, pack)) yield make(batch)
  }

  /** Note a bad file and go on, or throw. */
  #passOver(file: SourceFile, error: unknown): void {
    if (this.#options.onBadFile === 'stop' || !(error instanceof InputUnreadableError)) throw error
    this.skipped.push({ file: file.path, message: error.message })
  }

  #newReader(): Reader {
    if (this.#closed) throw new AbortedError('the source is closed')
    const reader = new Reader(this.#limits)
    this.#readers.add(reader)
    return reader
  }

  async #release(reader: Reader): Promise<void> {
    this.#readers.delete(reader)
    await reader.close()
  }
}

const noLabels = Object.freeze({})

function seedRows(
  file: string, kept: Schema, { texts, ids, rows, scores, labels, columns }: PackedBatch,
  score: (cell: number | null) => number | null, labelNames: readonly string[],
): SeedRow[] {
  const refs = columns.flatMap((part) => {
    const table = fromWire(kept, part)
    return Array.from({ length: part.length }, (_, index) => ({ table, index }))
  })
  const labelsOf = labelNames.length === 0
    ? () => noLabels
    : (i: number) => Object.fromEntries(labelNames.map((name, k) => [name, labels[k]![i]!]))
  return texts.map((text, i) => ({
    id: ids[i]!, text, locator: { file, row: rows[i]! }, score: score(scores[i]!), labels: labelsOf(i),
    columns: refs[i] ?? null,
  }))
}

function abortReason(signal: AbortSignal): unknown {
  if (signal.reason instanceof StreamError) return signal.reason
  return new AbortedError('reading was stopped', { cause: signal.reason })
}
