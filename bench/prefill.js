/**
 * Prompt tokens that servers compute for four prompts a document of about 1,000 tokens, through the whole main job:
 * document first, so that siblings find each other's prefix in the cache, against instruction first.
 *
 *   node bench/prefill.js [--documents N] [--chars N] [--speed N] [--json] [-- options for the main job]
 *
 * Simulated endpoints (bench/simulated) in processes of their own count; a token is four characters there. `alone` is
 * one request at a time with room for everything: all that can be found again is found. Exit code 1 when one or two
 * endpoints with usual room compute more than 40 % of what they do with the instruction first, or when the summary says
 * other cached tokens than the servers.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runNode } from './children.js'
import { startSimulated } from './simulated/start.js'
import { aligned, number } from './table.js'

/** Fewer prefill tokens than with the instruction first. */
const bar = 0.6

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    documents: { type: 'string', default: '800' },
    chars: { type: 'string', default: '4000' },
    speed: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const usual = ['--speed', values.speed, '--output-mean', 120]

/** `kv` holds so many documents' worth of tokens; the usual endpoint holds 400,000. */
const cases = [
  { name: 'alone', servers: [['--speed', 200, '--output-mean', 20, '--kv-tokens', 1e9, '--base-ms', 1]], job: ['--max-concurrency', '1'], judged: false },
  { name: 'one endpoint', servers: [usual], job: [], judged: true },
  { name: 'two endpoints', servers: [usual, usual], job: [], judged: true },
  { name: 'two, 256 and 32 sequences', servers: [usual, [...usual, '--max-num-seqs', 32]], job: [], judged: true },
  { name: 'one, KV cache of 40,000', servers: [[...usual, '--kv-tokens', 40_000]], job: [], judged: false },
  { name: 'two, fixed at 64', servers: [usual, usual], job: ['--max-concurrency', '64'], judged: true },
]

const folder = await mkdtemp(join(tmpdir(), 'seedstream-bench-'))
const recipe = (layout) => join(folder, `${layout}.yaml`)

async function run({ servers: settings, job }, layout) {
  const servers = await Promise.all(settings.map(startSimulated))
  try {
    const out = join(folder, 'out')
    await rm(out, { recursive: true, force: true })
    const { stdout } = await runNode([here('../bin/stream.js'), join(folder, 'seeds'), out, '--endpoint', servers.map(({ url }) => url).join(','),
      '--recipe', recipe(layout), '--json', '--quiet', ...job, ...positionals])
    const { tokens, run, outputs } = JSON.parse(stdout)
    const stats = await Promise.all(servers.map((server) => server.stats()))
    const sum = (name) => stats.reduce((total, each) => total + each[name], 0)
    return {
      layout, seconds: run.seconds, outputs: outputs.written, prompt: tokens.prompt, cached_prompt: tokens.cached_prompt,
      prefill: sum('prefillTokens'), cached: sum('cachedTokens'), recomputed: sum('recomputedTokens'), preemptions: sum('preemptions'),
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

const busyBefore = loadavg()[0]
const missed = []
const results = []
try {
  await runNode([here('write-seeds.js'), join(folder, 'seeds'), values.documents, values.chars])
  const text = await readFile(here('four-prompts.yaml'), 'utf8')
  for (const layout of ['document-first', 'instruction-first']) await writeFile(recipe(layout), text.replace('layout: document-first', `layout: ${layout}`))
  for (const each of cases) {
    process.stderr.write(`${each.name}\n`)
    const [first, last] = [await run(each, 'document-first'), await run(each, 'instruction-first')]
    const cut = 1 - first.prefill / last.prefill
    results.push({ name: each.name, cut, runs: [first, last] })
    if (each.judged && cut < bar) missed.push(`${each.name}: ${number(100 * cut)} % fewer prefill tokens, at least ${100 * bar} expected`)
    for (const { layout, cached, cached_prompt } of [first, last]) {
      if (cached !== cached_prompt) missed.push(`${each.name}, ${layout}: the summary says ${cached_prompt} cached tokens, the servers ${cached}`)
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = missed.length === 0 ? 0 : 1

if (values.json) process.stdout.write(`${JSON.stringify({ bar, results, missed }, null, 2)}\n`)
else {
  const table = [['', 'prompt tokens', 'computed', 'instruction first', 'fewer, %', 'found', 'in summary', 'recomputed', '']]
  for (const { name, cut, runs: [first, last] } of results) {
    table.push([name, ...[first.prompt, first.prefill, last.prefill, 100 * cut, first.cached, first.cached_prompt, first.recomputed].map(number), ''])
  }
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}, load ${busyBefore.toFixed(1)} before`
  process.stdout.write(`${machine}; ${values.documents} documents of ${values.chars} characters, four prompts each\n${aligned(table)}\n${missed.length === 0 ? 'every bar is met' : `MISSED\n  ${missed.join('\n  ')}`}\n`)
}
