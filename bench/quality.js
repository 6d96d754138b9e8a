/**
 * What the sets of quality rules cost a document, and what they drop from real ones.
 *
 *   node bench/quality.js [--documents N] [--runs N] [--json]
 *
 * Time is measured on made up documents of 2,000 characters that pass every rule, so that each is applied to its end,
 * and on the open seed documents where ../shared/data/seeds is there, per 2,000 characters of them. It is CPU time of one
 * thread and its garbage collection, so that others on the machine count for little; the rule sets take turns, so that a
 * machine that gets slower touches all. Drops are of the open seed documents only.
 */
import { existsSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { ruleSets } from '../dist/text/rules.js'
import { englishText } from './english.js'
import { aligned, median, number } from './table.js'

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
const chars = 2000
const busyBefore = loadavg()[0]
const names = Object.keys(ruleSets)

const madeUp = Array.from({ length: Number(values.documents) }, (_, i) => englishText(700_000_000 + i, chars))
const seeds = readSeeds()
const texts = { 'made up': madeUp, ...(seeds && { 'open seeds': [...seeds.values()].flat() }) }
const speed = Object.entries(texts).flatMap(([name, documents]) => timed(name, documents))
const drops = seeds && names.map((rules) => ({ rules, reasons: countReasons(rules, seeds) }))

const machine = `${cpus()[0].model.trim()}, Node ${process.version}, load ${busyBefore.toFixed(1)} before`
if (values.json) process.stdout.write(`${JSON.stringify({ machine, speed, drops }, null, 2)}\n`)
else {
  const rows = speed.map((row) => [row.rules, row.texts, number(row.documents_per_s), number(row.us_per_document), number(row.us_per_2k), number(row.dropped * 100), ''])
  process.stdout.write(`${machine}; CPU time, median of ${values.runs} runs\n`)
  process.stdout.write(`${aligned([['rules', 'documents', 'documents/s of CPU', 'us each', 'us per 2,000 characters', '% dropped', ''], ...rows])}\n\n`)
  process.stdout.write(drops ? `${markdown(drops, seeds)}\n` : 'No ../shared/data/seeds here: made up documents only, and nothing about what the rules drop from real ones.\n')
}

/** Texts by file name, or null where the folder is not there. */
function readSeeds() {
  const folder = new URL('../../shared/data/seeds/', import.meta.url)
  if (!existsSync(folder)) return null
  return new Map(['web-en', 'web-multi', 'neardup-docs'].map((name) => {
    const lines = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, folder))).toString().trimEnd().split('\n')
    return [name, lines.map((line) => JSON.parse(line).text)]
  }))
}

function timed(name, documents) {
  const seconds = new Map(names.map((rules) => [rules, []]))
  const dropped = new Map()
  // The first round compiles and is not counted.
  for (let run = 0; run <= Number(values.runs); run++) {
    for (const rules of names) {
      const judge = ruleSets[rules]
      const start = process.cpuUsage()
      let out = 0
      for (const text of documents) if (judge(text)) out++
      const { user, system } = process.cpuUsage(start)
      if (run > 0) seconds.get(rules).push((user + system) / 1e6)
      dropped.set(rules, out)
    }
  }
  const total = documents.reduce((sum, text) => sum + text.length, 0)
  return names.map((rules) => {
    const took = median(seconds.get(rules))
    return {
      rules,
      texts: name,
      documents: documents.length,
      documents_per_s: documents.length / took,
      us_per_document: (took * 1e6) / documents.length,
      us_per_2k: (took * 1e6 * chars) / total,
      dropped: dropped.get(rules) / documents.length,
    }
  })
}

/** reason -> file -> documents dropped; the most frequent reason first. */
function countReasons(rules, files) {
  const counts = new Map()
  for (const [file, documents] of files) {
    for (const text of documents) {
      const reason = ruleSets[rules](text)?.reason
      if (reason === undefined) continue
      if (!counts.has(reason)) counts.set(reason, {})
      const row = counts.get(reason)
      row[file] = (row[file] ?? 0) + 1
    }
  }
  const sum = (row) => Object.values(row).reduce((total, count) => total + count, 0)
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => sum(b) - sum(a)))
}

/** A row a rule set and one a reason of it: share of each file's documents, in per cent. */
function markdown(drops, files) {
  const sizes = [...files].map(([file, documents]) => [file, documents.length])
  const all = sizes.reduce((sum, [, size]) => sum + size, 0)
  const cells = (row) => {
    const counts = sizes.map(([file, size]) => [row[file] ?? 0, size])
    counts.push([counts.reduce((sum, [count]) => sum + count, 0), all])
    return counts.map(([count, size]) => `${((100 * count) / size).toFixed(1)}`)
  }
  const lines = [
    ['dropped, %', ...sizes.map(([file, size]) => `${file} (${size})`), `all (${all})`],
    ['---', ...sizes.map(() => '---:'), '---:'],
  ]
  for (const { rules, reasons } of drops) {
    const together = Object.fromEntries(sizes.map(([file]) => [file, Object.values(reasons).reduce((sum, row) => sum + (row[file] ?? 0), 0)]))
    lines.push([`**${rules}**`, ...cells(together).map((cell) => `**${cell}**`)])
    for (const [reason, row] of Object.entries(reasons)) lines.push([`\`${reason}\``, ...cells(row)])
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}
