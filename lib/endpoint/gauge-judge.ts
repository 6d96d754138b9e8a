import type { Flight } from './autopilot.ts'
import type { Gauges } from './gauges.ts'

/** A queue is one that stands through so many scrapes; prefills of a burst are done by then. */
const standing = 3

/** Share of what runs that may wait: so that a place that falls free is taken at once. At least one request. */
const margin = 0.03

/** Steps up from a limit that was full before; doubled while no queue forms. */
const firstStep = 0.03
const maxStep = 0.5

/** More requests thrown out of the batch in a second than this share of it: the cache is too full for so many. */
const thrash = 0.01
const thrashFactor = 0.95
const thrashPauseMs = 5_000

interface Scrape {
  readonly running: number
  readonly waiting: number
  /** In flight, less its share of the queue: running, or on the way there or back. */
  readonly busy: number
}

/** Says what the limit should be from what a server says of its batch and its queue, about once a second. */
export class GaugeJudge {
  readonly #scrapes: Scrape[] = []
  /** Doubling until the first queue. */
  #starting = true
  #step = firstStep
  #preemptions: number | null = null
  #holdUntil = -Infinity

  /** Forget how fast it went, and let the limit not grow until then. */
  hold(until: number): void {
    this.#starting = false
    this.#step = firstStep
    this.#holdUntil = Math.max(this.#holdUntil, until)
  }

  /** @returns the limit from now on, null where it stays */
  judge(now: number, gauges: Gauges, flight: Flight): number | null {
    const before = this.#scrapes.at(-1)
    const last = this.#note(gauges, flight)
    const allowed = Math.max(1, margin * last.running)
    if (this.#thrown(gauges) > Math.max(1, thrash * last.running)) {
      if (now < this.#holdUntil) return null
      this.hold(now + thrashPauseMs)
      return Math.min(flight.limit, thrashFactor * last.busy + 1)
    }
    if (this.#hasRoom(allowed)) return now >= this.#holdUntil && flight.full ? this.#grow(last, before, flight) : null
    this.#step = firstStep
    // A queue beside a batch that still fills is prefill at work.
    if (!before || this.#scrapes.length < standing || last.running > 1.02 * before.running + 1) return null
    const busy = mean(this.#scrapes.map((scrape) => scrape.busy))
    if (this.#starting && flight.inFlight - busy <= allowed) return null
    this.#starting = false
    return Math.min(flight.limit, busy) + allowed
  }

  #note({ running, waiting }: Gauges, { inFlight }: Flight): Scrape {
    const all = running + waiting
    // Others may be using the server too.
    const own = all > inFlight ? inFlight / all : 1
    const scrape = { running, waiting, busy: inFlight - own * waiting }
    this.#scrapes.push(scrape)
    if (this.#scrapes.length > standing) this.#scrapes.shift()
    return scrape
  }

  /** Requests thrown out of the batch since the last scrape. A counter that starts again starts at nothing. */
  #thrown({ preemptions }: Gauges): number {
    const before = this.#preemptions
    this.#preemptions = preemptions
    return preemptions === null || before === null ? 0 : preemptions - before
  }

  /** Nothing waits, or what waits is gone now and then: it came in the middle of a step. */
  #hasRoom(allowed: number): boolean {
    const waits = this.#scrapes.map(({ waiting }) => waiting)
    const last = waits.at(-1)!
    if (last <= allowed / 2) return true
    const some = 1.3 * allowed
    return waits.length === standing && Math.min(...waits) <= allowed / 2 && last <= some && mean(waits) <= some
  }

  #grow(last: Scrape, before: Scrape | undefined, { limit, inFlight }: Flight): number | null {
    // What was sent and does not show yet is credit: it may fill the server without anything more.
    const shown = last.running + last.waiting
    if (before && shown < 0.7 * inFlight && shown > 1.05 * (before.running + before.waiting)) return null
    const step = this.#starting ? 1 : this.#step
    this.#step = Math.min(maxStep, this.#step * 2)
    return limit + Math.max(1, limit * step)
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
