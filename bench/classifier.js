/**
 * Texts a second through lib/endpoint/classifier, in turn with a bare undici loop that sends the same bodies and throws
 * the answers away, against the same server. What counts is the ratio of the two.
 *
 *   node bench/classifier.js [--texts N] [--chars N] [--batch N] [--concurrency N] [--runs N] [--json]
 *
 * The server is bench/canned-server.js: every answer has --batch entries of 24 probabilities, made beforehand.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { openClassifier } from '../dist/endpoint/classifier.js'
import { startCannedServer } from './children.js'
import { englishText } from './english.js'
import { median } from './table.js'

const { values } = parseArgs({
  options: {
    texts: { type: 'string', default: '32000' },
    chars: { type: 'string', default: '2000' },
    batch: { type: 'string', default: '32' },
    concurrency: { type: 'string', default: '8' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
const [chars, batch, concurrency, runs] = [values.chars, values.batch, values.concurrency, values.runs].map(Number)
const requests = Math.ceil(Number(values.texts) / batch)
const some = Array.from({ length: 256 }, (_, i) => englishText(i, chars))
const texts = Array.from({ length: requests * batch }, (_, i) => some[i % some.length])

const server = await startCannedServer(['--texts', '1', '--classified', String(batch)])
const never = new AbortController().signal
const classifier = openClassifier({
  url: `${server.origin}/classify`, model: null, apiKey: '', headers: {}, batch, concurrency, maxAttempts: 6, deadlineMs: 60_000,
  random: Math.random, now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }),
})
const pool = new Pool(server.origin, { connections: concurrency, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })

/** Texts a second. Calls of a thousand texts, as a stage would make them, two under way at once. */
async function client() {
  const calls = Array.from({ length: Math.ceil(texts.length / 1024) }, (_, i) => texts.slice(i * 1024, (i + 1) * 1024))
  return rate(async () => {
    let next = 0
    const loop = async () => { while (next < calls.length) await classifier.classify(calls[next++], never) }
    await Promise.all([loop(), loop()])
  })
}

async function bare() {
  const headers = ['content-type', 'application/json']
  const bodies = Array.from({ length: some.length / batch }, (_, i) =>
    JSON.stringify({ model: 'canned', input: some.slice(i * batch, (i + 1) * batch), truncate_prompt_tokens: -1, truncation_side: 'right' }))
  return rate(async () => {
    let sent = 0
    const loop = async () => {
      while (sent < requests) {
        const answer = await pool.request({ method: 'POST', path: '/classify', headers, body: bodies[sent++ % bodies.length] })
        if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
        await answer.body.dump()
      }
    }
    await Promise.all(Array.from({ length: concurrency }, loop))
  })
}

async function rate(work) {
  const start = performance.now()
  await work()
  return texts.length / ((performance.now() - start) / 1000)
}

try {
  await bare()
  await client()
  const seen = []
  for (let i = 0; i < runs; i++) seen.push({ bare: await bare(), client: await client() })
  const result = {
    texts_per_s: Math.round(median(seen.map((run) => run.client))),
    bare_texts_per_s: Math.round(median(seen.map((run) => run.bare))),
    ratio: Number(median(seen.map((run) => run.client / run.bare)).toFixed(3)),
  }
  const lines = [`texts/s     ${result.texts_per_s}`, `bare loop   ${result.bare_texts_per_s}`, `ratio       ${result.ratio}`]
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`)
} finally {
  await classifier.close()
  await pool.destroy()
  await server.stop()
}
