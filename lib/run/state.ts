import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SinkFailedError } from '../errors.ts'
import type { Reply } from '../rows.ts'
import { closeEnvironment, durable, requireRoom, safeWrites } from './durable.ts'
import { openEnvironment, type Database, type RootDatabase } from './lmdb.ts'
import { writeWhole } from './write-whole.ts'

/** What a run remembers: one LMDB environment, in `out/_run/state` or wherever `--state-dir` says. */
export interface RunState {
  get(key: string): Promise<Reply | undefined>
  /** Resolves when the reply is flushed to disk. Puts are committed in groups, so many at once cost one flush. */
  put(key: string, reply: Reply): Promise<void>
  /** Replies stored, of all runs so far. */
  readonly replies: number
  close(): Promise<void>
}

/** For runs that have nowhere to keep state (Arrow on stdout, without --state-dir). */
export function noState(): RunState {
  return { get: async () => undefined, put: async () => {}, replies: 0, close: async () => {} }
}

/**
 * Open the state in `folder`, making it where there is none.
 * @param lineage what `readLineage` gave
 * @throws SinkFailedError naming the folder when it cannot be opened or written
 */
export async function openState(folder: string, lineage: string): Promise<RunState> {
  try {
    await mkdir(folder, { recursive: true })
    requireRoom(folder)
    await writeWhole(join(folder, lineageFile), lineage)
    return new State(folder)
  } catch (cause) {
    throw failed(folder, cause)
  }
}

/**
 * LMDB reads through a memory map, and every page that was ever touched stays mapped, with its neighbours: resident
 * memory would grow with the state. So replies are stored in order of arrival, which touches only the end of the file,
 * and after this many characters read or written the environment is closed and opened again, which unmaps everything
 * and takes about 3 ms.
 */
const charsBetweenReopens = 4_000_000
/** And this often it is asked whether there is still room for more. */
const charsBetweenLooks = 1_000_000

interface Databases {
  readonly root: RootDatabase
  /** Request key -> number of its reply. */
  readonly numbers: Database<number, Buffer>
  /** Number -> reply, 0, 1, 2, ... */
  readonly replies: Database<Reply, number>
}

/** The random id that all runs with the state in `folder` share; a new one where there is no state yet. */
export async function readLineage(folder: string): Promise<string> {
  return readFile(join(folder, lineageFile), 'utf8').catch(() => randomUUID())
}

const lineageFile = 'lineage'

class State implements RunState {
  readonly #folder: string
  #db: Databases
  #next: number
  #touched = 0
  #unseen = 0
  /** Puts that are not on disk yet. */
  #open = 0
  #reopening: { readonly done: Promise<void>; readonly go: () => void } | null = null

  constructor(folder: string) {
    this.#folder = folder
    this.#db = openDatabases(folder)
    const [last = -1] = this.#db.replies.getKeys({ reverse: true, limit: 1 })
    this.#next = last + 1
  }

  get replies(): number {
    return (this.#db.numbers.getStats() as { entryCount: number }).entryCount
  }

  async get(key: string): Promise<Reply | undefined> {
    if (this.#reopening) await this.#reopening.done
    const number = this.#db.numbers.get(bytes(key))
    const reply = number === undefined ? undefined : this.#db.replies.get(number)
    if (reply) this.#touch(reply)
    return reply
  }

  async put(key: string, reply: Reply): Promise<void> {
    if (this.#reopening) await this.#reopening.done
    const number = this.#next++
    this.#open++
    try {
      this.#look(reply)
      const { root, replies, numbers } = this.#db
      await durable(root, [replies.put(number, reply), numbers.put(bytes(key), number)])
    } catch (cause) {
      throw failed(this.#folder, cause)
    } finally {
      this.#open--
      this.#touch(reply)
      if (this.#open === 0) this.#reopening?.go()
    }
  }

  async close(): Promise<void> {
    if (this.#reopening) await this.#reopening.done
    await closeEnvironment(this.#db.root)
  }

  #look({ text }: Reply): void {
    this.#unseen += text.length
    if (this.#unseen < charsBetweenLooks) return
    this.#unseen = 0
    requireRoom(this.#folder)
  }

  /** Once enough was touched: hold new calls back, let the open puts reach the disk, then start afresh. */
  #touch({ text }: Reply): void {
    this.#touched += text.length
    if (this.#touched < charsBetweenReopens || this.#reopening) return
    this.#touched = 0
    let go = (): void => {}
    const idle = new Promise<void>((resolve) => (go = resolve))
    this.#reopening = { done: this.#reopen(idle), go }
    if (this.#open === 0) go()
  }

  async #reopen(idle: Promise<void>): Promise<void> {
    await idle
    try {
      await closeEnvironment(this.#db.root)
      this.#db = openDatabases(this.#folder)
    } catch (cause) {
      throw failed(this.#folder, cause)
    } finally {
      this.#reopening = null
    }
  }
}

function openDatabases(folder: string): Databases {
  const root = openEnvironment(folder, safeWrites)
  return {
    root,
    numbers: root.openDB<number, Buffer>({ name: 'numbers', keyEncoding: 'binary' }),
    replies: root.openDB<Reply, number>({ name: 'replies', keyEncoding: 'uint32' }),
  }
}

function bytes(key: string): Buffer {
  return Buffer.from(key, 'hex')
}

function failed(folder: string, cause: unknown): SinkFailedError {
  return new SinkFailedError(`cannot keep run state in ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
