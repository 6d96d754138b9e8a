import { Engine } from './simulated/engine.js'

/**
 * @typedef {{ limit: number, sent?(): void, completed?(sentAt: number, now: number, tokens: number): void,
 *   gauges?(now: number, gauges: { running: number, waiting: number, cacheUse: number, preemptions: number }): void }} Pilot
 *   told in simulated milliseconds; a fixed limit is one that listens to nothing
 * @typedef {{ engine: Engine, pilot: Pilot, rate(): number, running(): number, queueShare(): number }} Server
 *   means over the time since `measureFrom`: tokens/s, running, and waiting as a share of running
 */

/** About what a 1.7B model does on one H100. */
const usual = {
  maxNumSeqs: 256, maxNumBatchedTokens: 8192, kvTokens: 1_000_000, prefixCache: false,
  baseMs: 12, perSeqMs: 0.03, perKvTokenMs: 0.00002, prefillTokensPerS: 60_000,
}

/** @param {Partial<import('./simulated/engine.js').EngineSettings>} [settings] */
export function newEngine(settings = {}) {
  return new Engine({ ...usual, ...settings })
}

/**
 * Clients with endless work against engines, in simulated time alone: no sockets, no clock. A request goes where the
 * free share is greatest, as in lib/endpoint/lanes.ts. Answers and scrapes take half a round trip.
 *
 * @param {object} options
 * @param {readonly { engine: Engine, pilot: Pilot }[]} options.servers
 * @param {number} options.seconds
 * @param {boolean} [options.gauges] scraped once a second
 * @param {number} [options.seed] of prompt and output lengths (lognormal; means 600 and 360, variation 0.5 and 0.6)
 * @param {number} [options.variation] of output lengths
 * @param {number} [options.measureFrom] simulated second
 * @param {readonly { at: number, change: () => void }[]} [options.events] in order
 * @returns {Server[]}
 */
export function closedLoop({ servers, seconds, gauges = true, seed = 1, variation = 0.6, measureFrom = 60, events = [] }) {
  const random = newRandom(seed)
  const stepMs = 5
  const halfTripMs = 5
  const lanes = servers.map((server) => ({ ...server, inFlight: 0, tokens: 0, ticks: 0, running: 0, waiting: 0 }))
  /** @type {{ at: number, deliver: () => void }[]} */
  const wire = []
  const script = [...events]
  for (let now = 0; now < seconds * 1000; now += stepMs) {
    while (script[0] && script[0].at * 1000 <= now) script.shift()?.change()
    while (wire[0] && wire[0].at <= now) wire.shift()?.deliver()
    for (const lane of lanes) {
      const { engine, pilot } = lane
      if (gauges && now % 1000 === 500) {
        pilot.gauges?.(now, { running: engine.running, waiting: engine.waiting, cacheUse: engine.kvUsage, preemptions: engine.counters.preemptions })
      }
      if (now < measureFrom * 1000 || now % 100 !== 0) continue
      if (lane.ticks === 0) lane.tokens = engine.counters.generatedTokens
      lane.ticks++
      lane.running += engine.running
      lane.waiting += engine.waiting
    }
    for (let lane = emptiest(lanes); lane; lane = emptiest(lanes)) send(lane, now)
    for (const { engine } of lanes) engine.advance((now + stepMs) / 1000)
  }

  /** @param {(typeof lanes)[number]} lane @param {number} sentAt */
  function send(lane, sentAt) {
    const { engine, pilot } = lane
    lane.inFlight++
    pilot.sent?.()
    const promptTokens = draw(random, 600, 0.5)
    const outputTokens = draw(random, 360, variation)
    const work = {
      promptTokens, outputTokens, hashes: [],
      onDone: () => {
        const at = engine.now * 1000 + halfTripMs
        wire.push({ at, deliver: () => {
          lane.inFlight--
          pilot.completed?.(sentAt, at, outputTokens)
        } })
      },
    }
    wire.push({ at: sentAt + halfTripMs, deliver: () => void engine.add(work) })
  }

  return lanes.map((lane) => ({
    engine: lane.engine,
    pilot: lane.pilot,
    rate: () => (lane.engine.counters.generatedTokens - lane.tokens) / (seconds - measureFrom),
    running: () => lane.running / lane.ticks,
    queueShare: () => lane.waiting / lane.running,
  }))
}

/**
 * The lane with room that has the greatest free share.
 * @template {{ inFlight: number, pilot: Pilot }} Lane
 * @param {readonly Lane[]} lanes
 */
function emptiest(lanes) {
  /** @type {Lane | null} */
  let best = null
  for (const lane of lanes) {
    if (lane.inFlight >= lane.pilot.limit) continue
    if (!best || lane.inFlight / lane.pilot.limit < best.inFlight / best.pilot.limit) best = lane
  }
  return best
}

/** Lognormal, whole, 1 to 8 times the mean. @param {() => number} random @param {number} mean @param {number} variation */
function draw(random, mean, variation) {
  const variance = Math.log(1 + variation * variation)
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(1, Math.min(8 * mean, Math.round(mean * Math.exp(normal * Math.sqrt(variance) - variance / 2))))
}

/** Mulberry32. @param {number} seed */
function newRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
