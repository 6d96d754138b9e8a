import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { faultKinds, type FaultKind } from '../../bench/simulated/faults.js'
import { canary, encodeRequest } from '../../dist/endpoint/protocol.js'
import { startSimulated, type Simulated } from '../../bench/simulated/start.js'
import { checkBooks, readParts, readSummary, root, run, start, sum } from './stream-process.js'

const kinds = Object.keys(faultKinds) as FaultKind[]
/** What a client makes of each kind where it may not ask again; those that are missing do no harm. */
const codes: Partial<Record<FaultKind, string>> = {
  '429': 'STREAM_HTTP_429', '429-seconds': 'STREAM_HTTP_429', '429-date': 'STREAM_HTTP_429',
  '500': 'STREAM_HTTP_500', '502': 'STREAM_HTTP_502', '503': 'STREAM_HTTP_503',
  'reset-body': 'STREAM_REQUEST_FAILED', hang: 'STREAM_REQUEST_FAILED',
  truncated: 'STREAM_RESPONSE_INVALID', malformed: 'STREAM_RESPONSE_INVALID', html: 'STREAM_RESPONSE_INVALID',
  'error-vllm': 'STREAM_RESPONSE_INVALID', 'error-sglang': 'STREAM_RESPONSE_INVALID', abort: 'STREAM_RESPONSE_INVALID',
}
const harmless: readonly FaultKind[] = ['no-usage', 'trickle']
const anyRequest = encodeRequest({ shape: 'chat', messages: [] }, { model: 'simulated', sampling: {}, sample: 0, extraBody: {} })
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Seeds that differ from each other, one request each with the recipe `summarize`. */
function writeSeeds(folder: string, count: number, special: Readonly<Record<number, string>> = {}): string {
  const file = join(folder, 'seeds.jsonl')
  const words = 'The river rises in the hills and it flows to the sea with water that is cold and clear'
  const rows = Array.from({ length: count }, (_, i) => ({ id: `s${i}`, text: `Town ${i}. ${words}. ${special[i] ?? ''} It passes mill number ${i}.` }))
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  return file
}

async function simulated(t: Test, ...args: (string | number)[]): Promise<Simulated> {
  const server = await startSimulated(['--speed', 20, ...args])
  t.teardown(() => server.stop())
  return server
}

const flags = (url: string, ...more: string[]) =>
  ['--recipe', 'summarize', '--dedupe', 'none', '--endpoint', url, '--max-concurrency', '128', '--request-timeout', '60', ...more]

async function checkProof(t: Test, out: string): Promise<void> {
  checkBooks(t, out)
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'bin', 'verify.js'), out])
  t.match(stdout, /^proven/)
}

t.jobs = 2

t.test('every fault on the first attempt of 5 % of the requests: all get through', async (t) => {
  const folder = t.testdir()
  const server = await simulated(t, '--keep-alive', 0.2)
  await server.setFaults(kinds.map((kind) => ({ kind, share: 0.05, attempts: 1 })))
  const out = join(folder, 'out')
  const { code, stderr } = await run([writeSeeds(folder, 200), out, ...flags(server.url)])
  t.equal(code, 0, stderr)
  const { requests, outputs } = readSummary(out)
  const stats = await server.stats()
  for (const kind of kinds) t.ok(stats.requests.faults[kind]! > 0, `${kind} has struck`)
  t.match(requests, { planned: 200, sent: 200, completed: 200, failed: {} })
  t.same(outputs.failed, {})
  const mended = sum(stats.requests.faults) - sum(Object.fromEntries(harmless.map((kind) => [kind, stats.requests.faults[kind] ?? 0])))
  // A reset on a socket that lay idle is asked again at once and counts for nothing.
  const resets = stats.requests.faults['reset']!
  t.ok(requests.retries >= mended - resets, `${requests.retries} retries for ${mended} faults, ${resets} of them resets`)
  t.ok(stats.requests.received >= requests.sent + requests.retries, 'and the server has seen all of them')
  await checkProof(t, out)
})

