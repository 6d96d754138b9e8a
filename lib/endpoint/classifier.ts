import { setMaxListeners } from 'node:events'
import type { RowError } from '../errors.ts'
import { EndpointRefusedError, EndpointUnreachableError, ResponseInvalidError } from '../errors.ts'
import { abortReason, pause } from './abort-reason.ts'
import { classifiable, planBatches } from './classifier-batches.ts'
import { canary, classifierCalls, isAnswered } from './classifier-calls.ts'
import type { Classified } from './classifier-protocol.ts'
import { classifierUrl } from './classifier-url.ts'
import type { Advice, Decision, Failure, RetryPolicy, Tries } from './retry.ts'
import { decide } from './retry.ts'

export type { Classified } from './classifier-protocol.ts'

export interface ClassifierOptions extends RetryPolicy {
  /** See classifier-url.ts. */
  readonly url: string
  /** For vLLM. null: the first that the server lists, if it keeps a list. */
  readonly model: string | null
  readonly apiKey: string
  readonly headers: Readonly<Record<string, string>>
  /** Most texts a request. Default 32, the most that TEI takes unless told otherwise. Shrinks where it is too many. */
  readonly batch?: number
  /** Requests in flight over all calls of `classify`; also the most sockets. Default 8. */
  readonly concurrency?: number
  /** Per attempt, from hand-over to last byte. */
  readonly deadlineMs: number
  /** How long the server may take to come up, counted from the first call. Default one minute. */
  readonly readyTimeoutMs?: number
  /** Rejects when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Live counts. */
export interface ClassifierStats {
  /** Sent, retries included. */
  readonly requests: number
  /** Attempts beyond the first of each request. */
  readonly retries: number
  /** Texts that have their result, error or not. */
  readonly texts: number
  /** Requests. */
  readonly inFlight: number
}

export interface Classifier {
  /**
   * One result a text, in the order of the texts. A text that the server refuses gets its error and no other does: a
   * refused batch is halved until the text stands alone. The first call waits for the server, see ready.ts.
   * @throws EndpointRefusedError, EndpointUnreachableError: what every text would get; the run ends
   * @throws AbortedError, or the signal's reason where that is a StreamError
   */
  classify(texts: readonly string[], signal: AbortSignal): Promise<readonly (Classified | RowError)[]>
  readonly stats: ClassifierStats
  /** Drops every socket; calls still open reject with AbortedError. */
  close(): Promise<void>
}

const advice: Advice = {
  key: 'check the key for the classifier',
  path: 'check the path of the classifier URL, and that its model is a classifier',
  url: 'give the final URL as the classifier URL',
}

/**
 * Open one classifier. Sends nothing yet.
 * @throws ConfigInvalidError for a URL, key or header that cannot be
 */
export function openClassifier(options: ClassifierOptions): Classifier {
  const at = classifierUrl(options.url)
  const calls = classifierCalls(at, { ...options, ...defaults(options) })
  let retries = 0
  let texts = 0

  /**
   * Is it the texts, or is nothing to be had from this server? Where others got through meanwhile it is the texts.
   * Where nobody did, ask: a misconfigured server must not fail every text one by one, nor poison end the run.
   * @param since successes when the texts were first sent
   */
  async function blame({ error, unreachable }: GiveUp, tries: Tries, since = 0, signal: AbortSignal): Promise<void> {
    const transient = unreachable || error instanceof ResponseInvalidError
    if (calls.successes > (transient ? since : 0)) return
    const about = await calls.complaint(signal)
    if (about === null) return
    const decision = decide(about, { attempts: options.maxAttempts, costly: 0 }, options, null, at.url, advice)
    if (decision.action === 'end-run') throw decision.error
    if (transient) {
      const silence = `no request to ${at.url} has succeeded during ${tries.attempts} attempts`
      throw new EndpointUnreachableError(`${silence}; last cause: ${error.message}`, { cause: error })
    }
    if (decision.action === 'fail-row' && isLasting(about, decision)) {
      const refused = `${at.url} refuses even "${canary}": ${decision.error.message}`
      throw new EndpointRefusedError(`${refused}; ${advice.path}`, { cause: error })
    }
  }

  /**
   * Fills in the results of texts `from` to `to`, the latter excluded, by one request or, where the server will not
   * have them together, by several.
   * @param before what these texts have behind them in a larger batch
   * @returns how many of the texts were refused
   */
  async function solve(work: Work, from: number, to: number, before: Before): Promise<number> {
    const { signal } = work
    let { since } = before
    let costly = 0
    const onSend = (): void => { since ??= calls.successes }
    for (let attempts = before.attempts + 1; ; attempts++) {
      const truncated = calls.truncates
      const answer = await calls.ask(work.texts.slice(from, to), signal, onSend)
      if (answer === null) return parts(work, from, to, calls.limit, before)
      if (attempts > before.attempts + 1) retries++
      if (isAnswered(answer)) {
        for (const [i, found] of answer.entries()) work.results[from + i] = found
        texts += to - from
        return 0
      }
      if (await calls.dropTruncation(answer, truncated, signal)) continue
      if (answer.kind === 'invalid' || (answer.kind === 'broken' && answer.code === 'DEADLINE')) costly++
      const decision = decide(answer, { attempts, costly }, options, null, at.url, advice)
      if (decision.action === 'end-run') throw decision.error
      if (decision.action === 'retry') {
        await pause(decision.delayMs, signal, options.sleep)
        continue
      }
      await blame(decision, { attempts, costly }, since, signal)
      if (to - from === 1) {
        work.results[from] = decision.error
        texts++
        return 1
      }
      // Texts that were tried to the end have been waited for, and the server lives: an attempt each is left.
      const last = { attempts: options.maxAttempts - 1, since }
      const half = Math.ceil((to - from) / 2)
      const refused = await parts(work, from, to, half, isLasting(answer, decision) ? first : last)
      if (refused === 0 && isTooLarge(answer)) calls.limit = half
      return refused
    }
  }

  async function parts(work: Work, from: number, to: number, length: number, before: Before): Promise<number> {
    const starts = Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => from + i * length)
    return settled(work, starts.map((start) => solve(work, start, Math.min(start + length, to), before)))
  }

