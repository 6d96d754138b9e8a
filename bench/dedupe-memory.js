/**
 * Memory, disk and speed of the dedupe index: `openDedupeThread` in a process of its own, over budget, at 1x and at 10x
 * the documents. Resident memory must not grow with them.
 *
 *   node bench/dedupe-memory.js [--rows N] [--times N] [--memory MB] [--chars N] [--mode minhash|exact] [--json]
 *
 * Flat means that both anonymous memory and peak RSS at the larger number are at most 1.15 of those at the smaller one, which
 * should be enough to spill and merge several times. Documents are drawn sentence by sentence from one seeded English text of 8 MB,
 * since grammar takes longer than hashing; a tenth are copies of one somewhere earlier, a tenth near copies.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openDedupeThread } from '../dist/run/dedupe-thread.js'
import { minHashDefaults } from '../dist/text/minhash.js'
import { englishText, randomFrom } from './english.js'
import { aligned, number } from './table.js'

const flatUpTo = 1.15
const batchRows = 256

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '60000' },
    times: { type: 'string', default: '10' },
    memory: { type: 'string', default: '8' },
    chars: { type: 'string', default: '2000' },
    mode: { type: 'string', default: 'minhash' },
    json: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
})

if (values.child) process.stdout.write(`${JSON.stringify(await measure(Number(values.child)))}\n`)
else report([await inChild(Number(values.rows)), await inChild(Number(values.rows) * Number(values.times))])

async function inChild(rows) {
  process.stderr.write(`${rows} documents\n`)
  const args = ['memory', 'chars', 'mode'].flatMap((name) => [`--${name}`, values[name]])
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--child', String(rows), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`the process that measures ended with ${signal ?? code}`)
  return JSON.parse(stdout)
}

async function measure(rows) {
  const folder = await mkdtemp(join(tmpdir(), 'seedstream-bench-'))
  const budget = Number(values.memory) * 1e6
  const documents = documentsOf(Number(values.chars))
  const options = { mode: values.mode, minhash: minHashDefaults, memory: budget, spillFolder: join(folder, 'spill'), indexFolder: join(folder, 'index'), lineage: 'a' }
  try {
    const thread = await openDedupeThread(options)
    const idle = resident()
    const found = { exact: 0, near: 0 }
    let peak = idle
    let peakAtSpill = null
    let held = { documents: 0, memoryBytes: 0, spilledBytes: 0 }
    let fullest = held
    const [seconds, cpu] = [{ before: 0, after: 0 }, { before: 0, after: 0 }]
    const done = { before: 0, after: 0 }
    let slowest = 0
    for (let row = 0; row < rows; row += batchRows) {
      const batch = Array.from({ length: Math.min(batchRows, rows - row) }, (_, k) => documents(row + k))
      const phase = held.spilledBytes > 0 ? 'after' : 'before'
      const [start, cpuStart] = [performance.now(), process.cpuUsage()]
      const twins = await thread.find({ ids: batch.map((_, k) => `urn:uuid:bench-${row + k}`), texts: batch })
      const took = (performance.now() - start) / 1000
      seconds[phase] += took
      const { user, system } = process.cpuUsage(cpuStart)
      cpu[phase] += user + system
      done[phase] += batch.length
      slowest = Math.max(slowest, took)
      for (const twin of twins) if (twin) found[twin.kind]++
      held = await thread.stats()
      if (held.spilledBytes === 0) fullest = held
      const now = resident()
      peak = { anon: Math.max(peak.anon, now.anon), rss: Math.max(peak.rss, now.rss) }
      if (phase === 'before') peakAtSpill = peak
    }
    const commitStart = performance.now()
    await thread.commit()
    const commit = (performance.now() - commitStart) / 1000
    const after = await thread.stats()
    const committed = resident()
    await thread.close()
    const reopenStart = performance.now()
    const again = await openDedupeThread({ ...options, lineage: 'b' })
    const reopen = (performance.now() - reopenStart) / 1000
    await again.close()
    const size = readdirSync(join(folder, 'index')).reduce((sum, name) => sum + statSync(join(folder, 'index', name)).size, 0)
    return {
      rows, kept: held.documents, ...found,
      bytes_a_document_in_memory: Math.round(fullest.memoryBytes / fullest.documents),
      bytes_a_document_in_spill: Math.round(after.spilledBytes / after.documents),
      bytes_a_document_in_index: Math.round(size / after.documents),
      rows_per_s_in_memory: Math.round(done.before / seconds.before),
      rows_per_s_spilling: done.after ? Math.round(done.after / seconds.after) : null,
      cpu_us_a_row_in_memory: Math.round(cpu.before / done.before),
      cpu_us_a_row_spilling: done.after ? Math.round(cpu.after / done.after) : null,
      slowest_batch_ms: Math.round(slowest * 1000),
      commit_s: commit, reopen_s: reopen,
      idle_rss_mb: mb(idle.rss), idle_anon_mb: mb(idle.anon),
      before_spill_anon_mb: mb(peakAtSpill.anon),
      peak_rss_mb: mb(Math.max(peak.rss, committed.rss)), peak_anon_mb: mb(Math.max(peak.anon, committed.anon)),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Cheap documents: a run of sentences of one long text, from anywhere in it. */
function documentsOf(chars) {
  const sentences = englishText(1, 8_000_000).split(/(?<=\.)\s+/)
  const cut = (seed) => {
    const random = randomFrom(seed)
    let text = ''
    while (text.length < chars) text += `${sentences[Math.floor(random() * sentences.length)]} `
    return text
  }
  return (row) => {
    if (row % 10 === 8) return cut(Math.floor(row / 20) * 10)
    if (row % 10 === 9) return `${cut(Math.floor(row / 20) * 10)} The end.`
    return cut(row)
  }
}

function resident() {
  const status = readFileSync('/proc/self/status', 'utf8')
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) * 1024
  return { rss: of('VmRSS'), anon: of('RssAnon') }
}

function mb(bytes) {
  return Math.round(bytes / 1e6)
}

function report(runs) {
  const [less, more] = runs
  const [anon, rss] = ['peak_anon_mb', 'peak_rss_mb'].map((name) => more[name] / less[name])
  const flat = Math.max(anon, rss) <= flatUpTo
  process.exitCode = flat ? 0 : 1
  if (values.json) return void process.stdout.write(`${JSON.stringify({ runs, growth_anon: anon, growth_rss: rss, flat }, null, 2)}\n`)
  const rows = Object.keys(less).map((name) => [name.replaceAll('_', ' '), number(less[name]), number(more[name]), ''])
  process.stdout.write(`${aligned(rows)}\nanonymous x ${anon.toFixed(2)}, RSS x ${rss.toFixed(2)}: ${flat ? 'flat' : 'GROWS WITH THE DOCUMENTS'}\n`)
}
