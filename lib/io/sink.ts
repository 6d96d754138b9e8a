import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SinkFailedError } from '../errors.ts'
import type { Batch } from '../flow/stage.ts'
import type { GeneratedRow } from '../rows.ts'
import type { Field } from './arrow.ts'
import { FolderWriters } from './folder-writers.ts'
import { layouts, type Layout } from './layouts.ts'
import { keptBytes, keptColumns, rejectColumns, rejectRow } from './output-columns.ts'
import type { RejectRow, RunConstants } from './output-columns.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { checkParquetType, parquetType, toParquetType } from './parquet-types.ts'
import { PartWriter, type RowWriter } from './part-writer.ts'
import { FileNumbers, outputMark, rejectDigest, seedMark, type CommittedPart } from './row-marks.ts'
import { syncFolder } from './sync-folder.ts'
import { WriterThread } from './writer-thread.ts'

/** What the run tells the sink once. */
export interface SinkOptions {
  /** The output folder; created where missing. Whether an existing one may be used is the caller's to decide. */
  readonly folder: string
  /** `[0-9a-z]+`, part of every part's name. */
  readonly runId: string
  /** Seed columns to carry, in the order of the tables that rows point into; types already plain (see plainType). */
  readonly keptFields: readonly Field[]
  /** Bytes of text (UTF-8, the `text` column) after which a part is closed. A batch is never split over two parts. */
  readonly partBytes: number
  readonly constants: RunConstants
  /** Default: standard. */
  readonly layout?: Layout
  /** `created_by` in the files' footers. Default `seedstream`. */
  readonly createdBy?: string
  /** Told about every part, right after it got its name; where it rejects, so does the next write. Default: nobody. */
  readonly onPart?: (part: CommittedPart) => Promise<void>
}

/**
 * Rows handed to `write` so far, whether their part is closed or still open. Rows of a part that had to be given up are
 * taken off, so after `finish` or `abort` these are exactly what the files hold.
 */
export interface SinkProgress {
  readonly written: number
  readonly rejected: number
  /** Output parts begun; those of `_rejected/` are not counted. */
  readonly parts: number
  /** Sum of the written rows' token counts; a row without one adds nothing. */
  readonly keptTokens: number
}

/** Where a run's rows end. */
export interface Sink {
  /** Takes the batch's rows and rejects. Resolves when there is room for the next. */
  write(batch: Batch<GeneratedRow>): Promise<void>
  /** Complete all parts, then write `_SUCCESS`. */
  finish(): Promise<void>
  /** Keep what was written so far as complete parts, without `_SUCCESS`. Never rejects. */
  abort(): Promise<void>
  readonly progress: SinkProgress
}

const success = '_SUCCESS'
const rejectedName = '_rejected'
const temporaryName = /^\.part-\d+-[0-9a-z]+\.parquet\.tmp$/

/**
 * A folder of Parquet parts, rejects under `_rejected/`. Removes what a dead run left unfinished and an old `_SUCCESS`;
 * numbers go on after the parts that this run id already has there.
 * @throws SinkFailedError when the folder cannot be written
 * @throws ConfigInvalidError and SchemaMismatchError for kept columns, before anything is made
 */
