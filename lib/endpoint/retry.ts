import { EndpointRefusedError, RequestFailedError, RequestStatusError, ResponseInvalidError } from '../errors.ts'
import type { RequestBody } from '../rows.ts'
import { modelOf, parseError } from './protocol.ts'

/** Names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** What one attempt came to. */
export type Outcome = Answer | Broken

/** A whole HTTP answer of any status. */
export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * No whole answer. `code` is undici's or the system's, or ours: `DEADLINE` for --request-timeout, `OVERDUE` for a deadline
 * from what was observed, `STALLED` where the whole endpoint has fallen silent (deadline.ts).
 */
export interface Broken {
  readonly kind: 'broken'
  readonly code: string
  readonly message: string
}

/** An outcome that is no completion. `invalid`: a 200 that `parseReply` refused. */
export type Failure = Outcome | { readonly kind: 'invalid', readonly error: ResponseInvalidError }

/** What a row has behind it, the failure at hand included. */
export interface Tries {
  /** Attempts made, 1 or more. */
  readonly attempts: number
  /** Those that probably cost a whole generation: deadlines while others were answered, and invalid replies. */
  readonly costly: number
}

export interface RetryPolicy {
  readonly maxAttempts: number
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export type RowError = RequestStatusError | RequestFailedError | ResponseInvalidError

export type Decision =
  | { readonly action: 'retry', readonly delayMs: number }
  /** `unreachable`: a dead endpoint looks like this too, so the pool decides whether it is one. */
  | { readonly action: 'fail-row', readonly error: RowError, readonly unreachable: boolean }
  | { readonly action: 'end-run', readonly error: EndpointRefusedError }

/**
 * Backoff ceilings grow 1, 3, 9, 27, 60 s: one lost connection costs a second, and six attempts outlast the minute that
 * a server takes to be replaced. A delay is drawn from the upper half, so that rows that failed together come apart.
 */
const firstDelayMs = 1_000
const delayFactor = 3
const maxDelayMs = 60_000

/** Longest Retry-After that is obeyed: a server that says "tomorrow" is asked again after this. */
const maxRetryAfterMs = 120_000

/** Attempts that may each cost a whole generation: the first and two more. */
const maxCostly = 3

const transientStatuses = new Set([408, 409, 425, 429])

/** Server errors that the next attempt meets again: not implemented, HTTP version, loop, not extended. */
const lastingServerErrors = new Set([501, 505, 508, 510])

/** Too many requests; no server behind the gateway, none ready, none in time. */
const overloadStatuses = new Set([429, 502, 503, 504])

/** A name that does not resolve is nearly always misspelt; a resolver's hiccup is over after two more tries. */
const maxLookups = 3

/** Where a user mends what every request is refused for. */
export interface Advice {
  readonly key: string
  /** Of the path and the model. */
  readonly path: string
  readonly url: string
}

const endpointAdvice: Advice = {
  key: 'check --api-key or OPENAI_API_KEY', path: 'check --endpoint and --model', url: 'give the final URL as --endpoint',
}

/**
 * The retry table. Pure: time and chance come in with the policy.
 * @param request null where it is no completion
 * @param url what was asked, for messages
 */
export function decide(
  failure: Failure, tries: Tries, policy: RetryPolicy, request: RequestBody | null, url: string, advice?: Advice,
): Decision {
  if (failure.kind === 'answer') {
    const refused = refusal(failure, url, request, advice)
    return refused ? { action: 'end-run', error: refused } : decideStatus(failure, tries, policy)
  }
  if (failure.kind === 'invalid') {
    const spent = tries.costly >= maxCostly || tries.attempts >= policy.maxAttempts
    return spent ? { action: 'fail-row', error: failure.error, unreachable: false } : retry(tries, policy)
  }
  const left = attemptsFor(failure.code, policy.maxAttempts) - tries.attempts
  if (left > 0 && tries.costly < maxCostly) return retry(tries, policy)
  const times = tries.attempts === 1 ? '' : ` after ${tries.attempts} attempts`
  const error = new RequestFailedError(`no answer from ${url}${times}: ${failure.message}`)
  return { action: 'fail-row', error, unreachable: true }
}

/** How often a broken connection is tried again: not at all where the certificate or the protocol is wrong. */
export function attemptsFor(code: string, maxAttempts: number): number {
  if (code === 'ENOTFOUND') return Math.min(maxLookups, maxAttempts)
  return /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code) ? 1 : maxAttempts
}

