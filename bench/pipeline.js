/**
 * The whole main job against a server that answers at once, beside a bare undici loop against the same server: what an
 * output costs us, and how far that is from the least that it could cost.
 *
 *   node bench/pipeline.js [--rows N] [--concurrency N] [--runs N] [--recipe NAME|FILE] [--latency MS] [--json]
 *                          [--keep] [--profile FOLDER] [-- options for the main job]
 *
 * The two alternate, so that a machine that gets slower or busier touches both. Real Parquet input, every stage on.
 * `--keep` leaves input and output of the last run in place; `--profile` writes V8 CPU profiles of the job.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runBareLoop, runMainJob, startCannedServer, writeSeeds } from './children.js'
import { aligned, median, number } from './table.js'

/**
 * DESIGN section 9, on two cores: what the one-thread spike did, what must be, what should be. The spike's 450 MB was
 * its peak RSS; anonymous memory is held to the same bounds.
 */
const budget = {
  outputs_per_s: { floor: 1530, must: 2400, goal: 4800 },
  completion_tokens_per_s: { floor: 640_000, must: 1_000_000, goal: 2_000_000 },
  ratio_to_bare_loop: { floor: 0.14, must: 0.23, goal: 0.45 },
  cpu_us_per_output: { floor: 744, goal: 345, less: true },
  loop_delay_p99_ms: { floor: 340, must: 50, goal: 50, less: true },
  peak_rss_mb: { floor: 450, must: 600, less: true },
  peak_anon_mb: { floor: 450, must: 600, less: true },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '20000' },
    concurrency: { type: 'string', default: '256' },
    runs: { type: 'string', default: '3' },
    recipe: { type: 'string', default: fileURLToPath(new URL('one-prompt.yaml', import.meta.url)) },
    latency: { type: 'string', default: '0' },
    profile: { type: 'string' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const concurrency = Number(values.concurrency)
const say = (line) => process.stderr.write(`${line}\n`)

/** Others on the machine spoil absolute figures and, less so, ratios: say how many there were before we came. */
const busyBefore = loadavg()[0]

const folder = await mkdtemp(join(tmpdir(), 'seedstream-bench-'))
const server = await startCannedServer(['--latency', values.latency])
try {
  say(`writing ${rows} seed documents`)
  await writeSeeds(join(folder, 'seeds'), rows)
  const runs = []
  for (let i = 1; i <= Number(values.runs); i++) {
    const bare = await runBareLoop({ port: server.port, requests: rows, concurrency })
    const job = await runJob()
    runs.push(measures(bare, job))
    say(`run ${i}: bare loop ${Math.round(bare.per_s)}/s, main job ${Math.round(runs.at(-1).outputs_per_s)}/s`)
  }
  report(runs)
} finally {
  await server.stop()
  if (values.keep) say(`kept: ${folder}`)
  else await rm(folder, { recursive: true, force: true })
}

async function runJob() {
  const output = join(folder, 'out')
  await rm(output, { recursive: true, force: true })
  const before = await server.stats()
  const job = await runMainJob(
    [join(folder, 'seeds'), output, '--endpoint', server.origin, '--recipe', values.recipe, '--quality', 'gopher',
      '--max-concurrency', String(concurrency), ...positionals],
    {
      probe: join(folder, 'probe.json'),
      nodeArgs: values.profile ? ['--cpu-prof', '--cpu-prof-dir', values.profile] : [],
    },
  )
  const after = await server.stats()
  return { ...job, server_cores: (after.cpu_us - before.cpu_us) / 1e6 / job.summary.run.seconds }
}

/** One pair of runs as flat numbers. Rates are over the job's own time, from the first read to the last part closed. */
function measures(bare, { summary, ...job }) {
  const { seconds } = summary.run
  const written = summary.outputs.written
  const left = { ...summary.seeds.dropped, ...summary.seeds.failed, ...summary.outputs.dropped, ...summary.outputs.failed }
  if (Object.keys(left).length > 0) say(`not every row was written: ${JSON.stringify(left)}`)
  return {
    outputs_per_s: written / seconds,
    completion_tokens_per_s: summary.tokens.completion / seconds,
    ratio_to_bare_loop: written / seconds / bare.per_s,
    cpu_us_per_output: job.cpu_us / written,
    loop_delay_p99_ms: job.loop_delay_ms.p99,
    peak_rss_mb: job.peak_rss_bytes / 1e6,
    peak_anon_mb: job.peak_anon_bytes === null ? null : job.peak_anon_bytes / 1e6,
    loop_delay_max_ms: job.loop_delay_ms.max,
    loop_utilization: job.loop_utilization,
    seconds,
    wall_s: job.wall_s,
    bare_loop_per_s: bare.per_s,
    bare_loop_cpu_us: bare.cpu_us,
    server_cores: job.server_cores,
  }
}

function report(runs) {
  const medians = Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((run) => run[name]))]))
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}, load ${busyBefore.toFixed(1)} before`
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ machine, rows, concurrency, recipe: values.recipe, budget, median: medians, runs }, null, 2)}\n`)
    return
  }
  const lines = [['', 'median', 'min', 'max', 'floor', 'must', 'goal', '']]
  for (const [name, value] of Object.entries(medians)) {
    const all = runs.map((run) => run[name])
    const bound = budget[name] ?? {}
    lines.push([
      name, number(value), number(Math.min(...all)), number(Math.max(...all)),
      number(bound.floor), number(bound.must), number(bound.goal), verdict(value, bound),
    ])
  }
  process.stdout.write(`${machine}; ${rows} rows, concurrency ${concurrency}, ${runs.length} runs\n${aligned(lines)}\n`)
}

function verdict(value, { floor, must, goal, less }) {
  if (value === null || floor === undefined) return ''
  const reaches = (bound) => bound !== undefined && (less ? value <= bound : value >= bound)
  if (reaches(goal)) return 'goal reached'
  if (reaches(must)) return must === undefined ? '' : 'must reached'
  return reaches(floor) ? 'above the floor' : 'BELOW THE FLOOR'
}
