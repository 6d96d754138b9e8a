/**
 * What a request costs in our client beside a bare undici loop on the same server: requests a second, CPU, memory in
 * flight, memory over time.
 *
 *   node bench/client.js [--requests N] [--runs N] [--concurrency N] [--in-flight N] [--long N] [--json]
 *
 * The clients take turns, each run in a process of its own (client-loop.js says what they are), so that a machine that
 * gets busier touches all of them. Exit code 1 when a bar is missed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runNode, startCannedServer } from './children.js'
import { aligned, median, number } from './table.js'

/** Requests/s over those of the bare loop; CPU of our process; memory that a request holds until it is answered; growth from a tenth of the long run to its end. */
const bars = { ratio: 0.7, cpu_us: 250, held_kb: 20, growth: 1.15 }

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '40000' },
    runs: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '256' },
    'in-flight': { type: 'string', default: '4096' },
    long: { type: 'string', default: '200000' },
    json: { type: 'boolean', default: false },
  },
})
const kinds = ['bare', 'bare-full', 'ready', 'pool', 'kept']
/** The bars hold for all that goes through our pool. */
const ours = ['ready', 'pool', 'kept']
const say = (line) => process.stderr.write(`${line}\n`)
const busyBefore = loadavg()[0]
const folder = await mkdtemp(join(tmpdir(), 'seedstream-bench-'))

async function loop(server, nodeArgs, kind, ...args) {
  const state = join(folder, 'state')
  const script = fileURLToPath(new URL('client-loop.js', import.meta.url))
  const { stdout } = await runNode([...nodeArgs, script, kind, String(server.port), ...args.map(String), ...(kind === 'kept' ? [state] : [])])
  await rm(state, { recursive: true, force: true })
  return JSON.parse(stdout)
}

async function held(kind) {
  const server = await startCannedServer(['--max-concurrency', '0', '--texts', '1'])
  try {
    const few = Number(values.concurrency)
    const { held: [less, more] } = await loop(server, ['--expose-gc'], kind, 'held', few, values['in-flight'])
    const kb = (name) => (less[name] === null ? null : (more[name] - less[name]) / (more.in_flight - less.in_flight) / 1000)
    return { anon_kb: kb('anon'), heap_kb: kb('heap') }
  } finally {
    await server.stop()
  }
}

async function measure() {
  const server = await startCannedServer()
  try {
    const rounds = []
    for (let i = 1; i <= Number(values.runs); i++) {
      const round = {}
      for (const kind of kinds) round[kind] = await loop(server, [], kind, values.requests, values.concurrency)
      rounds.push(round)
      say(`run ${i}: ${kinds.map((kind) => `${kind} ${number(round[kind].per_s)}/s`).join(', ')}`)
    }
    const memory = { bare: await held('bare'), pool: await held('pool') }
    say(`${values.long} requests, replies kept`)
    return { rounds, memory, long: await loop(server, [], 'kept', values.long, values.concurrency) }
  } finally {
    await server.stop()
  }
}

const { rounds, memory, long } = await measure().finally(() => rm(folder, { recursive: true, force: true }))
const clients = kinds.map((kind) => {
  const of = (read) => rounds.map((round) => read(round[kind], round))
  const ratios = of(({ per_s }, { bare }) => per_s / bare.per_s)
  return {
    kind, per_s: median(of(({ per_s }) => per_s)), ratio: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios),
    to_full: median(of(({ per_s }, round) => per_s / round['bare-full'].per_s)), cpu_us: median(of(({ cpu_us }) => cpu_us)),
  }
})
const growth = long.anon.end === null ? null : long.anon.end / long.anon.tenth
const missed = []
const judge = (what, value, met) => {
  if (value !== null && !met) missed.push(`${what}: ${number(value)}`)
}
for (const { kind, ratio, cpu_us } of clients.filter(({ kind }) => ours.includes(kind))) {
  judge(`${kind}, requests/s over the bare loop's, at least ${bars.ratio}`, ratio, ratio >= bars.ratio)
  judge(`${kind}, CPU us a request, below ${bars.cpu_us}`, cpu_us, cpu_us < bars.cpu_us)
}
const heldKb = memory.pool.anon_kb ?? memory.pool.heap_kb
judge(`KB a request in flight, below ${bars.held_kb}`, heldKb, heldKb < bars.held_kb)
judge(`anonymous memory over ${values.long} requests, at most ${bars.growth} of that at a tenth`, growth, growth <= bars.growth)
process.exitCode = missed.length === 0 ? 0 : 1

if (values.json) process.stdout.write(`${JSON.stringify({ bars, clients, memory, long, growth, rounds, missed }, null, 2)}\n`)
else {
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}, load ${busyBefore.toFixed(1)} before`
  const table = [['client', 'requests/s', 'ratio to bare', 'min', 'max', 'ratio to bare-full', 'CPU us', '']]
  for (const { kind, per_s, ratio, least, most, to_full, cpu_us } of clients) {
    table.push([kind, number(per_s), number(ratio), number(least), number(most), number(to_full), number(cpu_us), ''])
  }
  const mb = (bytes) => number(bytes === null ? null : bytes / 1e6)
  const memories = Object.entries(memory).map(([kind, { anon_kb, heap_kb }]) => `${kind} ${number(anon_kb)} (JavaScript heap and buffers ${number(heap_kb)})`)
  process.stdout.write(`${machine}; ${values.requests} requests, concurrency ${values.concurrency}, ${values.runs} runs, medians\n${aligned(table)}
KB a request in flight, ${values.concurrency} to ${values['in-flight']}: ${memories.join(', ')}
anonymous memory over ${values.long} requests: ${mb(long.anon.tenth)} MB at a tenth, ${mb(long.anon.end)} at the end, x ${number(growth)}
${missed.length === 0 ? 'every bar is met' : `MISSED\n  ${missed.join('\n  ')}`}\n`)
}