export async function openFolderSink(options: SinkOptions): Promise<Sink> {
  const { folder, runId, partBytes, keptFields, constants, createdBy = 'seedstream', layout = layouts.standard, onPart } = options
  for (const { name, type } of keptFields) checkParquetType(name, type)
  const own = layout.columns(constants)
  const stored = { type: parquetType, data: toParquetType }
  const columns = [...own, ...keptColumns(keptFields, own.map(({ field }) => field.name), stored)]
  const rejectedFolder = join(folder, rejectedName)
  const firstPart = await prepare(folder, runId)
  const firstRejected = await prepare(rejectedFolder, runId)
  await rm(join(folder, success), { force: true })

  const thread = new WriterThread()
  const files = new FileNumbers()
  const open = (below: string, first: number): PartWriter<GeneratedRow> => new PartWriter({
    folder: join(folder, below), runId, partBytes, createdBy, columns, firstPart: first,
    textBytes: (row) => Buffer.byteLength(row.text),
    otherBytes: keptBytes,
    tokens: (row) => row.tokenCount ?? 0,
    ledger: onPart ? {
      files,
      mark: (row, marks) => marks.add(row.id, row.seed.locator, outputMark(row, layout.keys)),
      commit: (part, name) => onPart({ ...part, name: below === '' ? name : `${below}/${name}` }),
    } : null,
  }, thread)
  const outputs = layout.folder
    ? new FolderWriters(layout.folder, async (below) => open(below, await prepare(join(folder, below), runId)))
    : open('', firstPart)
  const rejects = new PartWriter<RejectRow>({
    folder: rejectedFolder, runId, partBytes, createdBy, columns: rejectColumns(), firstPart: firstRejected,
    textBytes: (row) => (row.text === null ? 0 : Buffer.byteLength(row.text)),
    otherBytes: (row) => row.detail.length,
    tokens: () => 0,
    ledger: onPart ? {
      files,
      mark: (row, marks) => marks.add(row.id === row.seedId ? seedMark : row.id, row.locator, rejectDigest(row)),
      commit: (part, name) => onPart({ ...part, name: `${rejectedName}/${name}` }),
    } : null,
  }, thread)
  return new FolderSink(folder, outputs, rejects, thread)
}

class FolderSink implements Sink {
  readonly #folder: string
  readonly #outputs: RowWriter<GeneratedRow>
  readonly #rejects: PartWriter<RejectRow>
  readonly #thread: WriterThread
  readonly #turns = new OneAtATime()
  #aborted: Promise<void> | null = null

  constructor(folder: string, outputs: RowWriter<GeneratedRow>, rejects: PartWriter<RejectRow>, thread: WriterThread) {
    this.#folder = folder
    this.#outputs = outputs
    this.#rejects = rejects
    this.#thread = thread
  }

  get progress(): SinkProgress {
    const { rows, tokens, parts } = this.#outputs.counts
    return { written: rows, rejected: this.#rejects.counts.rows, parts, keptTokens: tokens }
  }

  write(batch: Batch<GeneratedRow>): Promise<void> {
    return this.#turns.run(async () => {
      await this.#outputs.add(batch.rows)
      await this.#rejects.add(batch.rejects.map(rejectRow))
    })
  }

  finish(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#outputs.finish(true)
      await this.#rejects.finish(false)
      await this.#thread.stop()
      await writeMarker(this.#folder)
      this.#turns.end(new SinkFailedError(`${this.#folder} is finished and takes no more rows`))
      this.#aborted = Promise.resolve()
    })
  }

  abort(): Promise<void> {
    this.#turns.end(new SinkFailedError(`writing to ${this.#folder} was aborted`))
    return (this.#aborted ??= this.#turns.idle().then(async () => {
      await this.#outputs.abort()
      await this.#rejects.abort()
      await this.#thread.stop()
    }))
  }
}

/** Make the folder ready, prove before anything is paid for that it can be written, and tell its next part's number. */
async function prepare(folder: string, runId: string): Promise<number> {
  try {
    await mkdir(folder, { recursive: true })
    const probe = join(folder, `.part-0-${runId}.parquet.tmp`)
    await (await open(probe, 'w')).close()
    const names = await readdir(folder)
    for (const name of names) if (temporaryName.test(name)) await rm(join(folder, name), { force: true })
    const own = new RegExp(`^part-(\\d+)-${runId}\\.parquet$`)
    return names.reduce((next, name) => Math.max(next, Number(own.exec(name)?.[1] ?? -1) + 1), 0)
  } catch (cause) {
    throw new SinkFailedError(`cannot write to ${folder}: ${(cause as Error).message}`, { cause })
  }
}

async function writeMarker(folder: string): Promise<void> {
  const path = join(folder, success)
  try {
    const marker = await open(path, 'w')
    await marker.sync().finally(() => marker.close())
    await syncFolder(folder)
  } catch (cause) {
    await rm(path, { force: true }).catch(() => {})
    throw new SinkFailedError(`cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}
