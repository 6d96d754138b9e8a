import { mkdir } from 'node:fs/promises'
import { open, type Database, type RootDatabase } from 'lmdb'
import { SinkFailedError } from '../errors.ts'
import type { Reply } from '../rows.ts'

/** What a run remembers: one LMDB environment, in `out/_run/state` or wherever `--state-dir` says. */
export interface RunState {
  get(key: string): Reply | undefined
  /** Resolves when the reply is flushed to disk. Puts are committed in groups, so many at once cost one flush. */
  put(key: string, reply: Reply): Promise<void>
  /** Replies stored, of all runs so far. */
  readonly replies: number
  close(): Promise<void>
}

/**
 * Open the state in `folder`, making it where there is none.
 * @throws SinkFailedError naming the folder when it cannot be opened or written
 */
export async function openState(folder: string): Promise<RunState> {
  const { root, responses } = await openDatabases(folder)
  return {
    get: (key) => responses.get(bytes(key)),
    async put(key, reply) {
      try {
        void responses.put(bytes(key), reply)
        await responses.flushed
      } catch (cause) {
        throw failed(folder, cause)
      }
    },
    get replies() {
      return (responses.getStats() as { entryCount: number }).entryCount
    },
    async close() {
      await root.close()
    },
  }
}

/** For runs that have nowhere to keep state (Arrow on stdout, without --state-dir). */
export function noState(): RunState {
  return { get: () => undefined, put: async () => {}, replies: 0, close: async () => {} }
}

async function openDatabases(folder: string): Promise<{ root: RootDatabase; responses: Database<Reply, Buffer> }> {
  try {
    await mkdir(folder, { recursive: true })
    // remapChunks: without it every page that was ever touched stays mapped, and resident memory grows with the state.
    const root = open({ path: folder, maxDbs: 8, remapChunks: true })
    return { root, responses: root.openDB<Reply, Buffer>({ name: 'responses', keyEncoding: 'binary' }) }
  } catch (cause) {
    throw failed(folder, cause)
  }
}

function bytes(key: string): Buffer {
  return Buffer.from(key, 'hex')
}

function failed(folder: string, cause: unknown): SinkFailedError {
  return new SinkFailedError(`cannot keep run state in ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
