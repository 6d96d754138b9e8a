import { ConfigInvalidError, EndpointUnreachableError } from '../errors.ts'
import type { Reply, RequestBody } from '../rows.ts'
import { abortReason, pause } from './abort-reason.ts'
import { AbsentWatch } from './absent-watch.ts'
import type { NextStep, TakeNote } from './attempt-note.ts'
import { attemptNotes } from './attempt-note.ts'
import type { Flight } from './deadline.ts'
import type { Attempt } from './attempt.ts'
import { watchGauges } from './gauge-watch.ts'
import { isAlive } from './is-alive.ts'
import { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'
import { maxTokensOf, modelOf } from './protocol.ts'
import type { PoolOptions } from './pool-options.ts'
import type { PoolStats } from './pool-stats.ts'
import { statsOf } from './pool-stats.ts'
import type { Ready } from './ready.ts'
import { awaitReady } from './ready.ts'
import type { Decision, Failure } from './retry.ts'
import { decide, isMisplaced, isOverload, isUnreachable, pauseAsked, refusal } from './retry.ts'
import type { RowPast } from './row-past.ts'
import { giveAttemptsBack, newPast, noteFailure } from './row-past.ts'
import { Roster } from './roster.ts'

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

/** A batch changes within a few seconds. */
const defaultGaugesEveryMs = 1_000

/** Seconds are what a stall may cost. */
const defaultLookEveryMs = 1_000

/** Where a server does not count: few scripts have fewer, and too few tokens make a deadline longer, not shorter. */
const charactersPerToken = 4

/** A look that comes so late says that this process stood still, or its machine slept: answers may lie unread. */
const ownPauseMs = 3_000

/** A deadline is doubled so often at most. */
const mostDoublings = 6

/**
 * Open all endpoints. Sends nothing yet.
 * @throws ConfigInvalidError for an endpoint that cannot be
 */
export function openPool(options: PoolOptions): EndpointPool {
  if (options.endpoints.length === 0) throw new ConfigInvalidError(['no endpoint was given'])
  const { maxConcurrency, now, note: say = () => {} } = options
  const roster: Roster = new Roster({ ...options, note: say, hasMore: () => places.waiting > 0 })
  const { lanes, arrays, stalls } = roster
  const places: Lanes = new Lanes(lanes, maxConcurrency, now)
  const stopped = new AbortController()
  let served: { model: string | null, named: boolean } = { model: null, named: false }
  const absent = new AbsentWatch({ model: () => served, note: say, onJoin: () => places.wake(), signal: stopped.signal })
  let looking: NodeJS.Timeout | undefined
  let lookedAt = now()
  const counts = { sent: 0, completed: 0, retries: 0, failed: new Map<string, number>() }
  const watch = options.autopilot ? watchGauges(lanes, { everyMs: options.gaugesEveryMs ?? defaultGaugesEveryMs, now, onGauges: () => places.wake() }) : null

  function look(): void {
    const at = now()
    const slept = at - lookedAt > ownPauseMs
    lookedAt = at
    for (const [lane, stall] of stalls) {
      if (slept) stall.slept(at)
      else stall.look(at, places.hasOther(lane), stopped.signal)
    }
    roster.look()
    absent.look(lanes, at)
    // A pause may be over.
    if (places.waiting > 0) places.wake()
  }

  function start(): void {
    watch?.start()
    if (looking) return
    lookedAt = now()
    looking = setInterval(look, options.lookEveryMs ?? defaultLookEveryMs)
  }

  /** One attempt. Holds a place for the network and for what keeps the reply, and for nothing else. */
  async function attempt(request: RequestBody, signal: AbortSignal, row: RowPast, keep: Keep | undefined): Promise<Attempted> {
    // No promise, and so no turn of the event loop, where there is a place.
    const taken = places.take(row, signal)
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
  async function fly(lane: Lane, request: RequestBody, signal: AbortSignal, row: RowPast): Promise<Attempted> {
    const { client } = lane
    const start = now()
    const stall = stalls.get(lane)
    const flight: Flight | null = stall ? { sentAt: start, maxTokens: maxTokensOf(request), patience: 2 ** Math.min(row.late, mostDoublings) } : null
    let note: TakeNote | null = null
    let landed = false
    try {
      if (signal.aborted) throw abortReason(signal)
      note = attemptNotes(options.onAttempt, { client, key: request.key, now }, row)
      if (flight) stall?.sent(flight)
      if (row.sent++ === 0) {
        counts.sent++
        row.completedBefore = counts.completed
      } else {
        counts.retries++
      }
      row.attempts++
      // What has failed twice is sent alone: it may be what its array failed of.
      const alone = row.failedOn.length >= 2
      const onAttempt = flight && stall ? (attempt: Attempt) => stall.attempts(flight, attempt) : undefined
      const asked = await arrays.get(lane)!.ask(request, { signal, alone, onAttempt, onHalved: (call, place) => note?.({ call, place }, 'halve') })
      const { read, place, paceTokens } = asked
      landed = true
      if ('kind' in read) {
        land(lane, read, place, start)
        return { lane, failure: read, heard: lane.repliedAt > start, note: (next, delayMs) => note?.(asked, next, delayMs) }
      }
      const { text, finishReason, usage, reasoning } = read
      const end = now()
      lane.replied(start, end, paceTokens)
      if (flight) stall?.replied(flight, end, paceTokens || text.length / charactersPerToken)
      const reply = { text, finishReason, usage, reasoning, model: read.model || modelOf(request), latencyMs: Math.max(0, end - start), endpoint: client.origin }
      note?.(asked, 'done')
      return { reply }
    } finally {
      if (!landed) {
        lane.dropped(start)
        note?.(null, 'stopped')
      }
      // No more than a look-up where the reply has been told.
      if (flight) stall?.dropped(flight, now())
      places.wake()
    }
  }

  function land(lane: Lane, failure: Failure, place: number, start: number): void {
    const pauseMs = pauseAsked(failure, now())
    if (pauseMs !== null) lane.pause(now() + pauseMs)
    // A call fails once, however many prompts it had.
    if (place > 0) lane.dropped(start)
    else if (isUnreachable(failure)) lane.unreachable(start, now())
    else if (isOverload(failure)) lane.overloaded(start, now())
    else lane.dropped(start)
  }

  /** Is it the endpoint that does not fit? Where the list may be mended, one that is wrong in any way must not end the run. */
  function isMisfit(failure: Failure, { client }: Lane, request: RequestBody): boolean {
    if (isMisplaced(failure)) return true
    return roster.isOpenEnded && failure.kind === 'answer' && refusal(failure, client.url(request.shape), request) !== undefined
  }

  /** Others may have what this one has not: it costs the run one endpoint, and no row anything. */
  function takeOut(lane: Lane, failure: Failure, request: RequestBody): void {
    if (lane.presence !== 'in' || failure.kind !== 'answer') return
    lane.presence = 'out'
    const cause = refusal(failure, lane.client.url(request.shape), request)
    say(`warning: ${cause?.message ?? 'refused'}; the run goes on without this endpoint`)
    places.wake()
  }

  /**
   * Is it the row, or is the endpoint dead? Where others got through since it failed before, it is the row: what was
   * in flight as an endpoint died has seen others get through before that. Where nobody did, ask:
   * the last rows of a run may be poison, and must not end it each time that it is resumed. A row whose attempts were
   * mostly spent on an endpoint that answered nobody is given them back, once. Where all endpoints have left the list
   * it waits for the next that comes, and where one has just come it is asked first.
   */
  async function giveUp(decision: GiveUp, row: RowPast, request: RequestBody, signal: AbortSignal): Promise<void> {
    const { error, unreachable } = decision
    if (unreachable && counts.completed === row.completedBefore) {
      const asked = roster.present
      const alive = await isAlive(asked, places, request, signal, options)
      if (!alive && (alive === null || roster.hasOtherThan(asked))) return giveAttemptsBack(row)
      const silence = `no request to ${asked.map(({ client }) => client.origin).join(', ')} has succeeded during ${row.attempts} attempts`
      if (!alive) throw new EndpointUnreachableError(`${silence}; last cause: ${error.message}`, { cause: error })
    }
    if (unreachable && !row.forgiven && 2 * row.unanswered >= row.attempts) {
      row.forgiven = true
      return giveAttemptsBack(row)
    }
    counts.failed.set(error.code, (counts.failed.get(error.code) ?? 0) + 1)
    throw error
  }

  async function generate(request: RequestBody, signal: AbortSignal, keep?: Keep, affinity: string | null = null): Promise<Reply> {
    const row = newPast(affinity)
    start()
    for (;;) {
      const attempted = await attempt(request, signal, row, keep)
      if ('reply' in attempted) return attempted.reply
      const { lane, failure, heard, note } = attempted
      if (isMisfit(failure, lane, request) && roster.canSpare(lane)) {
        takeOut(lane, failure, request)
        row.attempts--
        note('elsewhere')
        continue
      }
      noteFailure(row, lane, failure, heard)
      if (isUnreachable(failure) && row.unheard < 2 * roster.present.length && places.hasOther(lane)) {
        // It was never heard: that is no attempt, and another endpoint is asked at once.
        row.attempts--
        row.unheard++
        note('elsewhere')
        continue
      }
      // Another endpoint is not the one that asked for a pause.
      const heeded = failure.kind === 'answer' && places.hasOther(lane) ? { ...failure, headers: {} } : failure
      const decision = decide(pauseAsked(failure, now()) === null ? failure : heeded, row, options, request, lane.client.url(request.shape))
      note(decision.action, decision.action === 'retry' ? decision.delayMs : null)
      if (decision.action === 'end-run') throw decision.error
      if (decision.action === 'fail-row') {
        await giveUp(decision, row, request, signal)
        continue
      }
      row.completedBefore = counts.completed
      await pause(decision.delayMs, signal, options.sleep)
    }
  }

  async function ready(signal: AbortSignal, timeoutMs: number, wanted?: string): Promise<Ready> {
    const { missing, ...found } = await awaitReady(lanes.map(({ client }) => client), { ...options, signal, timeoutMs, wanted })
    served = { model: found.model, named: wanted !== undefined }
    for (const lane of lanes) {
      const cause = missing.get(lane.client)
      if (cause === undefined) continue
      lane.presence = 'absent'
      say(`warning: endpoint ${lane.client.origin} is not up, the run starts without it (${cause}); it takes part as soon as it is`)
    }
    return found
  }

  return {
    generate,
    ready,
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
      clearInterval(looking)
      stopped.abort()
      await roster.close()
    },
  }
}

type GiveUp = Extract<Decision, { action: 'fail-row' }>

type Attempted =
  | { readonly reply: Reply }
  /** `heard`: others were answered meanwhile. `note`: says what becomes of the request. */
  | { readonly lane: Lane, readonly failure: Failure, readonly heard: boolean, readonly note: (next: NextStep, delayMs?: number | null) => void }
