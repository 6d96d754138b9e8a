import t from 'tap'
import { closedLoop, newEngine } from '../../bench/closed-loop.js'
import { Autopilot } from '../../dist/endpoint/autopilot.js'

type Settings = Parameters<typeof newEngine>[0]

const fixed = (limit: number): { limit: number } => ({ limit })

/** Tokens/s of the best of a few fixed limits about where the best must be. */
function best(settings: Settings, limits: readonly number[]): number {
  return Math.max(...limits.map((limit) =>
    closedLoop({ servers: [{ engine: newEngine(settings), pilot: fixed(limit) }], seconds: 150, gauges: false })[0]!.rate()))
}

const shapes: readonly [name: string, settings: Settings, limits: readonly number[]][] = [
  ['max_num_seqs 16', { maxNumSeqs: 16, baseMs: 20 }, [16, 17, 18]],
  ['max_num_seqs 256', {}, [256, 270]],
  ['KV-bound', { kvTokens: 75_000 }, [80, 96, 112, 128]],
]

for (const gauges of [true, false]) {
  t.test(gauges ? 'by gauges' : 'by replies', async (t) => {
    for (const [name, settings, limits] of shapes) {
      const servers = [{ engine: newEngine(settings), pilot: new Autopilot({ max: 2048 }) }]
      const [server] = closedLoop({ servers, seconds: 180, gauges, seed: 7 })
      const ratio = server!.rate() / best(settings, limits)
      t.ok(ratio >= 0.97, `${name}: ${ratio.toFixed(3)} of the best fixed limit`)
      t.ok(server!.queueShare() <= 0.1, `${name}: queue of ${(100 * server!.queueShare()).toFixed(1)} %`)
    }
  })

  t.test(`two unequal servers get what they deliver, ${gauges ? 'by gauges' : 'by replies'}`, async (t) => {
    const settings: Settings[] = [{ maxNumSeqs: 32, baseMs: 20 }, {}]
    const servers = settings.map((each) => ({ engine: newEngine(each), pilot: new Autopilot({ max: 2048 }) }))
    for (const [i, server] of closedLoop({ servers, seconds: 180, gauges, seed: 3 }).entries()) {
      t.ok(server.rate() / best(settings[i], [32, 34, 256, 270]) >= 0.97)
      t.ok(server.queueShare() <= 0.1)
    }
  })

  t.test(`follows max_num_seqs down and up, ${gauges ? 'by gauges' : 'by replies'}`, async (t) => {
    const engine = newEngine()
    const pilot = new Autopilot({ max: 2048 })
    const seen: number[] = []
    const look = (at: number): { at: number, change: () => void } => ({ at, change: () => void seen.push(pilot.limit) })
    const become = (at: number, maxNumSeqs: number): { at: number, change: () => void } => ({ at, change: () => engine.configure({ maxNumSeqs }) })
    const events = [look(90), become(90, 64), look(190), become(190, 200), look(330)]
    closedLoop({ servers: [{ engine, pilot }], seconds: 331, gauges, events })
    for (const [i, size] of [256, 64, 200].entries()) {
      t.ok(seen[i]! >= 0.85 * size && seen[i]! <= 1.15 * size, `${seen[i]} for ${size}`)
    }
  })
}

t.test('replies of one length tell by throughput alone', async (t) => {
  const pilot = new Autopilot({ max: 2048 })
  const [server] = closedLoop({ servers: [{ engine: newEngine({ maxNumSeqs: 64 }), pilot }], seconds: 300, gauges: false, variation: 0, measureFrom: 120 })
  const ratio = server!.rate() / closedLoop({ servers: [{ engine: newEngine({ maxNumSeqs: 64 }), pilot: fixed(66) }], seconds: 180, variation: 0 })[0]!.rate()
  t.ok(ratio >= 0.9, `${ratio.toFixed(3)}`)
  t.ok(pilot.limit <= 160, `${pilot.limit}`)
})

t.test('a server that is slow to begin with is no small server', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const pilot = new Autopilot({ max: 2048, start: 16 })
    const engine = newEngine()
    engine.pause()
    closedLoop({ servers: [{ engine, pilot }], seconds: 60, gauges: false, seed, measureFrom: 0, events: [{ at: 15, change: () => engine.resume() }] })
    t.ok(pilot.limit >= 200, `${pilot.limit}`)
  }
})
