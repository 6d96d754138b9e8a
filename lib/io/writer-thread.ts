import { Worker } from 'node:worker_threads'
import type { ParquetOptions } from './write-parquet.ts'

/** What the thread is asked. A file is named by a number that its opener chose. */
export type WriterRequest = { readonly id: number; readonly file: number } & (
  | { readonly op: 'open'; readonly temporary: string; readonly options: ParquetOptions }
  | { readonly op: 'write'; readonly ipc: Uint8Array }
  | { readonly op: 'close'; readonly path: string; readonly rows: number }
  | { readonly op: 'discard' }
)

/** `error` is what went wrong, null when nothing did. */
export interface WriterReply {
  readonly id: number
  readonly error: string | null
}

type Ask = WriterRequest extends infer Request ? Request extends unknown ? Omit<Request, 'id' | 'file'> : never : never

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

/** A Parquet file that the thread writes. Requests are carried out in the order in which they were made. */
export interface ThreadFile {
  /** Resolves when the encoder took the block. The buffer moves to the thread: it is gone here. */
  write(ipc: Uint8Array<ArrayBuffer>): Promise<void>
  /** Footer, flush, rename to `path`; rejects when the file does not hold exactly `rows` rows. */
  close(path: string, rows: number): Promise<void>
  discard(): Promise<void>
}

/** The thread that encodes and writes Parquet. When it dies, every request, waiting or new, rejects. */
export class WriterThread {
  // Loaders and flags of the main thread are of no use in there.
  readonly #worker = new Worker(new URL('./writer-worker.js', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  readonly #waiting = new Map<number, Waiting>()
  #requests = 0
  #files = 0
  #dead: Error | null = null

  constructor() {
    this.#worker.on('message', ({ id, error }: WriterReply) => {
      const waiting = this.#waiting.get(id)!
      this.#waiting.delete(id)
      if (error === null) waiting.resolve()
      else waiting.reject(new Error(error))
    })
    this.#worker.on('error', (cause) => this.#die(new Error(`the writer thread died: ${cause.message}`, { cause })))
    this.#worker.on('exit', (code) => this.#die(new Error(`the writer thread ended with code ${code}`)))
  }

  /** Start a file at `temporary`. What goes wrong with it is told by the file's own calls. */
  open(temporary: string, options: ParquetOptions): ThreadFile {
    const file = this.#files++
    const opened = this.#ask(file, { op: 'open', temporary, options })
    opened.catch(() => {})
    return {
      write: async (ipc) => {
        await opened
        await this.#ask(file, { op: 'write', ipc }, [ipc.buffer])
      },
      close: async (path, rows) => {
        await opened
        await this.#ask(file, { op: 'close', path, rows })
      },
      discard: async () => {
        await opened
        await this.#ask(file, { op: 'discard' })
      },
    }
  }

  /** End the thread. Files still open are left as they are. */
  async stop(): Promise<void> {
    this.#die(new Error('the writer thread was stopped'))
    await this.#worker.terminate()
  }

  #ask(file: number, ask: Ask, transfer: ArrayBuffer[] = []): Promise<void> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = this.#requests++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...ask, id, file }, transfer)
    })
  }

  #die(error: Error): void {
    this.#dead ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}
