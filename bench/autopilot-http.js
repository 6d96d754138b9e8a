/**
 * The autopilot through everything: pool, undici, sockets, two simulated endpoints of different size (64 and 24
 * sequences), faster than life. The first dies at second 80 and is back, empty, at 120.
 *
 *   node bench/autopilot-http.js [--speed N] [--metrics vllm|sglang|none] [--seconds N]
 *
 * Prints limit, running and waiting of both every 10 simulated seconds, and the mean queue from second 60 to 80.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openPool } from '../dist/endpoint/pool.js'
import { encodeRequest } from '../dist/endpoint/protocol.js'
import { startSimulated } from './simulated/start.js'
import { aligned } from './table.js'

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '10' },
    metrics: { type: 'string', default: 'vllm' },
    seconds: { type: 'string', default: '200' },
  },
})
const speed = Number(values.speed)
const start = performance.now()
const now = () => (performance.now() - start) * speed
const servers = await Promise.all([64, 24].map((size) =>
  startSimulated(['--speed', speed, '--metrics', values.metrics, '--max-num-seqs', size, '--no-prefix-cache'])))
const pool = openPool({
  endpoints: servers.map(({ url }) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 600_000 / speed })),
  maxConcurrency: 4096, autopilot: true, gaugesEveryMs: 1000 / speed, maxAttempts: 6, random: Math.random, now,
  sleep: (ms, signal) => sleep(ms / speed, undefined, { signal }),
})
const stop = new AbortController()
let made = 0
let failed = 0

async function work() {
  while (!stop.signal.aborted) {
    const messages = [{ role: 'user', content: `${made++} ${'word '.repeat(500)}` }]
    const request = encodeRequest({ shape: 'chat', messages }, { model: 'simulated', sampling: {}, sample: 0, extraBody: {} })
    await pool.generate(request, stop.signal).catch(() => { if (!stop.signal.aborted) failed++ })
  }
}

const rows = [['second', 'limit', 'running', 'waiting', 'limit', 'running', 'waiting', '']]
const steady = { running: 0, waiting: 0 }
let restart = null
for (let i = 0; i < 400; i++) void work()
for (let second = 1; second <= Number(values.seconds); second++) {
  await sleep(Math.max(0, (second * 1000 - now()) / speed))
  if (second === 80) restart = servers[0].restart({ downSeconds: 30, loadingSeconds: 10 })
  const stats = await Promise.all(servers.map((server) => server.stats()))
  if (second >= 60 && second < 80) {
    for (const { running, waiting } of stats) {
      steady.running += running
      steady.waiting += waiting
    }
  }
  if (second % 10 !== 0) continue
  const cells = pool.stats.endpoints.flatMap(({ limit, up }, i) => [up ? String(limit) : 'down', String(stats[i].running), String(stats[i].waiting)])
  rows.push([String(second), ...cells, ''])
}
await restart
stop.abort()
const { sent, completed, retries } = pool.stats
await pool.close()
for (const server of servers) await server.stop()
const queue = (100 * steady.waiting) / steady.running
process.stdout.write(`${aligned(rows)}\n\nqueue, seconds 60 to 80: ${queue.toFixed(1)} % of what runs; ${sent} sent, ${completed} completed, ${retries} retries, ${failed} failed; speed ${speed}\n`)
