/**
 * What arrays of prompts (`--batch`) save: completions a second and CPU of this process for each, through
 * lib/endpoint/pool, against a server that answers at once; then how full the arrays are, and stay, where answers take
 * their time and prompts of several samplings are mixed.
 *
 *   node bench/prompt-arrays.js [--prompts N] [--chars N] [--answer-chars N] [--concurrency N] [--batches 1,8,32] [--runs N] [--json]
 *
 * The servers are bench/canned-server.js and bench/simulated; the batch sizes take turns.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openPool } from '../dist/endpoint/pool.js'
import { encodeRequest } from '../dist/endpoint/protocol.js'
import { startCannedServer } from './children.js'
import { englishText } from './english.js'
import { startSimulated } from './simulated/start.js'
import { aligned, median, number } from './table.js'

const { values } = parseArgs({
  options: {
    prompts: { type: 'string', default: '30000' },
    chars: { type: 'string', default: '2000' },
    'answer-chars': { type: 'string', default: '200' },
    concurrency: { type: 'string', default: '256' },
    batches: { type: 'string', default: '1,8,32' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
const [prompts, chars, concurrency, runs] = [values.prompts, values.chars, values.concurrency, values.runs].map(Number)
const batches = values.batches.split(',').map(Number)
const texts = Array.from({ length: 256 }, (_, i) => englishText(i, chars))
const never = new AbortController().signal

const poolOf = (url, options) => openPool({
  endpoints: [{ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 600_000 }], maxAttempts: 6,
  random: Math.random, now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }), ...options,
})

/** Twice as many requests ready as may be in flight, as the main job keeps them. */
async function ask(pool, model, count, ready, samplings) {
  let next = 0
  const loop = async () => {
    while (next < count) {
      const i = next++
      const prompt = { shape: 'completion', prompt: `${i} ${texts[i % texts.length]}` }
      await pool.generate(encodeRequest(prompt, { model, sampling: samplings[i % samplings.length], sample: 0, extraBody: {} }), never)
    }
  }
  await Promise.all(Array.from({ length: ready }, loop))
}

async function rate(server, batch) {
  const pool = poolOf(server.origin, { maxConcurrency: concurrency, batch })
  const before = await server.stats()
  const cpu = process.cpuUsage()
  const start = performance.now()
  await ask(pool, 'canned', prompts, 2 * concurrency, [{ max_tokens: 64, temperature: 0 }])
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const after = await server.stats()
  await pool.close()
  return { per_s: prompts / seconds, cpu_us: (user + system) / prompts, prompts_a_call: prompts / (after.calls - before.calls) }
}

/** Mean prompts a call, in the first and in the last quarter of a run whose limit the autopilot finds. */
async function fullness(batch, samplings) {
  const server = await startSimulated(['--speed', 50, '--output-mean', 40, '--max-num-seqs', concurrency])
  const sizes = []
  const pool = poolOf(server.url, {
    maxConcurrency: 2048, autopilot: true, gaugesEveryMs: 20, batch,
    onAttempt: ({ call, place }) => { if (call && place === 0) sizes.push(call.prompts) },
  })
  await ask(pool, 'simulated', 20_000, 4096, samplings)
  await pool.close()
  await server.stop()
  const quarter = Math.ceil(sizes.length / 4)
  const mean = (some) => some.reduce((sum, size) => sum + size, 0) / some.length
  return { first: mean(sizes.slice(0, quarter)), last: mean(sizes.slice(-quarter)) }
}

const server = await startCannedServer(['--chars', values['answer-chars']])
const results = new Map(batches.map((batch) => [batch, []]))
try {
  for (const batch of batches) await rate(server, batch)
  for (let i = 0; i < runs; i++) for (const batch of batches) results.get(batch).push(await rate(server, batch))
} finally {
  await server.stop()
}
const rows = []
for (const batch of batches) {
  const of = (name) => median(results.get(batch).map((run) => run[name]))
  const row = { batch, per_s: of('per_s'), cpu_us: of('cpu_us'), prompts_a_call: of('prompts_a_call') }
  const base = rows[0] ?? row
  const alike = batch > 1 ? await fullness(batch, [{ max_tokens: 64 }]) : null
  const mixed = batch > 1 ? await fullness(batch, [{ max_tokens: 64 }, { max_tokens: 64, top_p: 0.9 }, { max_tokens: 64, top_p: 0.8 }]) : null
  rows.push({ ...row, times: row.per_s / base.per_s, cpu_share: row.cpu_us / base.cpu_us, alike, mixed })
}
const shown = (full) => (full === null ? ['', ''] : [full.first.toFixed(1), full.last.toFixed(1)])
const lines = [
  ['batch', 'completions/s', 'times', 'CPU us each', 'share', 'prompts a call', 'slow server: first', 'last', 'mixed: first', 'last'],
  ...rows.map((row) => [String(row.batch), number(row.per_s), row.times.toFixed(2), number(row.cpu_us), row.cpu_share.toFixed(2),
    row.prompts_a_call.toFixed(1), ...shown(row.alike), ...shown(row.mixed)]),
]
process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : `${aligned(lines)}\n`)
