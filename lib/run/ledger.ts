import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InputUnreadableError, SinkFailedError } from '../errors.ts'
import { markBytes, readMarks, type CommittedPart, type RowMark } from '../io/row-marks.ts'
import { closeEnvironment, durable, requireRoom, safeWrites } from './durable.ts'
import { openEnvironment, type Database, type RootDatabase } from './lmdb.ts'
import { nameRun } from './output-folder.ts'
import type { Summary } from './summary.ts'

/** What the ledger says of one part. */
export type LedgerPart = Omit<CommittedPart, 'marks'>

/** What the ledger says of one run. */
export interface LedgerRun {
  /** The output folder, absolute, as it was called then. */
  readonly output: string
  /** The summary of a run that came to its end; null as long as it has not. */
  readonly summary: Summary | null
}

/** Where a run notes what it committed. */
export interface Ledger {
  /** Resolves when the note is on disk. To be called once the part has its name. */
  commit(part: CommittedPart): Promise<void>
  /** The run came to its end and this is its summary: from now on the folder must hold what the ledger says. */
  seal(summary: Summary): Promise<void>
  close(): Promise<void>
}

/** The notes of one run, read back. */
export interface LedgerReading {
  readonly run: LedgerRun | null
  /** In the order of their names. */
  readonly parts: readonly LedgerPart[]
  /** Marks of a part, in the order of its rows. */
  marks(part: LedgerPart): Generator<RowMark>
  close(): Promise<void>
}

/** Marks are stored in values of this many rows: 2 MiB. */
const chunkRows = 2 ** 16

interface Databases {
  readonly root: RootDatabase
  readonly runs: Database<LedgerRun, string>
  /** [run, part] */
  readonly parts: Database<LedgerPart, [string, string]>
  /** [run, part, chunk] */
  readonly marks: Database<Buffer, [string, string, number]>
}

/**
 * Begin a run's ledger in `state`/ledger, and forget what earlier runs into the same folder left there.
 *
 * An LMDB environment of its own, beside that of the replies: it is 32 bytes a row, and stays provable when replies
 * that nobody needs any more are removed; and the other one is closed and opened again while a run goes on.
 * @param run.folder the output folder
 * @param earlier id of the run that had the folder before, where known
 * @throws SinkFailedError naming the folder
 */
export async function openLedger(state: string, run: { id: string; folder: string }, earlier: string | null): Promise<Ledger> {
  const folder = join(state, 'ledger')
  const output = resolve(run.folder)
  const attempt = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work()
    } catch (cause) {
      throw new SinkFailedError(`cannot keep the ledger in ${folder}: ${(cause as Error).message}`, { cause })
    }
  }
  return attempt(async () => {
    await mkdir(folder, { recursive: true })
    const db = openDatabases(folder)
    const store = (write: () => void): Promise<void> =>
      attempt(() => {
        requireRoom(folder)
        return durable(db.root, [db.root.transaction(write)])
      })
    await store(() => {
      for (const old of runsOf(db, output, earlier)) forget(db, old)
      void db.runs.put(run.id, { output, summary: null })
    })
    await nameRun(run.folder, run.id, state)
    return {
      commit: ({ marks, ...part }) =>
        store(() => {
          for (let at = 0; at < part.rows; at += chunkRows) {
            const chunk = marks.subarray(at * markBytes, Math.min(part.rows, at + chunkRows) * markBytes)
            void db.marks.put([run.id, part.name, at / chunkRows], Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
          }
          void db.parts.put([run.id, part.name], part)
        }),
      seal: (summary) => store(() => void db.runs.put(run.id, { output, summary })),
      close: () => closeEnvironment(db.root),
    }
  })
}

/**
 * Open what a run noted; null where `state` holds no ledger.
 * @throws InputUnreadableError naming the folder
 */
export function readLedger(state: string, run: string): LedgerReading | null {
  const folder = join(state, 'ledger')
  if (!existsSync(join(folder, 'data.mdb'))) return null
  try {
    const db = openDatabases(folder, true)
    return {
      run: db.runs.get(run) ?? null,
      parts: keysOf(db.parts, run).map((key) => db.parts.get(key)!),
      *marks({ name, rows }) {
        for (let at = 0; at < rows; at += chunkRows) yield* readMarks(db.marks.get([run, name, at / chunkRows])!)
      },
      close: () => closeEnvironment(db.root),
    }
  } catch (cause) {
    throw new InputUnreadableError(`the ledger in ${folder} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function openDatabases(folder: string, readOnly = false): Databases {
  const root = openEnvironment(folder, { readOnly, ...safeWrites })
  return {
    root,
    runs: root.openDB<LedgerRun, string>({ name: 'runs' }),
    parts: root.openDB<LedgerPart, [string, string]>({ name: 'parts' }),
    marks: root.openDB<Buffer, [string, string, number]>({ name: 'marks', encoding: 'binary' }),
  }
}

function runsOf(db: Databases, output: string, earlier: string | null): string[] {
  return [...db.runs.getRange()].filter(({ key, value }) => key === earlier || value.output === output).map(({ key }) => key)
}

function forget(db: Databases, run: string): void {
  for (const key of keysOf(db.marks, run)) void db.marks.remove(key)
  for (const key of keysOf(db.parts, run)) void db.parts.remove(key)
  void db.runs.remove(run)
}

/** Keys that begin with `run`. */
function keysOf<Key extends readonly [string, ...unknown[]]>(db: Database<any, Key & any[]>, run: string): Key[] {
  const keys: Key[] = []
  for (const key of (db as Database<any, any>).getKeys({ start: [run] }) as Iterable<Key>) {
    if (key[0] !== run) break
    keys.push(key)
  }
  return keys
}
