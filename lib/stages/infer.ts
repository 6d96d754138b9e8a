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
  /** Told how many rows of a batch had nothing to be asked. */
  readonly onUnasked?: (rows: number) => void
  /** Has the reply the form that was asked for? Called for rows that may be asked again. */
  readonly accepts?: (row: GeneratedRow) => Promise<boolean>
  /** A judge that only reports must not cost the output that it cannot judge. */
  readonly keepUnjudged?: boolean
  /** Rows carry what was asked, for an output that has a column for it. */
  readonly keepRequest?: boolean
}

interface Answer {
  readonly reply: Reply
  readonly origin: 'sent' | 'stored'
}

/** Between the answers that a deferred request is told. */
const separator = '\n\n'

/** Of a row that nothing was asked about. */
const noReply: Reply = { text: '', finishReason: 'unasked', usage: null, reasoning: null, model: '', latencyMs: 0, endpoint: '' }

/**
 * One reply for one prompt. A reply that is stored is never asked for again, and a request that is under way is not
 * sent twice, so rows with the same key cost one completion. Unordered: a slow batch holds no other.
 */
export function infer(options: InferOptions): Stage<PromptRow, GeneratedRow> {
  const { name, concurrency, generate, store, onReply, onUnasked, accepts, keepUnjudged, keepRequest = false } = options
  const underWay = new Map<string, Promise<Answer>>()

  async function ask(request: RequestBody, seedId: string, signal: AbortSignal): Promise<Answer> {
    try {
      const stored = await store.get(request.key)
      if (stored) return { reply: stored, origin: 'stored' }
      return { reply: await generate(request, signal, (reply) => store.put(request.key, reply), seedId), origin: 'sent' }
    } finally {
      underWay.delete(request.key)
    }
  }

  async function answer(request: RequestBody, seedId: string, signal: AbortSignal): Promise<Reply> {
    const { key } = request
    const shared = underWay.get(key)
    if (shared) {
      const { reply } = await shared
      onReply(reply, 'stored')
      return reply
    }
    const own = ask(request, seedId, signal)
    underWay.set(key, own)
    const { reply, origin } = await own
    onReply(reply, origin)
    return reply
  }

  /** The first reply that is accepted, else the last. */
  async function generated(prompt: PromptRow, [first, ...more]: readonly [RequestBody, ...RequestBody[]], signal: AbortSignal): Promise<GeneratedRow> {
    let row = asked(prompt, first, await answer(first, prompt.seed.id, signal))
    for (const again of more) {
      if (!accepts || (await accepts(row))) break
      row = asked(prompt, again, await answer(again, prompt.seed.id, signal))
    }
    return row
  }

  function asked(prompt: PromptRow, { body }: RequestBody, reply: Reply): GeneratedRow {
    const row = answered(prompt, reply)
    return keepRequest ? { ...row, requestBody: body } : row
  }

  async function row(prompt: PromptRow, rows: Rows, ctx: StageContext): Promise<GeneratedRow | undefined> {
    const { request, leave } = prompt
    if (leave) return void ctx.drop(prompt, leave.reason, leave.detail)
    if (request === null) return answered(prompt, noReply)
    try {
      if ('key' in request) return await generated(prompt, [request, ...prompt.again], ctx.signal)
      return await generated(prompt, request.make(await textBefore(request.after, rows)), ctx.signal)
    } catch (error) {
      if (!(error instanceof RowError)) throw error
      if (keepUnjudged && prompt.judged) return answered(prompt, noReply)
      ctx.fail(prompt, error)
      return undefined
    }
  }

  return {
    name,
    concurrency,
    ordered: false,
    async process(prompts, ctx) {
      const unasked = prompts.reduce((n, { request }) => n + (request === null ? 1 : 0), 0)
      if (unasked > 0) onUnasked?.(unasked)
      const rows: Rows = new Map()
      for (const prompt of prompts) rows.set(prompt, row(prompt, rows, ctx))
      // Wait for all, also after a failure: no request may still be running when the stage has ended.
      const settled = await Promise.allSettled(rows.values())
      const broken = settled.find((outcome) => outcome.status === 'rejected')
      if (broken) throw broken.reason
      return settled.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : []))
    },
  }
}

/** What became, or will become, of the prompts of a batch: undefined where one left. */
type Rows = Map<PromptRow, Promise<GeneratedRow | undefined>>

/** The answers up to and with that of `prompt`; one that failed is left out. */
async function textBefore(prompt: PromptRow, rows: Rows): Promise<string> {
  const row = await rows.get(prompt)
  const own = row ? row.text.trim() : ''
  const { request } = prompt
  if (request === null || 'key' in request) return own
  const before = await textBefore(request.after, rows)
  return [before, own].filter(Boolean).join(separator)
}

function answered(prompt: PromptRow, reply: Reply): GeneratedRow {
  // By name: leaving fields out of a spread takes 10 us.
  const { id, seed, source, chunk, step, variant, strategy, sample, slots, samplingSeed, judged } = prompt
  return { id, seed, source, chunk, step, variant, strategy, sample, slots, samplingSeed, judged, text: reply.text, reply, judgeScore: null, tokenCount: null }
}
