import { newEngine } from '../../bench/closed-loop.js'
import { Autopilot } from '../../dist/endpoint/autopilot.js'
import type { Flight } from '../../dist/endpoint/deadline.js'
import { Deadlines } from '../../dist/endpoint/deadline.js'

export type Settings = Parameters<typeof newEngine>[0]
type Engine = ReturnType<typeof newEngine>

export interface Watched {
  /** Milliseconds from sending to being given up, of each request that the server had forgotten. */
  readonly lost: number[]
  /** Requests that were given up though the server was at work on them, or would have been. */
  readonly falseAlarms: number
  /** Seconds at which the server as a whole was taken for silent. */
  readonly silences: number[]
  readonly latencies: number[]
}

export interface Loop {
  readonly settings: Settings
  readonly seconds: number
  readonly seed?: number
  /** Requests in flight; else what the autopilot allows. */
  readonly limit?: number
  /** Share of requests that are never answered. */
  readonly hangs?: number
  readonly maxTokens?: number
  /** Mean and variation of completion lengths. */
  readonly meanTokens?: number
  readonly variation?: number
  readonly promptTokens?: number
  /** Nothing new is sent from this second on. */
  readonly drainFrom?: number
  readonly events?: readonly { at: number, change: (engine: Engine) => void }[]
}

/** Deadlines against the engine of the simulated endpoint, in simulated time alone. */
export function watched(options: Loop): Watched {
  const { settings, seconds, seed = 1, limit, hangs = 0, maxTokens = 1600, meanTokens = 360, variation = 0.6, promptTokens = 600 } = options
  const engine = newEngine(settings)
  const pilot = limit === undefined ? new Autopilot({ max: 2048 }) : { limit, sent() {}, completed() {}, failed() {} }
  const deadlines = new Deadlines()
  const random = newRandom(seed)
  const script = [...(options.events ?? [])]
  const result = { lost: [] as number[], falseAlarms: 0, silences: [] as number[], latencies: [] as number[] }
  const flying = new Map<Flight, { hung: boolean, drop: () => void }>()
  let now = 0

  function send(): void {
    const flight: Flight = { sentAt: now, maxTokens, patience: 1 }
    const hung = random() < hangs
    const outputTokens = Math.min(maxTokens, draw(random, meanTokens, variation))
    const work = { promptTokens: draw(random, promptTokens, 0.5), outputTokens, hashes: [], onDone: () => {
      const at = engine.now * 1000
      flying.delete(flight)
      result.latencies.push(at - flight.sentAt)
      deadlines.replied(flight, at, outputTokens)
      pilot.completed(flight.sentAt, at, outputTokens)
    } }
    deadlines.sent(flight, now)
    pilot.sent()
    const sequence = hung ? null : engine.add(work)
    flying.set(flight, { hung, drop: () => sequence && engine.abort(sequence) })
  }

  for (; now < seconds * 1000; now += 5) {
    while (script[0] && script[0].at * 1000 <= now) script.shift()?.change(engine)
    if (now % 1000 === 0) {
      for (const { flight } of deadlines.overdue(now)) {
        const { hung, drop } = flying.get(flight)!
        flying.delete(flight)
        drop()
        deadlines.dropped(flight, now)
        pilot.failed()
        if (hung) result.lost.push(now - flight.sentAt)
        else result.falseAlarms++
      }
      if (deadlines.isSilent(now)) result.silences.push(now / 1000)
    }
    if (now < (options.drainFrom ?? Infinity) * 1000) while (flying.size < pilot.limit) send()
    engine.advance((now + 5) / 1000)
  }
  return result
}

/** Lognormal, whole, 1 to 8 times the mean. */
function draw(random: () => number, mean: number, variation: number): number {
  const variance = Math.log(1 + variation * variation)
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(1, Math.min(8 * mean, Math.round(mean * Math.exp(normal * Math.sqrt(variance) - variance / 2))))
}

/** Mulberry32. */
function newRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? NaN
}
