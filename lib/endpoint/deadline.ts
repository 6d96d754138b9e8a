import { Pace } from './pace.ts'

/** One attempt in flight. */
export interface Flight {
  readonly sentAt: number
  /** Most completion tokens that it asked for; null where it set no bound, and then it has no deadline of its own. */
  readonly maxTokens: number | null
  /** Its deadline is so many times as long: doubled each time that the same request was given up. */
  readonly patience: number
}

interface Course {
  readonly order: number
  /** On the lane's own clock, since when it is being worked on for all that is known; null while it may be queued. */
  since: number | null
}

/** A deadline is so many times what the upper end of what was observed makes of max_tokens, and never less than this. */
const margin = 1.5
const leastMs = 5_000

/** A whole endpoint is silent after all of: so long, */
const silentMs = 5_000
/** so many times the longest pause it has made, */
const silentGaps = 4
/** and when so many replies should have come by Little's law. */
const silentReplies = 30

/** With more than so many in flight silence is that of the endpoint, and giving up throws a whole batch away: be slow then. */
const fewFlights = 4
const batchSilentMs = 30_000

/** A pause counts as work up to so many times the longest that was seen: a server that stood still worked on nothing. */
const creditedGaps = 2

/**
 * The deadlines of one endpoint's requests, from what it has been observed to do. Engines take requests in order of
 * arrival, so a request is known to be worked on once one that was sent later is answered. From then on its deadline
 * counts, on a clock that stands still while the whole endpoint does: a queue of any length expires nothing. Where
 * nothing is answered at all, the last reply is what counts from.
 * Pure: every time comes in, in milliseconds of one clock.
 */
export class Deadlines {
  readonly #flights = new Map<Flight, Course>()
  readonly #pace = new Pace()
  #orders = 0
  /** The latest sent among the answered. */
  #frontier = -1
  /** Of the last sign of life, or when the endpoint got something to do. */
  #lastSign = -Infinity
  /** Time in which it was at work. */
  #clock = 0
  /** Requests in flight, summed over the time since the last sign. */
  #pending = 0
  #pendingAt = -Infinity

  sent(flight: Flight, now: number): void {
    if (this.#flights.size === 0) this.#sign(now)
    this.#sum(now)
    this.#flights.set(flight, { order: this.#orders++, since: null })
  }

  /** A reply. @param tokens of its completion */
  replied(flight: Flight, now: number, tokens: number): void {
    const course = this.#flights.get(flight)
    if (!course) return
    this.#frontier = Math.max(this.#frontier, course.order)
    const gapMs = now - this.#lastSign
    this.#clock += this.#credited(gapMs)
    this.#pace.add(now - flight.sentAt, tokens, gapMs)
    this.#sign(now)
    this.#flights.delete(flight)
  }

  /** An end without a completion. */
  dropped(flight: Flight, now: number): void {
    this.#sum(now)
    this.#flights.delete(flight)
  }

  /** The endpoint is at work, whatever comes of it: its counters move. */
  alive(now: number): void {
    this.#clock += this.#credited(now - this.#lastSign)
    this.#sign(now)
  }

  /** Bytes of this one's answer are coming in: it is no hang. */
  moving(flight: Flight): void {
    const course = this.#flights.get(flight)
    if (course) course.since = this.#clock
  }

  /** How long a request may take from when it is worked on; Infinity while not enough is known. */
  allowance(flight: Pick<Flight, 'maxTokens' | 'patience'>): number {
    const observed = this.#pace.observed
    if (!observed || flight.maxTokens === null) return Infinity
    const { startMs, perTokenMs, latencyMs } = observed
    return flight.patience * Math.max(leastMs, margin * Math.max(latencyMs, startMs + perTokenMs * flight.maxTokens))
  }

  /** Those whose time is over. To be asked about once a second. */
  overdue(now: number): { readonly flight: Flight, readonly silent: boolean }[] {
    this.#pace.refresh()
    const idle = now - this.#lastSign
    const clock = this.#clock + this.#credited(idle)
    const isBatch = this.#flights.size > fewFlights
    const found: { flight: Flight, silent: boolean }[] = []
    for (const [flight, course] of this.#flights) {
      if (course.since === null && course.order < this.#frontier) course.since = clock
      const allowance = this.allowance(flight)
      const silent = Math.min(idle, now - flight.sentAt) > (isBatch ? Math.max(batchSilentMs, 2 * allowance) : allowance)
      if (silent || (course.since !== null && clock - course.since > allowance)) found.push({ flight, silent })
    }
    return found
  }

  /** The endpoint as a whole has been silent for much longer than it ever was. @param patience 1 or more */
  isSilent(now: number, patience = 1): boolean {
    const observed = this.#pace.observed
    if (!observed || this.#flights.size === 0) return false
    this.#sum(now)
    const idle = now - this.#lastSign
    return idle > patience * Math.max(silentMs, silentGaps * observed.gapMs) && this.#pending > patience * silentReplies * observed.meanMs
  }

  #credited(gapMs: number): number {
    return Math.min(gapMs, creditedGaps * (this.#pace.observed?.gapMs ?? Infinity))
  }

  #sign(now: number): void {
    this.#lastSign = now
    this.#pending = 0
    this.#pendingAt = now
  }

  #sum(now: number): void {
    this.#pending += this.#flights.size * (now - this.#pendingAt)
    this.#pendingAt = now
  }
}
