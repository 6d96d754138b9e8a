/**
 * The autopilot against the best fixed concurrency of a sweep, for several shapes of server, with gauges and without:
 * throughput as a ratio, and what waits as a share of what runs. In simulated time, against the engine of the simulated
 * endpoint (bench/simulated): no sockets, no clock, the same figures on every machine.
 *
 *   node bench/autopilot.js [--seconds N] [--seeds N] [--json]
 *
 * Both are means over the time after the first 60 simulated seconds from cold, running and waiting sampled ten times a
 * simulated second. Exit code 1 where a ratio is under 0.97 or a queue over 10 %.
 */
import { parseArgs } from 'node:util'
import { Autopilot } from '../dist/endpoint/autopilot.js'
import { closedLoop, newEngine } from './closed-loop.js'
import { aligned, number } from './table.js'

const leastRatio = 0.97
const mostQueue = 0.1

/** Settings of the servers; several stand side by side. */
const shapes = {
  'max_num_seqs 16': [{ maxNumSeqs: 16, baseMs: 20 }],
  'max_num_seqs 64': [{ maxNumSeqs: 64 }],
  'max_num_seqs 256': [{}],
  'max_num_seqs 512': [{ maxNumSeqs: 512 }],
  'KV-bound, about 90': [{ kvTokens: 75_000 }],
  'KV-bound, about 240': [{ kvTokens: 200_000, maxNumSeqs: 1024 }],
  'two unequal, 32 + 256': [{ maxNumSeqs: 32, baseMs: 20 }, {}],
}

const sweep = [8, 16, 17, 20, 24, 32, 34, 48, 64, 68, 80, 96, 112, 128, 160, 192, 240, 256, 270, 288, 300, 320, 384, 512, 540, 640, 800]

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '240' },
    seeds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)

const rows = Object.entries(shapes).flatMap(([shape, settings]) => {
  const best = bestFixed(settings)
  return [true, false].map((gauges) => {
    const runs = Array.from({ length: Number(values.seeds) }, (_, i) => flown(settings, gauges, i + 1))
    const ratio = Math.min(...runs.map(({ rate }) => rate)) / best.rate
    const queue = Math.max(...runs.map((run) => run.queue))
    return { shape, gauges, best_fixed: best.limit, best_tokens_per_s: best.rate, least_ratio: ratio, most_queue_share: queue }
  })
})
process.exitCode = rows.every((row) => row.least_ratio >= leastRatio && row.most_queue_share <= mostQueue) ? 0 : 1
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
else {
  const percent = (share) => `${(100 * share).toFixed(1)} %`
  const table = rows.map((row) => [row.shape, String(row.best_fixed), number(row.best_tokens_per_s), row.least_ratio.toFixed(3), percent(row.most_queue_share), row.gauges ? 'gauges' : 'replies'])
  process.stdout.write(`${aligned([['server', 'best fixed', 'tokens/s', 'ratio', 'queue', 'judged by'], ...table])}\n\nleast ratio and largest queue of ${values.seeds} seeds, ${seconds} simulated seconds each\n`)
}

/** Of the whole: a fixed number is split evenly between the servers, as whoever sets it would. */
function bestFixed(settings) {
  let best = { limit: 0, rate: 0 }
  for (const limit of sweep) {
    const servers = settings.map((each) => ({ engine: newEngine(each), pilot: { limit: Math.max(1, Math.round(limit / settings.length)) } }))
    const { rate } = measured(closedLoop({ servers, seconds: Math.min(seconds, 180), gauges: false }))
    if (rate > 1.002 * best.rate) best = { limit, rate }
  }
  return best
}

function flown(settings, gauges, seed) {
  const servers = settings.map((each) => ({ engine: newEngine(each), pilot: new Autopilot({ max: 2048 }) }))
  return measured(closedLoop({ servers, seconds, gauges, seed }))
}

function measured(servers) {
  const sum = (of) => servers.reduce((total, server) => total + of(server), 0)
  return { rate: sum((server) => server.rate()), queue: sum((server) => server.queueShare() * server.running()) / sum((server) => server.running()) }
}
