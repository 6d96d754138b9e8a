import { ConfigInvalidError, EndpointUnreachableError } from '../errors.ts'
import type { Reply, RequestBody } from '../rows.ts'
import { abortReason, pause } from './abort-reason.ts'
import { ask } from './ask.ts'
import type { NextStep, OnAttempt, TakeNote } from './attempt-note.ts'
import { attemptNotes } from './attempt-note.ts'
import { Autopilot } from './autopilot.ts'
import type { ClientOptions } from './client.ts'
import { openClient } from './client.ts'
import { watchGauges } from './gauge-watch.ts'
import { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'
import { PromptArrays } from './prompt-arrays.ts'
import { canary, modelOf } from './protocol.ts'
import type { Ready } from './ready.ts'
import { awaitReady } from './ready.ts'
import type { Decision, Failure } from './retry.ts'
import { decide, isOverload, isUnreachable } from './retry.ts'

export interface PoolOptions {
  /** At least one. */
  readonly endpoints: readonly ClientOptions[]
  /** Most requests in flight over all endpoints; also the most sockets to any of them. */
  readonly maxConcurrency: number
  /** Find out how many requests each endpoint can take at once (autopilot.ts). Without it each may get all of them. */
  readonly autopilot?: boolean
  /** Between two looks at an endpoint's gauges, in real time. Default: 1000. */
  readonly gaugesEveryMs?: number
  /** Of one request, the first included. */
  readonly maxAttempts: number
  /** Most raw completions that are sent as one call (prompt-arrays.ts). Default: 1. */
  readonly batch?: number
  /** Told of every attempt as soon as it is known what comes of it. */
  readonly onAttempt?: OnAttempt | undefined
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
  /** Most requests that may be in flight now: what the autopilots allow, or the fixed number. */
  readonly limit: number
  /** In the order in which they were given. */
  readonly endpoints: readonly EndpointStats[]
}

export interface EndpointStats {
  readonly origin: string
  readonly up: boolean
  readonly limit: number
  readonly inFlight: number
  /** Attempts. */
  readonly sent: number
  readonly completed: number
  /** As its gauges said last; null where it has none, or nobody asked. */
  readonly running: number | null
  readonly waiting: number | null
}

/** Stores a reply for good. */
export type Keep = (reply: Reply) => Promise<void>

/** Several endpoints that serve one model, as one. */
export interface EndpointPool {
  /**
   * One completion, retried as retry.ts says. Where `keep` is given the request holds its place until that has
   * resolved: what is in flight is what a crash can cost. Requests with the same `affinity` share a prefix: they go to
   * the same endpoint while that has room.
   * @throws RequestStatusError, RequestFailedError, ResponseInvalidError: this row fails, the run goes on
   * @throws EndpointUnreachableError, EndpointRefusedError: the run ends
   * @throws AbortedError, or the signal's reason where that is a StreamError
   */
  generate(request: RequestBody, signal: AbortSignal, keep?: Keep, affinity?: string): Promise<Reply>
  /** See ready.ts. */
  ready(signal: AbortSignal, timeoutMs: number, wanted?: string): Promise<Ready>
  readonly stats: PoolStats
  /** Drops every socket; calls still open reject with AbortedError. */
  close(): Promise<void>
}

/** One token takes no longer, even behind a full queue. */
const canaryDeadlineMs = 60_000

/** A batch changes within a few seconds. */
const defaultGaugesEveryMs = 1_000

/**
 * Open all endpoints. Sends nothing yet.
 * @throws ConfigInvalidError for an endpoint that cannot be
 */
export function openPool(options: PoolOptions): EndpointPool {
  if (options.endpoints.length === 0) throw new ConfigInvalidError(['no endpoint was given'])
  // undici frees a socket a turn late: without a bound it opens nearly twice as many as are ever in use. One is for gauges.
  const connections = options.maxConcurrency + (options.autopilot ? 1 : 0)
  const clients = options.endpoints.map((endpoint) => openClient({ connections, ...endpoint }))
  const { maxConcurrency, now } = options
  const lanes = clients.map((client) => new Lane(client, maxConcurrency, options.autopilot ? new Autopilot({ max: maxConcurrency }) : null))
  const places = new Lanes(lanes, maxConcurrency, now)
  const arrays = new Map(lanes.map((lane) => [lane, new PromptArrays(lane.client, options.batch ?? 1, () => places.waiting > 0)]))
  const counts = { sent: 0, completed: 0, retries: 0, failed: new Map<string, number>() }
  const watch = options.autopilot ? watchGauges(lanes, { everyMs: options.gaugesEveryMs ?? defaultGaugesEveryMs, now, onGauges: () => places.wake() }) : null

  /** One attempt. Holds a place for the network and for what keeps the reply, and for nothing else. */
  async function attempt(request: RequestBody, signal: AbortSignal, row: Row, keep: Keep | undefined): Promise<Attempted> {
    // No promise, and so no turn of the event loop, where there is a place.
    const taken = places.take(row)
    const lane = taken instanceof Lane ? taken : await taken
    try {
      const landed = await fly(lane, request, signal, row)
      if (!('reply' in landed)) return landed
      counts.completed++
      await keep?.(landed.reply)
      return landed
    } finally {
      places.free()
    }
  }

  /** Over the network and back: from here on the lane has landed. */
  async function fly(lane: Lane, request: RequestBody, signal: AbortSignal, row: Row): Promise<Attempted> {
    const { client } = lane
    const start = now()
    let note: TakeNote | null = null
    let landed = false
    try {
      if (signal.aborted) throw abortReason(signal)
      note = attemptNotes(options.onAttempt, { client, key: request.key, now }, row)
      if (row.sent++ === 0) {
        counts.sent++
        row.completedBefore = counts.completed
      } else {
        counts.retries++
      }
      row.attempts++
      // What has failed twice is sent alone: it may be what its array failed of.
      const alone = row.failedOn.length >= 2
      const asked = await arrays.get(lane)!.ask(request, { signal, alone, onHalved: (call, place) => note?.({ call, place }, 'halve') })
      const { read, place, paceTokens } = asked
      landed = true
      if ('kind' in read) {
        land(lane, read, place, start)
        return { lane, failure: read, note: (next, delayMs) => note?.(asked, next, delayMs) }
      }
      const { text, finishReason, usage, reasoning } = read
      const end = now()
      lane.replied(start, end, paceTokens)
      const reply = { text, finishReason, usage, reasoning, model: read.model || modelOf(request), latencyMs: Math.max(0, end - start), endpoint: client.origin }
      note?.(asked, 'done')
      return { reply }
    } finally {
      if (!landed) {
        lane.dropped(start)
        note?.(null, 'stopped')
      }
      places.wake()
    }
  }

  function land(lane: Lane, failure: Failure, place: number, start: number): void {
    // A call fails once, however many prompts it had.
    if (place > 0) lane.dropped(start)
    else if (isUnreachable(failure)) lane.unreachable(start, now())
    else if (isOverload(failure)) lane.overloaded(start, now())
    else lane.dropped(start)
  }

  /** True where any endpoint completes something harmless. */
  async function isAlive(like: RequestBody, signal: AbortSignal): Promise<boolean> {
    const request = canary(like)
    const answers = await Promise.all(lanes.map(async (only) => {
      const lane = await places.take({ failedOn: [], affinity: null, only })
      const start = now()
      try {
        const note = attemptNotes(options.onAttempt, { client: lane.client, key: request.key, now }, { sent: 1, affinity: null })
        const asked = await ask(lane.client, request, signal, canaryDeadlineMs)
        note?.(asked, 'canary')
        return !('kind' in asked.read)
      } finally {
        lane.dropped(start)
        places.free()
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

  async function generate(request: RequestBody, signal: AbortSignal, keep?: Keep, affinity: string | null = null): Promise<Reply> {
    const row: Row = { attempts: 0, unheard: 0, sent: 0, costly: 0, completedBefore: 0, failedOn: [], affinity }
    watch?.start()
    for (;;) {
      const attempted = await attempt(request, signal, row, keep)
      if ('reply' in attempted) return attempted.reply
      const { lane, failure, note } = attempted
      if (failure.kind === 'invalid' || (failure.kind === 'broken' && failure.code === 'DEADLINE')) row.costly++
      row.failedOn.push(lane)
      if (isUnreachable(failure) && row.unheard < 2 * lanes.length && places.hasOther(lane)) {
        // It was never heard: that is no attempt, and another endpoint is asked at once.
        row.attempts--
        row.unheard++
        note('elsewhere')
        continue
      }
      const decision = decide(failure, row, options, request, lane.client.url(request.shape))
      note(decision.action, decision.action === 'retry' ? decision.delayMs : null)
      if (decision.action === 'end-run') throw decision.error
      if (decision.action === 'fail-row') return giveUp(decision, row, request, signal)
      await pause(decision.delayMs, signal, options.sleep)
    }
  }

  return {
    generate,
    ready: (signal, timeoutMs, wanted) => awaitReady(clients, { ...options, signal, timeoutMs, wanted }),
    stats: {
      get inFlight() { return places.held },
      get waiting() { return places.waiting },
      get sent() { return counts.sent },
      get completed() { return counts.completed },
      get retries() { return counts.retries },
      failed: counts.failed,
      get limit() { return Math.min(maxConcurrency, lanes.reduce((sum, lane) => sum + (lane.isUp ? lane.limit : 0), 0)) },
      get endpoints() { return lanes.map(statsOf) },
    },
    async close() {
      watch?.stop()
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

type GiveUp = Extract<Decision, { action: 'fail-row' }>

type Attempted =
  | { readonly reply: Reply }
  /** `note`: says what becomes of the request. */
  | { readonly lane: Lane, readonly failure: Failure, readonly note: (next: NextStep, delayMs?: number | null) => void }

/** What one request has behind it. */
interface Row {
  /** Those that count. */
  attempts: number
  /** Those that do not: the endpoint was not there, and another was. */
  unheard: number
  sent: number
  costly: number
  /** Completions of the whole pool when this request was first sent. */
  completedBefore: number
  /** One entry a failed attempt. */
  readonly failedOn: Lane[]
  readonly affinity: string | null
}

function statsOf({ client, isUp, limit, flying, sent, completed, gauges }: Lane): EndpointStats {
  const { running = null, waiting = null } = gauges ?? {}
  return { origin: client.origin, up: isUp, limit, inFlight: flying, sent, completed, running, waiting }
}
