/**
 * Documents a second through a fastText model of DCLM's shape (100 numbers a vector, 2,000,000 buckets, pairs of words,
 * two labels) with random numbers in it, on one thread, beside fastText's Python package where there is one.
 *
 *   [PYTHON=python] node bench/fasttext.js [--words N] [--documents N] [--chars N] [--keep FILE] [--json]
 *
 * --words 4000000 makes a file of 2.5 GB, as large as DCLM's. --keep leaves the model there. What counts is the ratio.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { oneLine, readFastText } from '../dist/text/fasttext/model.js'
import { englishText, randomFrom } from './english.js'
import { aligned, number } from './table.js'

const { values } = parseArgs({
  options: {
    words: { type: 'string', default: '500000' },
    documents: { type: 'string', default: '5000' },
    chars: { type: 'string', default: '2000' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const dimension = 100
const buckets = 2_000_000
const folder = mkdtempSync(join(tmpdir(), 'seedstream-bench-'))
const path = values.keep ?? join(folder, 'model.bin')
try {
  const texts = Array.from({ length: Number(values.documents) }, (_, k) => englishText(k, Number(values.chars)))
  writeModel(path, vocabulary(texts, Number(values.words)))
  report([measure(texts), ...measurePython(texts.map(oneLine))])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** As many distinct words: those of the texts at odd places, so that a frequent word's row is anywhere, and made up ones. */
function vocabulary(texts, size) {
  const known = new Set(texts.flatMap((text) => text.split(/\s+/)))
  const made = Array.from({ length: Math.max(0, size - known.size) }, (_, k) => `w${k.toString(36)}.`)
  const step = Math.max(1, Math.floor(made.length / known.size))
  const words = [...known].flatMap((word, k) => [word, ...made.slice(k * step, (k + 1) * step)])
  return [...words, ...made.slice(known.size * step)]
}

/** A file of format version 12: header, dictionary, two dense matrices. */
function writeModel(path, words) {
  const file = openSync(path, 'w')
  const put = (bytes) => {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
  }
  const int32s = (...numbers) => put(Buffer.from(Int32Array.from(numbers).buffer))
  const int64s = (...numbers) => put(Buffer.from(BigInt64Array.from(numbers, BigInt).buffer))
  const entry = (word, count, type) => {
    const bytes = Buffer.alloc(Buffer.byteLength(word) + 10)
    bytes.write(word)
    bytes.writeBigInt64LE(BigInt(count), bytes.length - 9)
    bytes[bytes.length - 1] = type
    return bytes
  }
  int32s(793712314, 12, dimension, 5, 5, 1, 5, 2, 3, 3, buckets, 0, 0, 100)
  put(Buffer.from(Float64Array.of(1e-4).buffer))
  int32s(words.length + 3, words.length + 1, 2)
  int64s(1e9, -1)
  put(Buffer.concat(['</s>', ...words].map((word) => entry(word, 5, 0))))
  put(Buffer.concat(['__label__cc', '__label__hq'].map((label) => entry(label, 200_000, 1))))
  const random = randomFrom(1)
  const matrix = (rows) => {
    put(Buffer.of(0))
    int64s(rows, dimension)
    const numbers = Float32Array.from({ length: Math.min(rows, 10_000) * dimension }, () => random() * 2 - 1)
    // The same ten thousand rows again and again: who adds them up cannot tell.
    for (let row = 0; row < rows; row += 10_000) put(new Uint8Array(numbers.buffer, 0, Math.min(10_000, rows - row) * dimension * 4))
  }
  matrix(words.length + 1 + buckets)
  matrix(2)
  closeSync(file)
}

function measure(texts) {
  const start = performance.now()
  const model = readFastText(path)
  const load = (performance.now() - start) / 1000
  const out = new Float64Array(model.labels.length)
  const pass = (some) => {
    const start = performance.now()
    for (const text of some) model.probabilities(oneLine(text), out)
    return (performance.now() - start) / 1000
  }
  pass(texts.slice(0, 200))
  return { reader: 'seedstream', load, predict: pass(texts), peak_rss_mb: process.resourceUsage().maxRSS / 1000 }
}

function measurePython(lines) {
  if (!process.env.PYTHON) return []
  const script = fileURLToPath(new URL('../test/interop/fasttext-answers.py', import.meta.url))
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const { status, stdout, stderr } = spawnSync(process.env.PYTHON, [script, 'time', path], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${process.env.PYTHON} ended with ${status}: ${stderr}`)
  return [{ reader: 'fastText', ...JSON.parse(stdout) }]
}

function report(results) {
  const rows = results.map((each) => ({ ...each, documents_per_second: Number(values.documents) / each.predict }))
  const ratio = rows.length < 2 ? null : rows[0].documents_per_second / rows[1].documents_per_second
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ model_bytes: statSync(path).size, rows, ratio })}\n`)
    return
  }
  const cells = rows.map((row) => [row.reader, number(row.documents_per_second), number(row.load), number(row.peak_rss_mb), ''])
  process.stdout.write(`model of ${number(statSync(path).size / 1e6)} MB, ${values.documents} documents of ${values.chars} characters, one thread\n\n`)
  process.stdout.write(`${aligned([['', 'documents/s', 'load, s', 'peak RSS, MB', ''], ...cells])}\n`)
  if (ratio !== null) process.stdout.write(`\nratio to fastText: ${number(ratio)}\n`)
}
