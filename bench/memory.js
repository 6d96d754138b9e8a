/**
 * Peak memory of the main job on an input and on one ten times as large: it must not grow with the input.
 *
 *   node bench/memory.js [--rows N] [--times N] [--concurrency N] [--recipe NAME|FILE] [--json] [-- options for the main job]
 *
 * Flat means that anonymous memory (RssAnon) at the larger input is at most 1.15 of that at the smaller one. Peak RSS is
 * shown too; it holds the pages of LMDB's file that are cached for the process, which the system takes back at will.
 * The smaller input must be large enough for all pools and heaps to have reached their size, which takes about 25,000 rows.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runMainJob, startCannedServer, writeSeeds } from './children.js'

const flatUpTo = 1.15

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '60000' },
    times: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '256' },
    recipe: { type: 'string', default: fileURLToPath(new URL('one-prompt.yaml', import.meta.url)) },
    json: { type: 'boolean', default: false },
  },
})

const small = Number(values.rows)
const large = small * Number(values.times)
const folder = await mkdtemp(join(tmpdir(), 'seedstream-bench-'))
const server = await startCannedServer()
try {
  const peaks = []
  for (const rows of [small, large]) {
    process.stderr.write(`${rows} seed documents\n`)
    peaks.push(await peakOf(rows))
  }
  report(peaks)
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}

async function peakOf(rows) {
  const [seeds, output] = [join(folder, 'seeds'), join(folder, 'out')]
  await writeSeeds(seeds, rows)
  const job = await runMainJob(
    [seeds, output, '--endpoint', server.origin, '--recipe', values.recipe, '--quality', 'gopher', '--max-concurrency', values.concurrency, ...positionals],
    { probe: join(folder, 'probe.json') },
  )
  await rm(seeds, { recursive: true })
  await rm(output, { recursive: true })
  const mb = (bytes) => (bytes === null ? null : Math.round(bytes / 1e6))
  return {
    rows,
    written: job.summary.outputs.written,
    seconds: job.summary.run.seconds,
    peak_rss_mb: mb(job.peak_rss_bytes),
    peak_anon_mb: mb(job.peak_anon_bytes),
    loop_delay_p99_ms: Math.round(job.loop_delay_ms.p99),
  }
}

function report([less, more]) {
  const growth = (name) => (less[name] === null ? null : more[name] / less[name])
  const [anon, rss] = [growth('peak_anon_mb'), growth('peak_rss_mb')]
  const flat = (anon ?? rss) <= flatUpTo
  process.exitCode = flat ? 0 : 1
  if (values.json) return void process.stdout.write(`${JSON.stringify({ runs: [less, more], growth_anon: anon, growth_rss: rss, flat }, null, 2)}\n`)
  const line = ({ rows, written, seconds, peak_rss_mb, peak_anon_mb }) =>
    `${String(rows).padStart(10)} rows  ${String(written).padStart(10)} written  ${seconds.toFixed(1).padStart(7)} s  peak RSS ${peak_rss_mb} MB  anonymous ${peak_anon_mb ?? '?'} MB`
  process.stdout.write(`${line(less)}\n${line(more)}\nanonymous x ${anon?.toFixed(2) ?? '?'}, RSS x ${rss.toFixed(2)}: ${flat ? 'flat' : 'GROWS WITH THE INPUT'}\n`)
}
