import { RowError } from '../errors.ts'
import type { Stage, StageContext } from '../flow/stage.ts'
import type { GeneratedRow, PromptRow, Reply, RequestBody } from '../rows.ts'

/** Where replies are kept for good. `put` resolves when the reply would survive a crash. */
export interface ReplyStore {
  get(key: string): Promise<Reply | undefined>
  put(key: string, reply: Reply): Promise<void>
}

/** Told about every reply that a row is answered with, before the row goes on. */
export type OnReply = (reply: Reply, origin: 'sent' | 'stored') => void

export interface InferOptions {
  readonly name: string
  /** Batches at once. Requests at once are the endpoint's business; this only has to be enough to keep it busy. */
  readonly concurrency: number
  /**
   * Ask the endpoint. The request counts as in flight until `keep` has stored its reply, so that a crash costs no more
   * than what was in flight. Requests of one seed share a prefix, so its id is given too. Rejects with a RowError when this request fails, with anything else when the run must end.
   */
  readonly generate: (request: RequestBody, signal: AbortSignal, keep: (reply: Reply) => Promise<void>, seedId: string) => Promise<Reply>
  readonly store: ReplyStore
  readonly onReply: OnReply
}

interface Answer {
  readonly reply: Reply
  readonly origin: 'sent' | 'stored'
}

/**
 * One reply for one prompt. A reply that is stored is never asked for again, and a request that is under way is not
 * sent twice, so rows with the same key cost one completion. Unordered: a slow batch holds no other.
 */
export function infer(options: InferOptions): Stage<PromptRow, GeneratedRow> {
  const { name, concurrency, generate, store, onReply } = options
  const underWay = new Map<string, Promise<Answer>>()

  async function ask({ request, seed }: PromptRow, signal: AbortSignal): Promise<Answer> {
    try {
      const stored = await store.get(request.key)
      if (stored) return { reply: stored, origin: 'stored' }
      return { reply: await generate(request, signal, (reply) => store.put(request.key, reply), seed.id), origin: 'sent' }
    } finally {
      underWay.delete(request.key)
    }
  }

  async function answer(prompt: PromptRow, signal: AbortSignal): Promise<Reply> {
    const { key } = prompt.request
    const shared = underWay.get(key)
    if (shared) {
      const { reply } = await shared
      onReply(reply, 'stored')
      return reply
    }
    const own = ask(prompt, signal)
    underWay.set(key, own)
    const { reply, origin } = await own
    onReply(reply, origin)
    return reply
  }

  async function row(prompt: PromptRow, ctx: StageContext): Promise<GeneratedRow | undefined> {
    try {
      const reply = await answer(prompt, ctx.signal)
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
