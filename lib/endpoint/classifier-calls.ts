import { ResponseInvalidError } from '../errors.ts'
import { abortReason } from './abort-reason.ts'
import type { Classified } from './classifier-protocol.ts'
import { decodeBatch, encodeBatch } from './classifier-protocol.ts'
import type { ClassifierUrl } from './classifier-url.ts'
import type { ClientOptions } from './client.ts'
import { openClient } from './client.ts'
import { parseError } from './protocol.ts'
import { awaitReady } from './ready.ts'
import type { Failure } from './retry.ts'
import { Slots } from './slots.ts'

type Answered = readonly Classified[]

export interface CallOptions extends Omit<ClientOptions, 'url' | 'connections'> {
  readonly model: string | null
  readonly batch: number
  readonly concurrency: number
  readonly readyTimeoutMs: number
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Single requests to one classifier, `concurrency` at a time. What a failure means is classifier.ts's business. */
export interface ClassifierCalls {
  /** Waits until the server is up, and for the name of its model where none was given. Rejects as ready.ts does. */
  ready(signal: AbortSignal): Promise<void>
  /** One attempt; null where the texts are more than `limit`, as known when a slot is free or as the answer says. */
  ask(texts: readonly string[], signal: AbortSignal, onSend: () => void): Promise<Answered | Failure | null>
  /** What the server has against a harmless text; null if nothing. */
  complaint(signal: AbortSignal): Promise<Failure | null>
  /** True where `failure` came of truncation that the server cannot do: from then on it is asked for no more. */
  dropTruncation(failure: Failure, truncated: boolean, signal: AbortSignal): Promise<boolean>
  readonly truncates: boolean
  /** Texts that the server takes at once, as far as is known; only ever set lower. */
  limit: number
  readonly requests: number
  readonly successes: number
  readonly inFlight: number
  close(): Promise<void>
}

/** Asked to find out whether the server takes anything at all. It takes no longer, even behind a full queue. */
export const canary = 'Hello'
const canaryDeadlineMs = 60_000

/** What TEI says of a list that is longer than its --max-client-batch-size. */
const batchLimit = /batch size \d+ > maximum allowed batch size (\d+)/

export function classifierCalls({ dialect, base, path, query }: ClassifierUrl, options: CallOptions): ClassifierCalls {
  const { apiKey, headers, deadlineMs, concurrency } = options
  const client = openClient({ url: base, apiKey, headers, deadlineMs, connections: concurrency })
  const slots = new Slots(concurrency)
  let model: { readonly name: string | null } | undefined
  /** The model's own length. Some calls of vLLM 0.9 and 0.10 have the field and refuse -1. */
  let truncation: number | null = -1
  let limit = options.batch
  let requests = 0
  let successes = 0

  async function ask(
    texts: readonly string[], signal: AbortSignal, onSend?: () => void, limitMs?: number,
  ): ReturnType<ClassifierCalls['ask']> {
    await slots.take()
    try {
      if (signal.aborted) throw abortReason(signal)
      if (texts.length > limit) return null
      requests++
      onSend?.()
      const body = encodeBatch(dialect, texts, { model: model?.name ?? null, query, truncation })
      const outcome = await client.post(path, body, signal, limitMs)
      if (outcome.kind === 'broken') return outcome
      if (outcome.status < 200 || outcome.status > 299) {
        const told = Number(batchLimit.exec(outcome.body)?.[1])
        if (!(told < texts.length) || texts.length === 1) return outcome
        // Before the slot is free: the next batch must not be refused too.
        limit = Math.max(1, told)
        return null
      }
      const found = decodeBatch(dialect, outcome.body, texts.length)
      successes++
      return found
    } catch (error) {
      if (!(error instanceof ResponseInvalidError)) throw error
      return { kind: 'invalid', error: new ResponseInvalidError(client.redact(error.message)) }
    } finally {
      slots.free()
    }
  }

  async function complaint(signal: AbortSignal): Promise<Failure | null> {
    const answer = await ask([canary], signal, undefined, canaryDeadlineMs)
    return isAnswered(answer) ? null : answer
  }

  return {
    async ready(signal) {
      if (model) return
      const wanted = options.model ?? undefined
      const found = await awaitReady([client], { ...options, signal, timeoutMs: options.readyTimeoutMs, wanted })
      model = { name: found.model }
    },
    ask: (texts, signal, onSend) => ask(texts, signal, onSend),
    complaint,
    async dropTruncation(failure, truncated, signal) {
      if (!truncated || !refusesTruncation(failure)) return false
      // The message may quote a text that is about vLLM.
      const about = truncation === null ? null : await complaint(signal)
      if (about !== null && refusesTruncation(about)) truncation = null
      return truncation === null
    },
    get truncates() { return dialect !== 'predict' && truncation !== null },
    get limit() { return limit },
    set limit(texts) { limit = Math.max(1, Math.min(limit, texts)) },
    get requests() { return requests },
    get successes() { return successes },
    get inFlight() { return slots.held },
    close: () => client.close(),
  }
}

/** Array.isArray leaves readonly arrays in the other branch. */
export function isAnswered(answer: Answered | Failure | null): answer is Answered {
  return Array.isArray(answer)
}

function refusesTruncation(failure: Failure): boolean {
  const refused = failure.kind === 'answer' && (failure.status === 400 || failure.status === 422)
  return refused && parseError(failure.status, failure.body).message.includes('truncate_prompt_tokens')
}
