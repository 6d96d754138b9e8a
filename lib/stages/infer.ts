import { RowError } from '../errors.ts'
import type { Stage, StageContext } from '../flow/stage.ts'
import type { GeneratedRow, PromptRow, Reply, RequestBody } from '../rows.ts'

/** Where replies are kept for good. `put` resolves when the reply would survive a crash. */
export interface ReplyStore {
  get(key: string): Reply | undefined
  put(key: string, reply: Reply): Promise<void>
}

/** Told about every reply that a row is answered with, before the row goes on. */
export type OnReply = (reply: Reply, origin: 'sent' | 'stored') => void

export interface InferOptions {
  readonly name: string
  /** Batches at once. Requests at once are the endpoint's business; this only has to be enough to keep it busy. */
  readonly concurrency: number
  /** Ask the endpoint. Rejects with a RowError when this request fails, with anything else when the run must end. */
  readonly generate: (request: RequestBody, signal: AbortSignal) => Promise<Reply>
  readonly store: ReplyStore
  readonly onReply: OnReply
}

/**
 * One reply for one prompt. A reply that is stored is never asked for again, and a request that is under way is not
 * sent twice, so rows with the same key cost one completion. Unordered: a slow batch holds no other.
 */
export function infer(options: InferOptions): Stage<PromptRow, GeneratedRow> {
  const { name, concurrency, generate, store, onReply } = options
  const underWay = new Map<string, Promise<Reply>>()

  async function ask(request: RequestBody, signal: AbortSignal): Promise<Reply> {
    try {
      const reply = await generate(request, signal)
      await store.put(request.key, reply)
      return reply
    } finally {
      underWay.delete(request.key)
    }
  }

  async function answer(request: RequestBody, signal: AbortSignal): Promise<Reply> {
    const stored = store.get(request.key)
    if (stored) {
      onReply(stored, 'stored')
      return stored
    }
    const shared = underWay.get(request.key)
    const pending = shared ?? ask(request, signal)
    if (!shared) underWay.set(request.key, pending)
    const reply = await pending
    onReply(reply, shared ? 'stored' : 'sent')
    return reply
  }

  async function row(prompt: PromptRow, ctx: StageContext): Promise<GeneratedRow | undefined> {
    try {
      const reply = await answer(prompt.request, ctx.signal)
      const { request: _sent, ...lineage } = prompt
      return { ...lineage, text: reply.text, reply, tokenCount: null }
    } catch (error) {
      if (!(error instanceof RowError)) throw error
      ctx.fail(prompt, error)
      return undefined
    }
  }

  return {
    name,
    concurrency,
    ordered: false,
    async process(prompts, ctx) {
      // Wait for all, also after a failure: no request may still be running when the stage has ended.
      const settled = await Promise.allSettled(prompts.map((prompt) => row(prompt, ctx)))
      const broken = settled.find((outcome) => outcome.status === 'rejected')
      if (broken) throw broken.reason
      return settled.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : []))
    },
  }
}
