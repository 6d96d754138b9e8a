import { GaugeJudge } from './gauge-judge.ts'
import type { Gauges } from './gauges.ts'
import { ReplyJudge } from './reply-judge.ts'

export interface AutopilotOptions {
  /** The limit never leaves 1 to this. */
  readonly max: number
  /** Limit before anything is known. Default 16. */
  readonly start?: number
}

/** What the limit is judged by. */
export interface Flight {
  readonly limit: number
  readonly inFlight: number
  /** The limit was reached since the last verdict. Where less was asked for than allowed, nothing is known of more. */
  readonly full: boolean
}

/** More drowns the smallest servers for a while; less costs the largest ones another doubling. */
const defaultStart = 16

/** Scrapes older than this do not count: the endpoint is judged by its replies again. */
const gaugesLiveMs = 5_000

/** A cut keeps so much of what was in flight. */
const overloadFactor = 0.75
/** No growth for so long after one. */
const overloadPauseMs = 5_000

/**
 * Finds how many requests one endpoint can take at once without queueing them, from what comes back. vLLM queues
 * without bound and refuses nobody, so the queue has to be seen or inferred: by the server's own gauges where it has
 * any (gauge-judge.ts), else from the latencies of replies (reply-judge.ts). A word of overload counts with both.
 * Pure: every time comes in, in milliseconds of one clock.
 */
export class Autopilot {
  readonly #max: number
  readonly #start: number
  #limit: number
  #inFlight = 0
  #full = false
  #cutAt = -Infinity
  #gaugedAt = -Infinity
  #byGauges = new GaugeJudge()
  #byReplies: ReplyJudge

  constructor({ max, start = defaultStart }: AutopilotOptions) {
    this.#max = Math.max(1, Math.floor(max))
    this.#start = start
    this.#byReplies = new ReplyJudge(this.#max)
    this.#limit = this.#bounded(start)
  }

  /** Requests that may be in flight now: whole, 1 or more. */
  get limit(): number {
    return Math.floor(this.#limit)
  }

  get inFlight(): number {
    return this.#inFlight
  }

  sent(): void {
    this.#inFlight++
    if (this.#inFlight >= this.limit) this.#full = true
  }

  /** A reply. @param tokens of the completion, 0 where the server does not count them */
  completed(sentAt: number, now: number, tokens: number): void {
    const flight = this.#flight()
    this.#land()
    this.#byReplies.add({ sentAt, doneAt: now, tokens })
    // With gauges the limit moves every second: what replies say of it is judged anew once they are gone.
    if (now - this.#gaugedAt < gaugesLiveMs) this.#byReplies.renew(now)
    else this.#follow(this.#byReplies.judge(now, flight))
  }

  /** No reply, but no word of the server being full either: refused, reset, invalid. */
  failed(): void {
    this.#land()
  }

  /** 429, 503, or no answer in time. One cut a burst: what had been sent before the last cut does not cut again. */
  overloaded(sentAt: number, now: number): void {
    const held = Math.min(this.#limit, this.#inFlight)
    this.#land()
    if (sentAt < this.#cutAt) return
    this.#cutAt = now
    this.#byGauges.hold(now + overloadPauseMs)
    this.#byReplies.hold(now, now + overloadPauseMs)
    this.#follow(held * overloadFactor)
  }

  /** What the server says of itself. */
  gauges(now: number, gauges: Gauges): void {
    this.#gaugedAt = now
    this.#follow(this.#byGauges.judge(now, gauges, this.#flight()))
    this.#full = this.#inFlight >= this.limit
  }

  /** The server was gone and is back, empty, and perhaps another one. */
  restart(): void {
    this.#byGauges = new GaugeJudge()
    this.#byReplies = new ReplyJudge(this.#max)
    this.#gaugedAt = -Infinity
    this.#follow(this.#start)
  }

  #flight(): Flight {
    return { limit: this.#limit, inFlight: this.#inFlight, full: this.#full }
  }

  #land(): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1)
  }

  #follow(limit: number | null): void {
    if (limit === null || Number.isNaN(limit)) return
    this.#limit = this.#bounded(limit)
    this.#full = this.#inFlight >= this.limit
  }

  #bounded(limit: number): number {
    return Math.min(this.#max, Math.max(1, limit))
  }
}