/**
 * The error for an answer that every request would get: the key, the path, the model or the quota is wrong.
 * undefined for all others.
 */
export function refusal(
  answer: Answer, url: string, request: RequestBody | null, advice: Advice = endpointAdvice,
): EndpointRefusedError | undefined {
  const { status, headers, body } = answer
  const { message, code } = parseError(status, body)
  const refuse = (words: string): EndpointRefusedError => new EndpointRefusedError(`${url} answered ${status}${words}`)
  if (status === 401 || status === 403) return refuse(`: ${message}; ${advice.key}`)
  if (status === 402 || (status === 429 && code === 'insufficient_quota')) {
    return refuse(`: ${message}; the account has no credit left`)
  }
  if (status >= 300 && status < 400) {
    return refuse(`, a redirection to ${first(headers['location']) ?? 'nowhere'}; ${advice.url}`)
  }
  if (status === 404 || status === 405 || code === 'model_not_found') {
    return refuse(`${request ? ` for model "${modelOf(request)}"` : ''}: ${message}; ${advice.path}`)
  }
  return undefined
}

/** True for a status that another attempt may mend. */
export function isTransient(status: number): boolean {
  return transientStatuses.has(status) || (status >= 500 && !lastingServerErrors.has(status))
}

/** Whoever comes next fares no better there: the connection failed, or nobody is answered. One answer missing is another matter. */
export function isUnreachable(failure: Failure): boolean {
  return failure.kind === 'broken' && failure.code !== 'DEADLINE' && failure.code !== 'OVERDUE'
}

/** The endpoint may serve others, but it has not got what every request asks for: the path or the model. */
export function isMisplaced(failure: Failure): boolean {
  if (failure.kind !== 'answer') return false
  const { status, body } = failure
  return status === 404 || status === 405 || (status >= 400 && parseError(status, body).code === 'model_not_found')
}

/** Milliseconds that all requests are asked to stay away from an endpoint; null where it asks for nothing like that. */
export function pauseAsked(failure: Failure, nowMs: number): number | null {
  const asks = failure.kind === 'answer' && (failure.status === 429 || failure.status === 503)
  return asks ? retryAfter(failure.headers, nowMs) : null
}

/** More was asked of the endpoint than it can do. */
export function isOverload(failure: Failure): boolean {
  return failure.kind === 'answer' ? overloadStatuses.has(failure.status) : failure.kind === 'broken' && failure.code === 'DEADLINE'
}

function decideStatus({ status, headers, body }: Answer, tries: Tries, policy: RetryPolicy): Decision {
  const transient = isTransient(status)
  if (transient && tries.attempts < policy.maxAttempts) return retry(tries, policy, retryAfter(headers, policy.now()))
  const error = new RequestStatusError(status, parseError(status, body).message)
  return { action: 'fail-row', error, unreachable: transient }
}

/** The server's own wish counts where it has one; jitter is added on top, never taken off. */
function retry(tries: Tries, { random }: RetryPolicy, wishMs: number | null = null): Decision {
  const ceiling = Math.min(maxDelayMs, firstDelayMs * delayFactor ** (tries.attempts - 1))
  const delayMs = wishMs === null ? ceiling * (0.5 + 0.5 * random()) : wishMs + 0.5 * firstDelayMs * random()
  return { action: 'retry', delayMs: Math.round(delayMs) }
}

/**
 * Milliseconds that the server asks to wait, capped; null where it does not say, or says none. A date is read
 * against the server's own clock where it sends one.
 */
export function retryAfter(headers: Headers, nowMs: number): number | null {
  const millis = Number(first(headers['retry-after-ms']) ?? NaN)
  const wish = first(headers['retry-after'])?.trim()
  let wait = millis
  if (!(wait > 0) && wish) {
    const serverNow = Date.parse(first(headers['date']) ?? '')
    const until = Date.parse(wish) - (Number.isNaN(serverNow) ? nowMs : serverNow)
    wait = /^\d+(\.\d+)?$/.test(wish) ? Number(wish) * 1000 : until
  }
  return wait > 0 ? Math.min(wait, maxRetryAfterMs) : null
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
