import { ConfigInvalidError, EndpointUnreachableError, ResponseInvalidError } from '../errors.ts'
import type { Reply, RequestBody } from '../rows.ts'
import { abortReason, pause } from './abort-reason.ts'
import type { Client, ClientOptions } from './client.ts'
import { openClient } from './client.ts'
import type { ParsedReply } from './protocol.ts'
import { canary, modelOf, parseReply } from './protocol.ts'
import type { Ready } from './ready.ts'
import { awaitReady } from './ready.ts'
import type { Decision, Failure, Outcome } from './retry.ts'
import { decide } from './retry.ts'
import { Slots } from './slots.ts'

export interface PoolOptions {
  /** At least one. */
  readonly endpoints: readonly ClientOptions[]
  /** Requests in flight over all endpoints; also the most sockets to any of them. */
  readonly maxConcurrency: number
  /** Of one request, the first included. */
  readonly maxAttempts: number
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Rejects when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Live counts. Requests sent = completed + failed + still open (+ ended by a run error). */
export interface PoolStats {
  readonly inFlight: number
  /** Ready to be sent, but without a slot. */
  readonly waiting: number
  /** Requests sent at least once. */
  readonly sent: number
  readonly completed: number
  /** Attempts beyond the first of each request. */
  readonly retries: number
  /** Row errors by code. */
  readonly failed: ReadonlyMap<string, number>
}

/** Stores a reply for good. */
export type Keep = (reply: Reply) => Promise<void>

/** Several endpoints that serve one model, as one. */
export interface EndpointPool {
  /**
   * One completion, retried as retry.ts says. Where `keep` is given the request holds its place until that has
   * resolved: what is in flight is what a crash can cost.
   * @throws RequestStatusError, RequestFailedError, ResponseInvalidError: this row fails, the run goes on
   * @throws EndpointUnreachableError, EndpointRefusedError: the run ends
   * @throws AbortedError, or the signal's reason where that is a StreamError
   */
  generate(request: RequestBody, signal: AbortSignal, keep?: Keep): Promise<Reply>
  /** See ready.ts. */
  ready(signal: AbortSignal, timeoutMs: number, wanted?: string): Promise<Ready>
  readonly stats: PoolStats
  /** Drops every socket; calls still open reject with AbortedError. */
  close(): Promise<void>
}

/** One token takes no longer, even behind a full queue. */
const canaryDeadlineMs = 60_000

/**
 * Open all endpoints. Sends nothing yet.
 * @throws ConfigInvalidError for an endpoint that cannot be
 */
export function openPool(options: PoolOptions): EndpointPool {
  if (options.endpoints.length === 0) throw new ConfigInvalidError(['no endpoint was given'])
  // undici frees a socket a turn late: without a bound it opens nearly twice as many as are ever in use.
  const clients = options.endpoints.map((endpoint) => openClient({ connections: options.maxConcurrency, ...endpoint }))
  const slots = new Slots(options.maxConcurrency)
  const counts = { sent: 0, completed: 0, retries: 0, failed: new Map<string, number>() }
  let turn = 0

  /**
   * Where this request has failed least, then where the fewest are outstanding, then in turn. An endpoint that fails
   * fast has nothing outstanding, so without the first rule it would draw every retry to itself.
   */
  function choose(failedOn: readonly Client[]): Client {
    turn = (turn + 1) % clients.length
    let best: Client | undefined
    let bestFailures = 0
    for (let i = 0; i < clients.length; i++) {
      const client = clients[(turn + i) % clients.length] as Client
      const failures = failedOn.length === 0 ? 0 : failedOn.filter((other) => other === client).length
      const fewer = !best || failures < bestFailures
      if (!fewer && (failures > bestFailures || client.outstanding >= (best as Client).outstanding)) continue
      best = client
      bestFailures = failures
    }
    return best as Client
  }

  /** One attempt. Holds a slot for the network and for what keeps the reply, and for nothing else. */
  async function attempt(request: RequestBody, signal: AbortSignal, row: Row, keep: Keep | undefined): Promise<Attempted> {
    await slots.take()
    try {
      if (signal.aborted) throw abortReason(signal)
      if (row.attempts++ === 0) {
        counts.sent++
        row.completedBefore = counts.completed
      } else {
        counts.retries++
      }
      const client = choose(row.failedOn)
      const start = options.now()
      const read = readOutcome(request, client, await client.send(request, signal))
      if ('kind' in read) return { client, failure: read }
      const { text, finishReason, usage, reasoning } = read
      const model = read.model || modelOf(request)
      const latencyMs = Math.max(0, options.now() - start)
      const reply = { text, finishReason, usage, reasoning, model, latencyMs, endpoint: client.origin }
      counts.completed++
      await keep?.(reply)
      return { reply }
    } finally {
      slots.free()
    }
  }

  /** True where any endpoint completes something harmless. */
  async function isAlive(like: RequestBody, signal: AbortSignal): Promise<boolean> {
    const request = canary(like)
    const answers = await Promise.all(clients.map(async (client) => {
      await slots.take()
      try {
        const outcome = await client.send(request, signal, canaryDeadlineMs)
        return !('kind' in readOutcome(request, client, outcome))
      } finally {
        slots.free()
      }
    }))
    return answers.includes(true)
  }

  /**
   * Is it the row, or is the endpoint dead? Where others got through meanwhile it is the row. Where nobody did, ask:
   * the last rows of a run may be poison, and must not end it each time that it is resumed.
   */
  async function giveUp(decision: GiveUp, row: Row, request: RequestBody, signal: AbortSignal): Promise<never> {
    const { error, unreachable } = decision
    if (unreachable && counts.completed === row.completedBefore && !(await isAlive(request, signal))) {
      const origins = clients.map(({ origin }) => origin).join(', ')
      const silence = `no request to ${origins} has succeeded during ${row.attempts} attempts`
      throw new EndpointUnreachableError(`${silence}; last cause: ${error.message}`, { cause: error })
    }
    counts.failed.set(error.code, (counts.failed.get(error.code) ?? 0) + 1)
    throw error
  }

  async function generate(request: RequestBody, signal: AbortSignal, keep?: Keep): Promise<Reply> {
    const row: Row = { attempts: 0, costly: 0, completedBefore: 0, failedOn: [] }
    for (;;) {
      const attempted = await attempt(request, signal, row, keep)
      if ('reply' in attempted) return attempted.reply
      const { client, failure } = attempted
      if (failure.kind === 'invalid' || (failure.kind === 'broken' && failure.code === 'DEADLINE')) row.costly++
      row.failedOn.push(client)
      const decision = decide(failure, row, options, request, client.url(request.shape))
      if (decision.action === 'end-run') throw decision.error
      if (decision.action === 'fail-row') return giveUp(decision, row, request, signal)
      await pause(decision.delayMs, signal, options.sleep)
    }
  }

  return {
    generate,
    ready: (signal, timeoutMs, wanted) => awaitReady(clients, { ...options, signal, timeoutMs, wanted }),
    stats: {
      get inFlight() { return slots.held },
      get waiting() { return slots.waiting },
      get sent() { return counts.sent },
      get completed() { return counts.completed },
      get retries() { return counts.retries },
      failed: counts.failed,
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

type GiveUp = Extract<Decision, { action: 'fail-row' }>

type Attempted = { readonly reply: Reply } | { readonly client: Client; readonly failure: Failure }

/** What one request has behind it. */
interface Row {
  attempts: number
  costly: number
  /** Completions of the whole pool when this request was first sent. */
  completedBefore: number
  /** One entry a failed attempt. */
  readonly failedOn: Client[]
}

function readOutcome(request: RequestBody, client: Client, outcome: Outcome): ParsedReply | Failure {
  if (outcome.kind === 'broken' || outcome.status < 200 || outcome.status > 299) return outcome
  try {
    return parseReply(request.shape, outcome.body)
  } catch (error) {
    if (!(error instanceof ResponseInvalidError)) throw error
    return { kind: 'invalid', error: new ResponseInvalidError(client.redact(error.message)) }
  }
}
