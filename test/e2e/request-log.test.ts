import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { answering, readSummary, run, seeds, start } from './stream-process.js'

const key = 'sk-a-key-that-nobody-may-see'
const token = 'a-token-that-nobody-may-see'

interface Line { readonly call: number | null, readonly status: number | null, readonly next: string, readonly attempt: number, readonly key: string, readonly seed_id: string, readonly request?: object, readonly response?: unknown }

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Line)

t.test('as many lines as the server saw attempts, and no secret', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering((_body, n) => {
    if (n % 10 === 3) return { status: 400, message: `refused; your key is ${key}` }
    return n === 5 || n === 6 ? { status: 500, message: `broken, x-token: ${token}` } : undefined
  })
  t.teardown(() => endpoint.close())
  const log = join(folder, 'log.jsonl')
  const args = [seeds, join(folder, 'out'), '--endpoint', endpoint.url, '--recipe', 'summarize', '--limit', '40', '--max-concurrency', '8']
  const secrets = ['--api-key', key, '--header', `x-token=${token}`]
  const { code, stderr } = await run([...args, ...secrets, '--request-log', log, '--request-log-bodies', '10'])
  t.equal(code, 0, stderr)
  const lines = linesOf(log)
  t.equal(lines.length, endpoint.bodies.length)
  const text = readFileSync(log, 'utf8')
  t.notOk(text.includes(key) || text.includes(token) || /authorization/i.test(text))
  const { requests, outputs } = readSummary(join(folder, 'out'))
  const of = (next: string) => lines.filter((line) => line.next === next)
  t.equal(of('retry').length, 2)
  t.equal(of('fail-row').length, outputs.failed['STREAM_HTTP_400'])
  t.equal(of('done').length, requests.planned - of('fail-row').length)
  t.equal(of('done').filter(({ attempt }) => attempt === 2).length, 2, 'those that were retried')
  t.ok([...of('retry'), ...of('fail-row')].every(({ request, response }) => request && response), 'failures have their bodies')
  t.equal(of('done').filter(({ request }) => request).length, of('done').filter(({ call }) => call! % 10 === 1).length, 'of the rest every tenth')
  const sent = new Set(endpoint.bodies.map((body) => JSON.stringify(JSON.parse(body))))
  t.ok(lines.every(({ request }) => !request || sent.has(JSON.stringify(request))), 'as they were sent')
  t.ok(lines.every(({ key, seed_id }) => /^[0-9a-f]{32}$/.test(key) && seed_id.length > 0))
})

t.test('after Ctrl-C the log is whole too', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const log = join(folder, 'log.jsonl')
  const { child, ended } = start([seeds, join(folder, 'out'), '--endpoint', endpoint.url, '--max-concurrency', '4', '--request-log', log])
  while (endpoint.bodies.length < 40) await new Promise((resolve) => setImmediate(resolve))
  child.kill('SIGINT')
  const { code, stderr } = await ended
  t.equal(code, 130, stderr)
  const lines = linesOf(log)
  t.ok(lines.some(({ next, call, status }) => next === 'stopped' && call === null && status === null), 'what was under way is told of')
  // Of what was under way at the signal some may not have left the socket.
  t.ok(lines.length >= endpoint.bodies.length && lines.length <= endpoint.bodies.length + 4, `${lines.length} lines, ${endpoint.bodies.length} attempts`)
})

t.test('a path that cannot be written: one line, and nothing is sent', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering()
  t.teardown(() => endpoint.close())
  const { code, stderr } = await run([seeds, join(folder, 'out'), '--endpoint', endpoint.url, '--request-log', join(folder, 'none', 'log.jsonl')])
  t.equal(code, 2)
  t.match(stderr, /^error: --request-log .*none\/log\.jsonl cannot be written: ENOENT.*\[STREAM_CONFIG_INVALID\]\n$/)
  t.equal(endpoint.bodies.length, 0)
})
