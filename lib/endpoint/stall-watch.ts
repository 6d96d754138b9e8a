import type { Attempt } from './attempt.ts'
import type { Flight } from './deadline.ts'
import { Deadlines } from './deadline.ts'
import { parseGenerated } from './gauges.ts'
import type { Lane } from './lane.ts'

/** Looks that a silent endpoint gets to show that its counters move. */
const looks = 3

/** An endpoint without counters must be silent for so many times as long. */
const blindPatience = 3

/** A server that is up answers this at once. */
const metricsDeadlineMs = 1_000

/** What is in flight in one lane, and how long it may take. */
export class StallWatch {
  readonly #lane: Lane
  readonly #deadlines = new Deadlines()
  readonly #attempts = new Map<Flight, { readonly attempt: Attempt, seen: number }>()
  /** Completion tokens that the server says it has generated, as told last; null where it does not say. */
  #generated: number | null = null
  #still = 0
  #asking = false

  constructor(lane: Lane) {
    this.#lane = lane
  }

  sent(flight: Flight): void {
    this.#deadlines.sent(flight, flight.sentAt)
  }

  /** What can be ended is known a moment later, and anew where an idle socket had been closed. */
  attempts(flight: Flight, attempt: Attempt): void {
    this.#attempts.set(flight, { attempt, seen: 0 })
  }

  replied(flight: Flight, now: number, tokens: number): void {
    this.#attempts.delete(flight)
    this.#deadlines.replied(flight, now, tokens)
    this.#still = 0
  }

  dropped(flight: Flight, now: number): void {
    this.#attempts.delete(flight)
    this.#deadlines.dropped(flight, now)
  }

  /** It was this process that stood still until now. */
  slept(now: number): void {
    this.#deadlines.alive(now)
    this.#still = 0
  }

  /** Once a second: ends what is overdue. @param elsewhere another endpoint could take what this one does not answer */
  look(now: number, elsewhere: boolean, signal: AbortSignal): void {
    for (const [flight, entry] of this.#attempts) {
      if (entry.attempt.received > entry.seen) this.#deadlines.moving(flight)
      entry.seen = entry.attempt.received
    }
    const overdue = this.#deadlines.overdue(now)
    if (overdue.some(({ silent }) => silent)) this.#lane.stalled(now)
    for (const { flight, silent } of overdue) {
      const waited = `no answer within ${seconds(now - flight.sentAt)} s`
      if (silent) this.#end(flight, 'STALLED', `${waited}, nor was any other request answered`)
      else this.#end(flight, 'OVERDUE', `${waited}, much longer than usual there`)
    }
    if (!this.#deadlines.isSilent(now)) this.#still = 0
    else if (!this.#asking) void this.#ask(now, elsewhere, signal)
  }

  /** Nothing comes: is it at work? */
  async #ask(now: number, elsewhere: boolean, signal: AbortSignal): Promise<void> {
    this.#asking = true
    const generated = await this.#counter(signal)
    this.#asking = false
    if (signal.aborted) return
    const before = this.#generated
    this.#generated = generated ?? before
    if (generated !== null && generated !== before) {
      this.#still = 0
      // The first number says nothing: it may have stood there for long.
      if (before !== null) this.#deadlines.alive(now)
      return
    }
    if (++this.#still < looks || !elsewhere) return
    if (this.#generated === null && !this.#deadlines.isSilent(now, blindPatience)) return
    this.#lane.stalled(now)
    for (const flight of this.#attempts.keys()) this.#end(flight, 'STALLED', 'the endpoint has fallen silent, with all that it had been asked')
  }

  async #counter(signal: AbortSignal): Promise<number | null> {
    try {
      const outcome = await this.#lane.client.metrics(signal, metricsDeadlineMs)
      return outcome.kind === 'answer' && outcome.status === 200 ? parseGenerated(outcome.body) : null
    } catch {
      return null
    }
  }

  #end(flight: Flight, code: 'OVERDUE' | 'STALLED', message: string): void {
    this.#attempts.get(flight)?.attempt.end(code, message)
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
