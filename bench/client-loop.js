/**
 * One client in a process of its own, in a closed loop against bench/canned-server.js, so that its CPU and memory are
 * nobody else's. Prints what it cost as JSON.
 *
 *   node bench/client-loop.js KIND PORT REQUESTS CONCURRENCY [FOLDER]     {"per_s","cpu_us","anon"}
 *   node --expose-gc bench/client-loop.js KIND PORT held IN_FLIGHT ...    {"held": [{"in_flight","anon","heap"}]}
 *
 * KIND is what is between the loop and the socket:
 *
 *   bare       undici's request, bodies made beforehand, answers thrown away
 *   bare-full  the same with encodeRequest before and JSON.parse after: what nobody is spared who asks and reads
 *   ready      our pool, requests encoded beforehand
 *   pool       our pool and encodeRequest: what the main job does for a reply that it need not keep
 *   kept       the same with the state of a run in FOLDER: asked before each request, told of each reply
 *
 * `held` is for a server that answers nothing (--max-concurrency 0): memory with so many in flight, one after the other.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { openPool } from '../dist/endpoint/pool.js'
import { encodeRequest } from '../dist/endpoint/protocol.js'
import { openState } from '../dist/run/state.js'
import { englishText } from './english.js'

const [kind, port, amount, ...rest] = process.argv.slice(2)
const origin = `http://127.0.0.1:${port}`
const isBare = kind.startsWith('bare')
const held = amount === 'held' ? rest.map(Number) : null
const [concurrency, folder] = held ? [Math.max(...held)] : [Number(rest[0]), rest[1]]
const never = new AbortController().signal

/** Sockets opened, code compiled. */
const warmUp = 5000

/** Memory is looked at so often. */
const lookEveryMs = 20

const documents = Array.from({ length: 256 }, (_, i) => englishText(i, 2000))
const sampling = { temperature: 0.7, max_tokens: 1024 }

/** Never the same twice, as the prompts of a run are not. */
function encoded(n) {
  const content = `<document>\n${n}\n${documents[n % documents.length]}\n</document>\n\nWrite this text anew, in plain words.`
  return encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] }, { model: 'canned', sampling, sample: 0, extraBody: {} })
}

const readyMade = documents.map((_, n) => encoded(n))
const state = kind === 'kept' ? await openState(folder, 'bench') : null
const ask = isBare ? bareAsk() : poolAsk()

function bareAsk() {
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  const headers = ['content-type', 'application/json', 'authorization', 'Bearer EMPTY']
  return async (n) => {
    const { body } = kind === 'bare' ? readyMade[n % readyMade.length] : encoded(n)
    const answer = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body })
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
    await (kind === 'bare' ? answer.body.dump() : answer.body.json())
  }
}

function poolAsk() {
  const pool = openPool({
    endpoints: [{ url: origin, apiKey: 'EMPTY', headers: {}, deadlineMs: 600_000 }],
    maxConcurrency: concurrency, maxAttempts: 6, random: Math.random, now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  })
  return async (n) => {
    const request = kind === 'ready' ? readyMade[n % readyMade.length] : encoded(n)
    if (!state) return pool.generate(request, never, undefined, `doc-${n}`)
    if (await state.get(request.key)) throw new Error('a reply that was never asked for')
    return pool.generate(request, never, (reply) => state.put(request.key, reply), `doc-${n}`)
  }
}

let asked = 0
async function upTo(requests) {
  const loop = async () => {
    while (asked < requests) await ask(asked++)
  }
  // The main job holds twice as many prompts ready as may be in flight (lib/run/plan.ts).
  await Promise.all(Array.from({ length: isBare ? concurrency : 2 * concurrency }, loop))
}

/** Memory that is the process's own, in bytes; null where the system does not tell. */
function anonymous() {
  try {
    return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  } catch {
    return null
  }
}

function print(value) {
  // What is held is never answered, so nothing is closed.
  process.stdout.write(`${JSON.stringify(value)}\n`, () => process.exit(0))
}

if (held) {
  const seen = []
  const stats = async () => (await fetch(`${origin}/stats`)).json()
  const before = (await stats()).waiting
  for (const most of held) {
    while (asked < most) void ask(asked++)
    while ((await stats()).waiting - before < most) await sleep(lookEveryMs)
    globalThis.gc()
    await sleep(10 * lookEveryMs)
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    seen.push({ in_flight: most, anon: anonymous(), heap: heapUsed + external })
  }
  print({ held: seen })
} else {
  await upTo(warmUp)
  const [first, requests] = [asked, Number(amount)]
  const cpu = process.cpuUsage()
  const start = performance.now()
  /** Most seen by the tenth of the requests, and by the end. */
  const anon = { tenth: anonymous(), end: null }
  const look = setInterval(() => {
    const now = anonymous()
    if (asked - first <= requests / 10) anon.tenth = Math.max(anon.tenth, now)
    anon.end = Math.max(anon.end, now)
  }, lookEveryMs)
  await upTo(first + requests)
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  clearInterval(look)
  await state?.close()
  print({ per_s: requests / seconds, cpu_us: (user + system) / requests, anon })
}
