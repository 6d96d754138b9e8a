import { mkdir } from 'node:fs/promises'
import { open, type Database, type RootDatabase } from 'lmdb'
import { SinkFailedError } from '../errors.ts'
import type { Reply } from '../rows.ts'

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
 * @throws SinkFailedError naming the folder when it cannot be opened or written
 */
export async function openState(folder: string): Promise<RunState> {
  try {
    await mkdir(folder, { recursive: true })
    return new State(folder)
  } catch (cause) {
    throw failed(folder, cause)
  }
}

/**
 * LMDB reads through a memory map, and every page that was ever touched stays mapped: resident memory would grow with
 * the state. After this many characters read or written the environment is closed and opened again, which unmaps them
 * all and takes about 3 ms.
 */
const charsBetweenReopens = 12_000_000

class State implements RunState {
  readonly #folder: string
  #root: RootDatabase
  #responses: Database<Reply, Buffer>
  #touched = 0
  /** Puts that are not on disk yet. */
  #open = 0
  #reopening: { readonly done: Promise<void>; readonly go: () => void } | null = null

  constructor(folder: string) {
    this.#folder = folder
    ;[this.#root, this.#responses] = openDatabases(folder)
  }

  get replies(): number {
    return (this.#responses.getStats() as { entryCount: number }).entryCount
  }

  async get(key: string): Promise<Reply | undefined> {
    if (this.#reopening) await this.#reopening.done
    const reply = this.#responses.get(bytes(key))
    if (reply) this.#touch(reply)
    return reply
  }

  async put(key: string, reply: Reply): Promise<void> {
    if (this.#reopening) await this.#reopening.done
    this.#open++
    try {
      void this.#responses.put(bytes(key), reply)
      await this.#responses.flushed
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
    await this.#root.close()
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
      await this.#root.close()
      ;[this.#root, this.#responses] = openDatabases(this.#folder)
    } catch (cause) {
      throw failed(this.#folder, cause)
    } finally {
      this.#reopening = null
    }
  }
}

function openDatabases(folder: string): [RootDatabase, Database<Reply, Buffer>] {
  const root = open({ path: folder, maxDbs: 8 })
  return [root, root.openDB<Reply, Buffer>({ name: 'responses', keyEncoding: 'binary' })]
}

function bytes(key: string): Buffer {
  return Buffer.from(key, 'hex')
}

function failed(folder: string, cause: unknown): SinkFailedError {
  return new SinkFailedError(`cannot keep run state in ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
