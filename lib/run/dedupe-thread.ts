import { Worker } from 'node:worker_threads'
import { ConfigInvalidError, SinkFailedError } from '../errors.ts'
import type { Twin } from '../stages/dedupe.ts'
import type { MinHashOptions } from '../text/minhash.ts'

export interface DedupeThreadOptions {
  readonly mode: 'exact' | 'minhash'
  readonly minhash: MinHashOptions
  /** Bytes for the index in memory, tables and filters included; what does not fit goes to disk. */
  readonly memory: number
  /** Scratch folder, emptied at start; null: a temporary one, removed by `close`. */
  readonly spillFolder: string | null
  /** Folder that is kept across runs, whose documents count as earlier ones; null: none. */
  readonly indexFolder: string | null
  /** Random id of the output folder, the same when a run into it is repeated: its documents are no duplicates of themselves. */
  readonly lineage: string
}

export interface Rows {
  readonly ids: readonly string[]
  readonly texts: readonly string[]
}

export interface DedupeStats {
  /** Kept by this run. */
  readonly documents: number
  readonly memoryBytes: number
  /** Size of the scratch files. */
  readonly spilledBytes: number
  /** How many pieces that is in: what a key on disk may have to be looked for in. */
  readonly segments: number
}

/** Finds documents that an earlier one is equal or near to, off the main thread. */
export interface DedupeThread {
  /** For each row its twin among the rows kept so far, in the order of the rows; null for one that is kept. Calls are answered in order. */
  find(rows: Rows): Promise<readonly (Twin | null)[]>
  /** Make this run's documents count for later runs; for when it has ended well. Does nothing without `indexFolder`. */
  commit(): Promise<void>
  stats(): Promise<DedupeStats>
  /** Ends the thread; what is pending rejects. Safe to call twice. */
  close(): Promise<void>
}

/** What goes to the worker. */
export interface Task {
  readonly task: number
  readonly kind: 'open' | 'find' | 'commit' | 'stats' | 'close'
  readonly rows?: Rows
}

/** What comes back: what was asked for, or a sentence. */
export type Answer = { readonly task: number } & ({ readonly value: unknown } | { readonly error: string })

/**
 * Start the thread. It does not keep the process alive while it has nothing to do.
 * @throws ConfigInvalidError naming the folder and what is wrong with it; later failures are SinkFailedError
 */
export async function openDedupeThread(options: DedupeThreadOptions): Promise<DedupeThread> {
  const thread = new IndexThread(options)
  try {
    await thread.opened
    return thread
  } catch (cause) {
    await thread.close()
    throw new ConfigInvalidError([(cause as Error).message], { cause })
  }
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** What judging allocates is dead at once: see text-judge.ts. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 }

class IndexThread implements DedupeThread {
  readonly opened: Promise<unknown>
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #tasks = 0
  #dead: Error | null = null
  #closing: Promise<void> | null = null

  constructor(options: DedupeThreadOptions) {
    this.#worker = new Worker(new URL('./dedupe-worker.js', import.meta.url), { workerData: options, execArgv: [], resourceLimits })
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#die(new SinkFailedError(`dedupe thread failed: ${cause.message}`, { cause })))
    this.#worker.on('exit', (code) => this.#die(new SinkFailedError(`dedupe thread ended with code ${code}`)))
    this.opened = this.#run({ kind: 'open' })
  }

  async find(rows: Rows): Promise<readonly (Twin | null)[]> {
    return rows.ids.length === 0 ? [] : ((await this.#run({ kind: 'find', rows })) as readonly (Twin | null)[])
  }

  async commit(): Promise<void> {
    await this.#run({ kind: 'commit' })
  }

  async stats(): Promise<DedupeStats> {
    return (await this.#run({ kind: 'stats' })) as DedupeStats
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  /** The worker puts its folders away first, unless it is gone. */
  async #close(): Promise<void> {
    const ended = this.#dead ? Promise.resolve() : this.#run({ kind: 'close' }).catch(() => {})
    const last = this.#tasks - 1
    const closed = this.#dead ?? new SinkFailedError('dedupe thread is closed')
    this.#dead = closed
    for (const [task, { reject }] of this.#pending) if (task !== last) reject(closed)
    await ended
    await this.#worker.terminate()
  }

  #run(message: Omit<Task, 'task'>): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead)
    return new Promise((resolve, reject) => {
      const task = this.#tasks++
      this.#worker.postMessage({ ...message, task } satisfies Task)
      if (this.#pending.size === 0) this.#worker.ref()
      this.#pending.set(task, { resolve, reject })
    })
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.task)
    if (!pending) return
    this.#pending.delete(answer.task)
    if (this.#pending.size === 0) this.#worker.unref()
    if ('error' in answer) pending.reject(new SinkFailedError(answer.error))
    else pending.resolve(answer.value)
  }

  /** The first cause of death is kept. */
  #die(error: Error): void {
    this.#dead ??= error
    for (const { reject } of this.#pending.values()) reject(this.#dead)
    this.#pending.clear()
  }
}