t.test('the same storm with one attempt each: every failure has the code of its cause', async (t) => {
  const folder = t.testdir()
  const server = await simulated(t)
  // Where nothing got through yet the client asks for one token: not to be struck by a fault of the first attempt.
  await fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body: canary(anyRequest).body }).then((answer) => answer.text())
  await server.setFaults(kinds.filter((kind) => kind !== 'reset').map((kind) => ({ kind, share: 0.05, attempts: 1 })))
  const out = join(folder, 'out')
  const { code, stderr } = await run([writeSeeds(folder, 200), out, ...flags(server.url, '--max-attempts', '1', '--max-failures', '10')])
  t.equal(code, 3, `more failed than --max-failures: ${stderr}`)
  const expected: Record<string, number> = {}
  const { faults } = (await server.stats()).requests
  for (const kind of kinds) if (codes[kind]) expected[codes[kind]] = (expected[codes[kind]] ?? 0) + (faults[kind] ?? 0)
  const { requests, outputs } = readSummary(out)
  t.same(requests.failed, expected, 'as the server counted them')
  t.same(outputs.failed, expected)
  t.equal(requests.completed, 200 - sum(expected))
  t.equal(requests.retries, 0)
  await checkProof(t, out)
})

t.test('a restart while running costs no row', async (t) => {
  const folder = t.testdir()
  const server = await simulated(t, '--max-num-seqs', 8, '--speed', 10)
  const out = join(folder, 'out')
  const running = start([writeSeeds(folder, 120), out, ...flags(server.url)])
  while ((await server.stats()).requests.answered < 20 && running.child.exitCode === null) await turn()
  await server.restart({ downSeconds: 10, loadingSeconds: 10 })
  const { code, stderr } = await running.ended
  t.equal(code, 0, stderr)
  const { requests } = readSummary(out)
  t.match(requests, { planned: 120, completed: 120, failed: {} })
  t.ok(requests.retries > 0)
  t.equal((await server.stats()).restarts, 1)
  await checkProof(t, out)
})

t.test('a poison row fails alone', async (t) => {
  const folder = t.testdir()
  const server = await simulated(t, '--poison', 'hemlock')
  const out = join(folder, 'out')
  const { code, stderr } = await run([writeSeeds(folder, 40, { 7: 'hemlock', 21: 'hemlock' }), out, ...flags(server.url)])
  t.equal(code, 0, stderr)
  t.match(readSummary(out).requests, { planned: 40, completed: 38, retries: 0, failed: { STREAM_HTTP_400: 2 } })
  const rejected = readParts(join(out, '_rejected')).filter(({ reason }) => reason === 'STREAM_HTTP_400')
  t.same(rejected.map((row) => row['seed_id']).toSorted(), ['s21', 's7'])
  t.ok(rejected.every(({ detail }) => String(detail).includes('this prompt is poison')))
  await checkProof(t, out)
})

t.test('a wrong key ends the run at once, with one line', async (t) => {
  const folder = t.testdir()
  const server = await simulated(t, '--api-key', 'sk-right-key-0123')
  const { code, stderr } = await run([writeSeeds(folder, 40), join(folder, 'out'), ...flags(server.url, '--api-key', 'sk-wrong-key-4567')])
  t.equal(code, 1)
  t.equal(stderr.trim().split('\n').length, 1, stderr)
  t.match(stderr, /^error: .*answered 401: .*check --api-key or OPENAI_API_KEY \[STREAM_ENDPOINT_REFUSED\]/)
  t.equal((await server.stats()).requests.received, 0)
})

t.test('a dead endpoint ends the run after its retries; the same command goes on', async (t) => {
  const folder = t.testdir()
  const server = await simulated(t, '--max-num-seqs', 8, '--speed', 10)
  const out = join(folder, 'out')
  const args = [writeSeeds(folder, 100), out, ...flags(server.url, '--max-attempts', '3')]
  const running = start(args)
  while ((await server.stats()).requests.answered < 20 && running.child.exitCode === null) await turn()
  await server.become('down')
  const { code, stderr } = await running.ended
  t.equal(code, 1)
  t.match(stderr, /error: no request to http\S+ has succeeded during 3 attempts; last cause: .*\[STREAM_ENDPOINT_UNREACHABLE\]/)
  const before = readSummary(out)
  t.equal(before.run.status, 'failed')
  await server.become('up')
  const again = await run(args)
  t.equal(again.code, 0, again.stderr)
  const { requests } = readSummary(out)
  t.ok(requests.cached >= 20, `${requests.cached} replies were kept`)
  t.equal(requests.cached, before.requests.completed)
  t.equal(requests.cached + requests.sent, 100)
  await checkProof(t, out)
})

