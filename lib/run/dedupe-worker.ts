import { parentPort, workerData } from 'node:worker_threads'
import { exactKey, exactWords } from '../text/fingerprint.ts'
import { MinHash } from '../text/minhash.ts'
import { normalizeForDedupe } from '../text/normalize.ts'
import { DedupeIndex } from './dedupe-index.ts'
import type { Answer, DedupeStats, DedupeThreadOptions, Rows, Task } from './dedupe-thread.ts'
import { IndexFolder } from './index-folder.ts'
import type { Twin } from '../stages/dedupe.ts'

/** The worker side of dedupe-thread.ts: one message in, one message out, in order. */
const port = parentPort
if (!port) throw new Error('dedupe-worker runs in a worker thread only')
const { mode, minhash, memory, spillFolder, indexFolder, lineage } = workerData as DedupeThreadOptions

const hash = mode === 'minhash' ? new MinHash(minhash) : null
const keys = new Uint32Array(hash ? hash.bands * 2 : 0)
const sketch = new Uint32Array(hash?.sketchWords ?? 0)
const exact = new Uint32Array(exactWords)

let history: IndexFolder | null = null
let index: DedupeIndex | null = null
/** Once writing has failed the index knows too little: everything fails with the first cause. */
let broken: Error | null = null
let tidying = false
let turn: Promise<void> = Promise.resolve()
port.on('message', (task: Task) => {
  turn = turn.then(() => answer(task)).then(tidy)
})

async function answer({ task, ...message }: Task): Promise<void> {
  try {
    port!.postMessage({ task, value: await perform(message) } satisfies Answer)
  } catch (error) {
    port!.postMessage({ task, error: (error as Error).message } satisfies Answer)
  }
}

async function perform({ kind, rows }: Omit<Task, 'task'>): Promise<unknown> {
  if (kind === 'open') return open()
  if (kind === 'close') return close()
  if (kind === 'stats') return stats()
  return guarded<unknown>(() => (kind === 'find' ? find(rows!) : index!.commit()))
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  if (broken) throw broken
  try {
    return await action()
  } catch (cause) {
    throw (broken = named(cause, indexFolder, spillFolder))
  }
}

async function open(): Promise<void> {
  let folder = indexFolder
  try {
    if (indexFolder !== null) history = await IndexFolder.open(indexFolder, { mode, ...minhash }, lineage)
    folder = spillFolder
    const jaccard = (a: Uint32Array, b: Uint32Array): number => hash!.jaccard(a, 0, b, 0)
    index = await DedupeIndex.open({ memory, spillFolder, sketchWords: sketch.length, jaccard })
    folder = indexFolder
    if (history) index.remember(history)
  } catch (cause) {
    await close()
    throw named(cause, folder)
  }
}

function named(cause: unknown, ...folders: readonly (string | null)[]): Error {
  const where = folders.filter((folder) => folder !== null).join(', ') || 'a temporary folder'
  return new Error(`dedupe index in ${where}: ${(cause as Error).message}`, { cause })
}

async function find({ ids, texts }: Rows): Promise<readonly (Twin | null)[]> {
  const twins: (Twin | null)[] = []
  for (const [k, text] of texts.entries()) {
    exactKey(normalizeForDedupe(text), exact)
    const [first = 0, second = 0, check = 0] = exact
    const sign = (): boolean => hash?.sign(text, keys, sketch) ?? false
    twins.push(await index!.judge({ id: ids[k]!, exact: [first, second], check, keys, sketch, sign }))
  }
  return twins
}

function stats(): DedupeStats {
  const { documents, memoryBytes, spilledBytes, segments } = index!
  return { documents, memoryBytes, spilledBytes, segments }
}

async function close(): Promise<void> {
  await index?.close()
  await history?.close()
}

/** Between messages, do what has been put off; a message that comes meanwhile waits for one step. */
function tidy(): void {
  if (tidying) return
  tidying = true
  setImmediate(() => {
    turn = turn.then(async () => {
      tidying = false
      if (await guarded(async () => index?.work() ?? false).catch(() => false)) tidy()
    })
  })
}
