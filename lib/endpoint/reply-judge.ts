import type { Flight } from './autopilot.ts'
import { HillClimb } from './hill-climb.ts'
import type { Fit, Timing } from './reply-window.ts'
import { ReplyWindow } from './reply-window.ts'

/** Share of what is in flight that may wait. At least half a request. */
const margin = 0.03

/** Each step until the first queue: what is asked too much has to be worked off before anything is known again. */
const startingStep = 0.8

/** Steps up from a limit that was full before; doubled while no queue forms. */
const firstStep = 0.03
const maxStep = 0.5
/** From here on the batch has grown so much that its tokens take longer. */
const bigStep = 0.1

/** Share of a latency that may be prefill: the first replies of a server that has to warm up start late, and are no measure. */
const mostPrefill = 0.05

/** Replies that a verdict needs: so many, and so large a share of the limit. */
const leastReplies = 12
const leastShare = 1 / 8

/** A start that is known no better than this share of a latency is not known. */
const worstError = 0.15

/** Says what the limit should be from the replies of a server that tells nothing of its queue. */
export class ReplyJudge {
  readonly #replies: ReplyWindow
  readonly #climb = new HillClimb()
  #starting = true
  #step = firstStep
  /** Replies to what was sent before this do not tell about the limit as it is now, */
  #since = -Infinity
  /** and those before this not about the batch. */
  #batchSince = -Infinity
  #undecided = 0
  #holdUntil = -Infinity
  /** Start of a request that found no queue, as a number of tokens. */
  #startTokens = Infinity
  /** Of the batch when no queue was seen last. */
  #tokenMs = 0

  /** @param size replies kept */
  constructor(size: number) {
    this.#replies = new ReplyWindow(Math.max(256, size))
  }

  add(timing: Timing): void {
    this.#replies.add(timing)
    this.#undecided++
  }

  /** The limit has been changed by others. */
  renew(now: number): void {
    this.#since = this.#batchSince = now
    this.#undecided = 0
    this.#starting = false
  }

  /** Forget how fast it went, and let the limit not grow until then. */
  hold(now: number, until: number): void {
    this.renew(now)
    this.#step = firstStep
    this.#holdUntil = until
  }

  /** @returns the limit from now on, null where it stays */
  judge(now: number, flight: Flight): number | null {
    if (this.#undecided < Math.max(4, flight.limit / 16)) return null
    this.#undecided = 0
    const limit = Math.floor(flight.limit)
    const fit = this.#replies.fit(this.#batchSince, this.#since, Math.max(32, limit))
    if (!fit || !(fit.meanMs > 0)) return null
    if (isUnclear(fit, limit)) return this.#climbOn(now, fit, flight)
    if (fit.count < Math.max(leastReplies, limit * leastShare)) return null
    return this.#judgeFit(now, fit, flight)
  }

  #judgeFit(now: number, fit: Fit, { limit, full, ...flight }: Flight): number | null {
    const inFlight = full ? Math.max(flight.inFlight, limit) : flight.inFlight
    const tokenMs = fit.tokenMs!
    // After a big step the first replies are short ones that hardly waited; but a larger batch is never the quicker.
    const hasty = this.#since === this.#batchSince ? Math.max(0, this.#tokenMs - tokenMs) : 0
    const startMs = fit.startMs - hasty * fit.meanTokens
    if (this.#starting) this.#startTokens = Math.max(0, Math.min(this.#startTokens, startMs / tokenMs))
    const prefillMs = this.#startTokens === Infinity ? 0 : Math.min(this.#startTokens * tokenMs, mostPrefill * fit.meanMs)
    // Little's law, twice: what passes in a millisecond, and how much of it is waiting.
    const perMs = inFlight / fit.meanMs
    const waiting = perMs * (startMs - prefillMs)
    const error = perMs * fit.errorMs
    const allowed = Math.max(0.5, margin * inFlight)
    // In the first round of a large step be slow to believe in a queue: it takes a while to look like what it is.
    const early = this.#starting && fit.count < Math.floor(limit)
    // The very first replies may be late because everything is cold: let a second round speak before anything is taken back.
    const cold = this.#since === -Infinity && fit.count < 2 * Math.floor(limit)
    if (!cold && waiting - 2 * error > (early ? 4 : 2) * allowed) {
      if (this.#starting) this.#batchSince = now
      this.#starting = false
      this.#step = firstStep
      this.#since = now
      return inFlight - (waiting - error) + allowed
    }
    if (!full || now < this.#holdUntil || waiting + error > (this.#starting ? 3 : 1) * allowed) return null
    const step = this.#starting ? startingStep : this.#step
    this.#step = Math.min(maxStep, this.#step * 2)
    this.#tokenMs = tokenMs
    this.#since = now
    if (step > bigStep) this.#batchSince = now
    return limit + Math.max(1, limit * step)
  }

  /** By throughput: one full round at each level. */
  #climbOn(now: number, { count, meanMs }: Fit, { limit, full }: Flight): number | null {
    const level = Math.floor(limit)
    if (!full || count < level || now < this.#holdUntil) return null
    this.#since = this.#batchSince = now
    return this.#climb.next(level, level / meanMs)
  }
}

/** Lengths that vary too little, or latencies that have little to do with them. */
function isUnclear({ tokenMs, startMs, meanMs, count, errorMs }: Fit, limit: number): boolean {
  if (tokenMs === null || startMs < -worstError * meanMs) return true
  return count >= limit && errorMs > worstError * meanMs
}