t.test('two endpoints: one is missing at the start and joins, one has not got the model', async (t) => {
  const folder = t.testdir()
  const servers = [await simulated(t, '--max-num-seqs', 4), await simulated(t, '--max-num-seqs', 4), await simulated(t, '--max-num-seqs', 4)]
  const [steady, late, other] = servers as [Simulated, Simulated, Simulated]
  await late.become('down')
  const lists = await proxyWithoutModel(t, other.url)
  const out = join(folder, 'out')
  const urls = [steady.url, late.url, lists].join(',')
  const running = start([writeSeeds(folder, 300), out, ...flags(urls, '--max-concurrency', '12')])
  while ((await steady.stats()).requests.answered < 20 && running.child.exitCode === null) await turn()
  await late.become('up')
  const { code, stderr } = await running.ended
  t.equal(code, 0, stderr)
  t.match(stderr, new RegExp(`warning: endpoint ${late.url} is not up, the run starts without it \\(.*ECONNREFUSED`))
  t.match(stderr, new RegExp(`endpoint ${late.url} is up and takes part from now on`))
  t.match(stderr, new RegExp(`warning: ${lists}/v1/chat/completions answered 404 for model .*; the run goes on without this endpoint`))
  t.ok((await late.stats()).requests.answered > 0)
  t.match(readSummary(out).requests, { planned: 300, completed: 300, failed: {} })
  await checkProof(t, out)
})

/** Lists the model of another server, and does not have it. */
async function proxyWithoutModel(t: Test, url: string): Promise<string> {
  const models = await (await fetch(`${url}/v1/models`)).text()
  const server = createServer((request, response) => {
    request.resume()
    const isList = request.method === 'GET'
    response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' })
    response.end(isList ? models : JSON.stringify({ error: { message: 'The model does not exist.', type: 'NotFoundError', code: 404 } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections() }))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('no secret leaves the process, whatever the server repeats', async (t) => {
  const folder = t.testdir()
  const secrets = ['sk-live-0123456789abcdef', 'tenant-token-9876543210', 'plain-value-5556667778']
  let asked = 0
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return void response.end('{"object":"list","data":[{"id":"tiny","object":"model"}]}')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    // The question whether anything gets through at all is answered, so that rows fail and not the run.
    if (String(Buffer.concat(chunks)).includes('"max_tokens":1}')) return void response.end('{"choices":[{"message":{"content":"Hi"}}]}')
    const told = JSON.stringify(request.headers)
    const answers: [number, string][] = [
      [400, JSON.stringify({ error: { message: `bad request with ${told}` } })],
      [422, JSON.stringify({ detail: [{ loc: ['header'], msg: told }] })],
      [500, `<html><title>${told}</title></html>`],
      [200, JSON.stringify({ error: { message: told } })],
      [200, `not JSON ${told}`],
    ]
    const [status, body] = answers[asked++ % answers.length]!
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.1' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections() }))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const headers = ['--header', `X-Tenant-Token=Bearer ${secrets[1]}`, '--header', `X-Route=${secrets[2]}`]
  const out = join(folder, 'out')
  const { stderr, stdout } = await run([writeSeeds(folder, 30), out, ...flags(url, '--max-attempts', '1', '--json', '--api-key', secrets[0]!, ...headers)])
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((name) => join(out, name)).filter((path) => statSync(path).isFile())
  t.ok(files.some((path) => path.endsWith('summary.json')) && files.some((path) => path.endsWith('config.yaml')) && files.some((path) => path.endsWith('.mdb')))
  const details = readParts(join(out, '_rejected')).map(({ detail }) => String(detail))
  t.ok(details.length >= 12 && details.some((detail) => detail.includes('***')), 'the server did repeat them')
  for (const secret of secrets) {
    t.notOk(stderr.includes(secret) || stdout.includes(secret), 'stdout and stderr')
    for (const detail of details) t.notOk(detail.includes(secret), detail)
    for (const path of files) t.notOk(readFileSync(path).includes(secret), path)
  }
})