  return {
    async classify(given, signal) {
      if (signal.aborted) throw abortReason(signal)
      if (given.length === 0) return []
      const stop = new AbortController()
      const onAbort = (): void => stop.abort(abortReason(signal))
      // Node warns of a leak from the eleventh call at once on.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', onAbort, { once: true })
      const work: Work = { texts: given.map(classifiable), results: [], signal: stop.signal, stop }
      try {
        await calls.ready(stop.signal)
        const batches = planBatches(work.texts, calls.limit)
        await settled(work, batches.map(([from, to]) => solve(work, from, to, first)))
        return work.results
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
    stats: {
      get requests() { return calls.requests },
      get retries() { return retries },
      get texts() { return texts },
      get inFlight() { return calls.inFlight },
    },
    close: () => calls.close(),
  }
}

function defaults({ batch = 32, concurrency = 8, readyTimeoutMs = 60_000 }: ClassifierOptions) {
  return { batch, concurrency, readyTimeoutMs }
}

type GiveUp = Extract<Decision, { action: 'fail-row' }>

/** What texts have behind them. */
interface Before {
  readonly attempts: number
  /** Successes when they were first sent; undefined where they were not, or were refused and start anew. */
  readonly since: number | undefined
}

const first: Before = { attempts: 0, since: undefined }

/** One call of `classify`. */
interface Work {
  readonly texts: readonly string[]
  readonly results: (Classified | RowError)[]
  readonly signal: AbortSignal
  readonly stop: AbortController
}

/** Waits for all and adds up; the first that fails stops the others, and nothing of them goes on afterwards. */
async function settled(work: Work, tasks: readonly Promise<number>[]): Promise<number> {
  for (const task of tasks) task.catch((error: unknown) => work.stop.abort(error))
  const ends = await Promise.allSettled(tasks)
  return ends.reduce((total, end) => {
    if (end.status === 'rejected') throw work.signal.reason
    return total + end.value
  }, 0)
}

/** Another attempt at the same text would meet the same answer. */
function isLasting(failure: Failure, { unreachable }: GiveUp): boolean {
  return failure.kind === 'answer' && !unreachable
}

/** A refusal that may be about the batch as such: told by its halves all being taken. */
function isTooLarge(failure: Failure): boolean {
  return failure.kind === 'answer' && (failure.status === 413 || failure.status === 422)
}
