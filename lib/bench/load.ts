import type { RequestBody, Usage } from '../rows.ts'
import { phaseOf, type WindowPlan } from './window.ts'

/** What one request came to. */
export type Outcome =
  | { readonly ok: true; readonly latencyMs: number; readonly finishReason: string; readonly usage: Usage | null }
  | { readonly ok: false; readonly code: string }

export type Ended = Outcome & {
  /** In milliseconds, on the clock of the load. */
  readonly at: number
}

export interface LoadOptions {
  readonly plan: WindowPlan
  /** Requests in flight. */
  readonly concurrency: number
  /** At least one; taken in turn, again from the first when all were sent. */
  readonly requests: readonly RequestBody[]
  /** Resolves for a request that failed; rejects when the load must end. */
  readonly send: (request: RequestBody, signal: AbortSignal) => Promise<Outcome>
  /** Milliseconds, never going back. */
  readonly clock: () => number
  readonly onOpen: () => void
  readonly onClose: () => void
  readonly onEnd: (ended: number) => void
}

export interface Load {
  readonly startedAt: number
  /** Warm-ups and measured requests, in the order in which they ended. */
  readonly ended: readonly Ended[]
  /** Requests sent, those given up when the window closed included. */
  readonly sent: number
  readonly maxInFlight: number
}

/**
 * Closed loop: the next request is sent as one ends, also while warm-ups hand over to measured requests and until the
 * window closes. What is in flight then is given up.
 * @throws what `send` rejects with, or the signal's reason, with nothing left in flight
 */
export async function runLoad(options: LoadOptions, signal: AbortSignal): Promise<Load> {
  const { plan, concurrency, requests, send, clock, onOpen, onClose, onEnd } = options
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal.reason)
  signal.throwIfAborted()
  signal.addEventListener('abort', onAbort, { once: true })
  const ended: Ended[] = []
  let sent = 0
  let inFlight = 0
  let maxInFlight = 0
  let closed = false

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      maxInFlight = Math.max(maxInFlight, ++inFlight)
      try {
        const outcome = await send(requests[sent++ % requests.length]!, stop.signal)
        if (!closed) end(outcome)
      } catch (error) {
        if (closed) return
        stop.abort(error)
        throw error
      } finally {
        inFlight--
      }
    }
    if (!closed) throw stop.signal.reason
  }

  function end(outcome: Outcome): void {
    ended.push({ ...outcome, at: clock() })
    onEnd(ended.length)
    if (ended.length === plan.warmups) onOpen()
    if (phaseOf(ended.length + 1, plan) !== 'after') return
    closed = true
    onClose()
    stop.abort(new Error('the window has closed'))
  }

  try {
    const startedAt = clock()
    if (plan.warmups === 0) onOpen()
    const settled = await Promise.allSettled(Array.from({ length: concurrency }, loop))
    signal.throwIfAborted()
    const broken = settled.find((outcome) => outcome.status === 'rejected')
    if (broken) throw broken.reason
    return { startedAt, ended, sent, maxInFlight }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
