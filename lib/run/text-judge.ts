import { type ResourceLimits, Worker } from 'node:worker_threads'
import type { Piece } from '../recipes/chunker.ts'
import type { ChunkSpec, OpSpec } from '../recipes/recipe.ts'
import type { Refined } from '../recipes/refine.ts'
import type { RuleSet } from '../text/rules.ts'
import type { Verdict } from '../text/verdict.ts'

/** Rules, token counts and fastText scores off the main thread, so that they never hold the event loop that serves HTTP. */
export interface TextJudge {
  /** Verdicts in the order of `texts`: the first broken rule of the sets in their order, null where none is. */
  judge(rules: readonly RuleSet[], texts: readonly string[]): Promise<readonly (Verdict | null)[]>
  /** Token counts in the order of `texts`. */
  countTokens(texts: readonly string[]): Promise<readonly number[]>
  /** Each text cut into pieces, or why nothing of it is to be asked about. */
  chunk(how: ChunkOptions, texts: readonly string[]): Promise<readonly Chunked[]>
  /** What replies become, in the order of `drafts`. */
  refine(how: RefineOptions, drafts: readonly DraftRow[]): Promise<readonly Counted<Refined>[]>
  /** Labels of a fastText model, which is loaded and kept; rejects with what is wrong with the file. */
  fastTextLabels(file: string): Promise<readonly string[]>
  /** Probability that a fastText model gives to a label (by its number), in the order of `texts`. */
  fastTextScores(file: string, label: number, texts: readonly string[]): Promise<readonly number[]>
  /** Ends the threads; what is pending rejects. Safe to call twice. */
  close(): Promise<void>
}

/** How documents are cut: see ChunkAbout for what each field is. */
export interface ChunkOptions {
  readonly chunk: ChunkSpec
  readonly template: string
  readonly maxTokens: number | null
  readonly quirks: 'compat' | 'safe'
}

export type Chunked = readonly Piece[] | { readonly reason: string; readonly detail: string }

/** How replies are read. */
export interface RefineOptions {
  readonly ops: readonly OpSpec[]
  readonly quirks: 'compat' | 'safe'
  /** What draws depend on beside the row. */
  readonly runSeed: number
  readonly step: string
}

/** A reply on its way to the worker. */
export interface DraftRow {
  readonly id: string
  readonly text: string
  readonly slots: Readonly<Record<string, string>>
  readonly source: string
  /** null where the source is the whole document. */
  readonly document: string | null
}

/** With what the operations counted. */
export type Counted<Value> = Value & { readonly counts: Readonly<Record<string, number>> | null }

export interface TextJudgeOptions {
  /** Worker threads; each batch goes to the one with the fewest characters to do. Default 1. */
  readonly threads?: number
  /** `o200k_base` (default), `cl100k_base` or a tokenizer.json. */
  readonly tokenizer?: string
  /** Heap of each thread; the process's own limits where absent. */
  readonly resourceLimits?: ResourceLimits
}

/** What goes to the worker: one message a batch, the strings by structured clone. */
export type Task =
  | { readonly kind: 'judge'; readonly rules: readonly RuleSet[]; readonly texts: readonly string[] }
  | { readonly kind: 'count'; readonly texts: readonly string[] }
  | { readonly kind: 'chunk'; readonly how: ChunkOptions; readonly texts: readonly string[] }
  | { readonly kind: 'refine'; readonly how: RefineOptions; readonly texts: readonly string[]; readonly drafts: readonly Omit<DraftRow, 'text'>[] }
  | { readonly kind: 'labels'; readonly file: string; readonly texts: readonly [] }
  | { readonly kind: 'score'; readonly file: string; readonly label: number; readonly texts: readonly string[] }

/** What comes back: `value` in the order of the texts, or what was thrown. */
export type Answer = { readonly task: number } & ({ readonly value: readonly unknown[] } | { readonly error: unknown })

interface Pending {
  readonly chars: number
  readonly resolve: (value: readonly unknown[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Start the worker threads. They do not keep the process alive while they have nothing to do.
 *
 * A call rejects with what the rule threw, or, when its thread dies, with an error whose `cause` says why; from then
 * on every call that would go to that thread rejects so too.
 */
export function openTextJudge({ threads = 1, ...options }: TextJudgeOptions = {}): TextJudge {
  const pool = Array.from({ length: threads }, () => new TextThread(options))
  const least = (): TextThread => pool.reduce((best, thread) => (thread.chars < best.chars ? thread : best))
  const run = async (task: Task): Promise<readonly unknown[]> =>
    task.texts.length === 0 && task.kind !== 'labels' ? [] : least().run(task)
  return {
    judge: (rules, texts) => run({ kind: 'judge', rules, texts }) as Promise<readonly (Verdict | null)[]>,
    countTokens: (texts) => run({ kind: 'count', texts }) as Promise<readonly number[]>,
    chunk: (how, texts) => run({ kind: 'chunk', how, texts }) as Promise<readonly Chunked[]>,
    refine: (how, rows) => {
      const drafts = rows.map(({ text: _text, ...draft }) => draft)
      return run({ kind: 'refine', how, texts: rows.map(({ text }) => text), drafts }) as Promise<readonly Counted<Refined>[]>
    },
    fastTextLabels: (file) => run({ kind: 'labels', file, texts: [] }) as Promise<readonly string[]>,
    fastTextScores: (file, label, texts) => run({ kind: 'score', file, label, texts }) as Promise<readonly number[]>,
    close: async () => void (await Promise.all(pool.map((thread) => thread.close()))),
  }
}

/** What a rule allocates is dead at once: a small nursery is collected as well as a large one, and 40 MB smaller. */
const smallYoungGeneration = { maxYoungGenerationSizeMb: 16 }

class TextThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #tasks = 0
  #dead: Error | null = null
  /** Characters sent and not answered yet. */
  chars = 0

  constructor({ tokenizer = 'o200k_base', resourceLimits = {} }: TextJudgeOptions) {
    const file = new URL('./text-worker.js', import.meta.url)
    this.#worker = new Worker(file, { workerData: { tokenizer }, execArgv: [], resourceLimits: { ...smallYoungGeneration, ...resourceLimits } })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#die(new Error(`text worker failed: ${cause.message}`, { cause })))
    this.#worker.on('exit', (code) => this.#die(new Error(`text worker ended with code ${code}`)))
  }

  run(task: Task): Promise<readonly unknown[]> {
    if (this.#dead) return Promise.reject(this.#dead)
    return new Promise((resolve, reject) => {
      const number = this.#tasks++
      const chars = task.texts.reduce((sum, text) => sum + text.length, 0)
      this.#worker.postMessage({ ...task, task: number })
      if (this.#pending.size === 0) this.#worker.ref()
      this.#pending.set(number, { chars, resolve, reject })
      this.chars += chars
    })
  }

  async close(): Promise<void> {
    this.#die(new Error('text worker is closed'))
    await this.#worker.terminate()
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.task)
    if (!pending) return
    this.#pending.delete(answer.task)
    this.chars -= pending.chars
    if (this.#pending.size === 0) this.#worker.unref()
    if ('error' in answer) pending.reject(answer.error)
    else pending.resolve(answer.value)
  }

  /** The first cause of death is kept. */
  #die(error: Error): void {
    this.#dead ??= error
    for (const { reject } of this.#pending.values()) reject(this.#dead)
    this.#pending.clear()
    this.chars = 0
  }
}
