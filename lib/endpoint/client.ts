import { setMaxListeners } from 'node:events'
import type { Dispatcher } from 'undici'
import { Pool } from 'undici'
import { AbortedError } from '../errors.ts'
import type { Prompt, RequestBody } from '../rows.ts'
import { abortReason } from './abort-reason.ts'
import { Attempt } from './attempt.ts'
import { baseUrl } from './base-url.ts'
import type { HeaderOptions } from './request-headers.ts'
import { redactor, requestHeaders } from './request-headers.ts'
import type { Answer, Outcome } from './retry.ts'

export interface ClientOptions extends HeaderOptions {
  /** http or https, with or without `/v1` and trailing slash. */
  readonly url: string
  /** Per attempt, from hand-over to last byte. */
  readonly deadlineMs: number
  /** Sockets at once; a request over it waits for one inside its deadline. Default: no bound. */
  readonly connections?: number
}

/** One origin. Knows sockets and deadlines; what an outcome means is retry.ts's business. */
export interface Client {
  readonly origin: string
  /** Full URL of one call, for messages. */
  url(shape: Prompt['shape'] | 'models'): string
  /** Attempts sent and not settled. */
  readonly outstanding: number
  /** `text` without the key, for what a server says in a 200: bodies of error statuses come without it. */
  redact(text: string): string
  /** One attempt; rejects only when `signal` aborts or the client is closed. A deadline of its own may be shorter. */
  send(request: RequestBody, signal: AbortSignal, deadlineMs?: number, onAttempt?: OnAttempt): Promise<Outcome>
  /** The same for another call than a completion. `path` is that on the origin, without `/v1` put before it. */
  post(path: string, body: string, signal: AbortSignal, deadlineMs?: number): Promise<Outcome>
  /** One `GET models`; rejects like `send`. */
  models(signal: AbortSignal, deadlineMs: number): Promise<Outcome>
  /** One `GET /metrics` of the origin, where inference servers keep their gauges; rejects like `send`. */
  metrics(signal: AbortSignal, deadlineMs: number): Promise<Outcome>
  /** Drops every socket; what is still outstanding rejects. */
  close(): Promise<void>
}

/** Handed what can be ended early; again where a closed idle socket is replaced. */
export type OnAttempt = (attempt: Attempt) => void

/** uvicorn closes idle sockets at 5 s; a server's own Keep-Alive header wins over this. */
const idleSocketMs = 4_000

/** Far above any completion; a server that never stops talking must not fill the memory. */
const maxAnswerBytes = 64 * 1024 * 1024

const paths = { chat: '/chat/completions', completion: '/completions', models: '/models' } as const

/**
 * Open one endpoint. Sends nothing yet.
 * @throws ConfigInvalidError for a URL, key or header that cannot be sent; no message shows the key
 */
export function openClient(options: ClientOptions): Client {
  const { origin, prefix } = baseUrl(options.url)
  const headers = requestHeaders(options)
  const redact = redactor(options)
  const live = new Set<Attempt>()
  const watched = new WeakSet<AbortSignal>()
  // undici's own timeouts end a completion that takes longer than they do: a deadline an attempt replaces them.
  const pool = new Pool(origin, {
    connections: options.connections ?? null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleSocketMs,
    maxResponseSize: maxAnswerBytes,
  })
  let closed = false
  // undici writes a request in the same turn as it reports the connection that was opened for it.
  let fresh = false
  pool.on('connect', () => {
    fresh = true
    queueMicrotask(() => { fresh = false })
  })
  const takeFresh = (): boolean => {
    const taken = fresh
    fresh = false
    return taken
  }

  /** One listener a signal, however many attempts share it: adding to a signal walks all listeners it has. */
  function watch(signal: AbortSignal): void {
    if (watched.has(signal)) return
    watched.add(signal)
    // Node warns of a leak from the eleventh endpoint, or backoff, on.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', () => {
      for (const attempt of live) if (attempt.signal === signal) attempt.abandon(abortReason(signal))
    }, { once: true })
  }

  async function exchange(call: Dispatcher.DispatchOptions, signal: AbortSignal, deadlineMs: number, onAttempt?: OnAttempt): Promise<Outcome> {
    for (let again = false; ; again = true) {
      if (closed) throw closedError()
      if (signal.aborted) throw abortReason(signal)
      watch(signal)
      const attempt = new Attempt(signal, deadlineMs, takeFresh)
      live.add(attempt)
      onAttempt?.(attempt)
      try {
        pool.dispatch(call, attempt)
        const outcome = await attempt.outcome
        // A server may close an idle socket just as it is used again. It has seen nothing, so ask at once, once.
        if (again || !attempt.stale) return isError(outcome) ? { ...outcome, body: redact(outcome.body) } : outcome
      } finally {
        live.delete(attempt)
      }
    }
  }

  function post(path: string, body: string, signal: AbortSignal, deadlineMs = Infinity, onAttempt?: OnAttempt): Promise<Outcome> {
    return exchange({ method: 'POST', path, headers, body }, signal, Math.min(deadlineMs, options.deadlineMs), onAttempt)
  }

  function closedError(): AbortedError {
    return new AbortedError(`the connections to ${origin} were closed`)
  }

  return {
    origin,
    url: (shape) => origin + prefix + paths[shape],
    get outstanding() { return live.size },
    redact,
    send: ({ shape, body }, signal, deadlineMs, onAttempt) => post(prefix + paths[shape], body, signal, deadlineMs, onAttempt),
    post,
    models(signal, deadlineMs) {
      return exchange({ method: 'GET', path: prefix + paths.models, headers }, signal, deadlineMs)
    },
    metrics(signal, deadlineMs) {
      return exchange({ method: 'GET', path: '/metrics', headers }, signal, deadlineMs)
    },
    async close() {
      closed = true
      for (const attempt of live) attempt.abandon(closedError())
      await pool.destroy()
    },
  }
}

/** A body meant for people. The body of a completion is data, and is not touched. */
function isError(outcome: Outcome): outcome is Answer {
  return outcome.kind === 'answer' && (outcome.status < 200 || outcome.status > 299)
}
