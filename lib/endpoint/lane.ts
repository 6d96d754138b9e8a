import type { Autopilot } from './autopilot.ts'
import type { Client } from './client.ts'
import type { Gauges } from './gauges.ts'

/** So many failures in a row, with no reply between them, and an endpoint is left alone for a while. */
const tripAfter = 3

/** How long, doubled each time that a probe fails. */
const firstRestMs = 1_000
const maxRestMs = 30_000

/** A server that refuses a request says so at once. */
const refusedWithinMs = 2_000

/**
 * Whether an endpoint takes part. Only one that is `in` is asked.
 * - `new`: put on the list while running, and not looked at yet; then `in` or `absent`
 * - `absent`: it is not there, or does not serve the model, and is looked at now and then; then `in`
 * - `out`: it has not got what every request asks for, and is left alone
 * - `draining`: taken off the list; then `drained`, or `new` where it is put back before
 * - `drained`: nothing is in flight and its sockets are closed
 */
export type Presence = 'new' | 'absent' | 'in' | 'out' | 'draining' | 'drained'

/**
 * One endpoint of a pool: how much it may take, what it holds, and whether it is there. A lane that has tripped takes
 * nothing until its rest is over, then one request at a time until one is answered. One that asked for a pause
 * (Retry-After) takes nothing until that is over, then one request, and others once that is not refused.
 */
export class Lane {
  readonly client: Client
  /** null where the limit is fixed. */
  readonly pilot: Autopilot | null
  readonly #fixed: number
  /** Sent and not answered. */
  flying = 0
  sent = 0
  completed = 0
  /** As last scraped; null where there are none. */
  gauges: Gauges | null = null
  presence: Presence = 'in'
  /** When a reply came last. */
  repliedAt = -Infinity
  #streak = 0
  #trips = 0
  #trippedAt = -Infinity
  #restUntil = -Infinity
  #probing = false
  #gone = false
  #pausedUntil = -Infinity
  /** When the first after a pause was sent; null while there is none. */
  #heraldAt: number | null = null

  constructor(client: Client, limit: number, pilot: Autopilot | null) {
    this.client = client
    this.#fixed = limit
    this.pilot = pilot
  }

  get limit(): number {
    return this.pilot?.limit ?? this.#fixed
  }

  get isUp(): boolean {
    return this.#trips === 0 && this.presence === 'in'
  }

  /** Takes part, and has not asked to be left alone. */
  isWilling(now: number): boolean {
    return this.presence === 'in' && !this.#isPaused(now)
  }

  get hasRoom(): boolean {
    return this.flying < this.limit
  }

  /** Share of the limit in use. */
  get load(): number {
    return this.flying / this.limit
  }

  /** Up, or due for a probe. */
  isOpen(now: number): boolean {
    return this.isWilling(now) && (this.#trips === 0 || (now >= this.#restUntil && !this.#probing))
  }

  take(now: number): void {
    if (this.#pausedUntil > -Infinity && this.#heraldAt === null && now >= this.#pausedUntil) this.#heraldAt = now
    this.flying++
    this.sent++
    this.pilot?.sent()
    if (this.#trips > 0) this.#probing = true
  }

  replied(sentAt: number, now: number, tokens: number): void {
    this.#land(sentAt)
    this.completed++
    this.repliedAt = now
    if (sentAt >= this.#pausedUntil) this.#pausedUntil = -Infinity
    this.#streak = 0
    this.#trips = 0
    this.#restUntil = -Infinity
    this.pilot?.completed(sentAt, now, tokens)
    if (this.#gone) this.pilot?.restart()
    this.#gone = false
  }

  /** Refused, reset, no such host. */
  unreachable(sentAt: number, now: number): void {
    this.#land(sentAt)
    this.pilot?.failed()
    if (this.#fail(sentAt, now)) this.#gone = true
  }

  /** Told to come back later, or nothing told in time. */
  overloaded(sentAt: number, now: number): void {
    this.#land(sentAt)
    this.pilot?.overloaded(sentAt, now)
    this.#fail(sentAt, now)
  }

  /** Something is wrong with the request, or nothing is known: the run stops. */
  dropped(sentAt: number): void {
    this.#land(sentAt)
    this.pilot?.failed()
  }

  /** It has fallen silent as a whole. What is in flight is part of that. */
  stalled(now: number): void {
    this.#trip(now)
    this.#gone = true
  }

  /** It has asked that nothing is sent before `until`. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
    this.#heraldAt = null
  }

  /** Until it is over, and then for all but one until that one is answered, or at least not refused at once. */
  #isPaused(now: number): boolean {
    if (this.#pausedUntil === -Infinity) return false
    if (now < this.#pausedUntil) return true
    if (this.#heraldAt === null) return false
    if (now - this.#heraldAt < refusedWithinMs) return true
    this.#pausedUntil = -Infinity
    return false
  }

  #land(sentAt: number): void {
    this.flying--
    if (sentAt >= this.#trippedAt) this.#probing = false
  }

  /** @returns whether it has tripped. What was under way when it did is part of the same mishap. */
  #fail(sentAt: number, now: number): boolean {
    if (sentAt < this.#trippedAt) return false
    this.#streak++
    if (this.#streak < tripAfter) return false
    this.#trip(now)
    return true
  }

  #trip(now: number): void {
    this.#trips++
    this.#trippedAt = now
    this.#restUntil = now + Math.min(maxRestMs, firstRestMs * 2 ** (this.#trips - 1))
    this.#probing = false
  }
}
