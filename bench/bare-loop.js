/**
 * What the machine and undici can do at best: requests in a closed loop, answers read and thrown away, nothing else.
 *
 *   node bench/bare-loop.js PORT REQUESTS CONCURRENCY
 *
 * Sends bodies of the size that bench/pipeline sends and prints {"requests","seconds","per_s","cpu_us"} as JSON.
 */
import { Pool } from 'undici'
import { englishText } from './english.js'

const [port, requests, concurrency] = process.argv.slice(2).map(Number)
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: concurrency, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
const headers = ['content-type', 'application/json', 'authorization', 'Bearer EMPTY']

const bodies = Array.from({ length: 256 }, (_, i) =>
  JSON.stringify({
    model: 'canned',
    messages: [{ role: 'user', content: `<document>\n${englishText(i, 2000)}\n</document>\n\nWrite this text anew, in plain words.` }],
    temperature: 0.7,
    max_tokens: 1024,
  }),
)

let sent = 0
async function loop() {
  while (sent < requests) {
    const body = bodies[sent++ % bodies.length]
    const answer = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body })
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
    await answer.body.dump()
  }
}

const cpu = process.cpuUsage()
const start = performance.now()
await Promise.all(Array.from({ length: concurrency }, loop))
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(cpu)
await pool.close()
process.stdout.write(`${JSON.stringify({ requests, seconds, per_s: requests / seconds, cpu_us: (user + system) / requests })}\n`)
