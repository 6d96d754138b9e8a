import type { Autopilot } from './autopilot.ts'
import type { Client } from './client.ts'
import type { Gauges } from './gauges.ts'

/** So many failures in a row, with no reply between them, and an endpoint is left alone for a while. */
const tripAfter = 3

/** How long, doubled each time that a probe fails. */
const firstRestMs = 1_000
const maxRestMs = 30_000

/**
 * One endpoint of a pool: how much it may take, what it holds, and whether it is there. A lane that has tripped takes
 * nothing until its rest is over, then one request at a time until one is answered.
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
  #streak = 0
  #trips = 0
  #trippedAt = -Infinity
  #restUntil = -Infinity
  #probing = false
  #gone = false

  constructor(client: Client, limit: number, pilot: Autopilot | null) {
    this.client = client
    this.#fixed = limit
    this.pilot = pilot
  }

  get limit(): number {
    return this.pilot?.limit ?? this.#fixed
  }

  get isUp(): boolean {
    return this.#trips === 0
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
    return this.isUp || (now >= this.#restUntil && !this.#probing)
  }

  take(): void {
    this.flying++
    this.sent++
    this.pilot?.sent()
    if (!this.isUp) this.#probing = true
  }

  replied(sentAt: number, now: number, tokens: number): void {
    this.#land(sentAt)
    this.completed++
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

  #land(sentAt: number): void {
    this.flying--
    if (sentAt >= this.#trippedAt) this.#probing = false
  }

  /** @returns whether it has tripped. What was under way when it did is part of the same mishap. */
  #fail(sentAt: number, now: number): boolean {
    if (sentAt < this.#trippedAt) return false
    this.#streak++
    if (this.#streak < tripAfter) return false
    this.#trips++
    this.#trippedAt = now
    this.#restUntil = now + Math.min(maxRestMs, firstRestMs * 2 ** (this.#trips - 1))
    return true
  }
}
