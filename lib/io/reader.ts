import { Worker } from 'node:worker_threads'
import { AbortedError, InputUnreadableError } from '../errors.ts'
import { tableFromIPC, type Schema } from './arrow.ts'
import type { Wanted } from './decoded.ts'
import type { SourceFile } from './inputs.ts'
import type { PackedBatch, PackOptions } from './pack.ts'
import type { ReaderReply, ReaderRequest } from './wire.ts'

/** Batches that the worker may have made before they are asked for. */
const CREDITS = 2
const TICK_MS = 250

export interface ReaderLimits {
  /**
   * How long the worker may compute without a sign of getting on, in milliseconds: some corrupt files send a decoder
   * into an endless loop. Waiting for a disk or a pipe does not count, nor does time when this process stood still.
   */
  readonly busyMs: number
  /** Bound on the worker's JavaScript heap, in MiB. */
  readonly heapMb: number
}

export const READER_LIMITS: ReaderLimits = { busyMs: 60_000, heapMb: 2048 }

/**
 * The main thread's hold on one reader worker. One file is open at a time, and one call runs at a time.
 * Every call fails with InputUnreadableError when the file is bad. A worker whose decoder crashed or hangs is given up,
 * and the next open() starts another.
 */
export class Reader {
  readonly #limits: ReaderLimits
  #worker: Worker | null = null
  #file: SourceFile | null = null
  #schema: Schema | null = null
  /** Where in the file the worker said it was. */
  #place: string | null = null
  #replies: ReaderReply[] = []
  #arrived: (() => void) | null = null
  #closed = false

  constructor(limits: ReaderLimits = READER_LIMITS) {
    this.#limits = limits
  }

  /** Open a file and give its schema: null for JSONL without a line. The file that is open is not opened again. */
  async open(file: SourceFile): Promise<Schema | null> {
    if (this.#file === file) return this.#schema
    this.#file = file
    this.#place = null
    this.#send({ kind: 'open', file })
    const reply = await this.#next()
    if (reply.kind !== 'opened') throw new TypeError(`reader worker answered ${reply.kind} to open`)
    this.#schema = reply.schema && tableFromIPC(reply.schema).schema
    return this.#schema
  }

  /** Rows of the open file: exact for Parquet, scaled from a sample otherwise. The file cannot be read afterwards. */
  async estimateRows(): Promise<number> {
    this.#send({ kind: 'estimate' })
    const reply = await this.#next()
    this.#file = null
    if (reply.kind !== 'estimated') throw new TypeError(`reader worker answered ${reply.kind} to estimate`)
    return reply.rows
  }

  /** Read the open file, once. */
  async *read(wanted: Wanted, pack: PackOptions): AsyncGenerator<PackedBatch> {
    this.#send({ kind: 'read', wanted, pack, credits: CREDITS })
    try {
      for (;;) {
        const reply = await this.#next()
        if (reply.kind === 'end') break
        if (reply.kind !== 'batch') continue
        this.#send({ kind: 'credit' })
        yield reply.batch
      }
      this.#file = null
    } finally {
      // When the consumer leaves, the worker is in the middle of the file and would answer the next call with its rows.
      if (this.#file) await this.#giveUp()
    }
  }

  /** End the worker. A call that is waiting fails with AbortedError. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#arrived?.()
    await this.#giveUp()
  }

  #send(request: ReaderRequest): void {
    if (this.#closed) throw stopped()
    this.#worker ??= this.#start()
    this.#worker.postMessage(request)
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader-worker.js', import.meta.url), {
      // What a decoder or Node itself has to say there (a Rust backtrace, ExperimentalWarning) is not for the user.
      stdout: true, stderr: true,
      // Loaders and hooks that the main thread was started with have no work here, and may take seconds to load.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMb },
    })
    worker.stdout.resume()
    worker.stderr.resume()
    const fail = (message: string) => {
      if (this.#worker === worker) this.#push({ kind: 'failed', message: this.#placed(message), fatal: true })
    }
    worker.on('message', (reply: ReaderReply) => { if (this.#worker === worker) this.#push(reply) })
    worker.on('error', (error: NodeJS.ErrnoException) => fail(crash(error, this.#limits)))
    worker.on('exit', () => fail('its reader ended without an answer'))
    return worker
  }

  #push(reply: ReaderReply): void {
    this.#replies.push(reply)
    this.#arrived?.()
  }

  async #next(): Promise<ReaderReply> {
    const watch = this.#watch()
    try {
      for (;;) {
        if (this.#closed) throw stopped()
        const reply = this.#replies.shift()
        if (!reply) await new Promise<void>((resolve) => { this.#arrived = resolve })
        else if (reply.kind === 'failed') throw await this.#failure(reply)
        else if (reply.kind === 'alive') {
          this.#place = reply.place ?? this.#place
          watch.reset()
        } else return reply
      }
    } finally {
      this.#arrived = null
      watch.stop()
    }
  }

  /** Fail the waiting call when the worker computes too long without an answer. */
  #watch(): { reset(): void; stop(): void } {
    if (this.#replies.length > 0) return { reset() {}, stop() {} }
    const worker = this.#worker!
    let busy = 0
    let active = worker.performance.eventLoopUtilization().active
    const timer = setInterval(() => {
      const now = worker.performance.eventLoopUtilization().active
      // Bounded, because a process that was suspended finds all the time it slept in its next tick.
      busy += Math.min(now - active, 2 * TICK_MS)
      active = now
      if (busy < this.#limits.busyMs) return
      clearInterval(timer)
      const seconds = Math.round(this.#limits.busyMs / 1000)
      const message = this.#placed(`its decoder got nowhere in ${seconds} s, so the file must be corrupt`)
      this.#push({ kind: 'failed', message, fatal: true })
    }, TICK_MS)
    return { reset: () => { busy = 0 }, stop: () => clearInterval(timer) }
  }

  #placed(message: string): string {
    return this.#place ? `${this.#place}: ${message}` : message
  }

  async #failure({ message, fatal }: { message: string; fatal: boolean }): Promise<Error> {
    const path = this.#file?.path ?? 'input'
    this.#file = null
    if (fatal) await this.#giveUp()
    return new InputUnreadableError(`${path === '-' ? 'standard input' : path} cannot be read: ${oneLine(message)}`)
  }

  async #giveUp(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    this.#file = null
    this.#replies = []
    await worker?.terminate()
  }
}

function stopped(): AbortedError {
  return new AbortedError('reading was stopped')
}

function crash(error: NodeJS.ErrnoException, limits: ReaderLimits): string {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return `decoding it needs more than ${limits.heapMb} MiB of heap`
  return `its decoder crashed (${error.message}), so the file is corrupt or too big to decode`
}

/** Errors come from several libraries, one of them with backtraces: keep the first sentence's worth on one line. */
function oneLine(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 297)}...` : line
}
