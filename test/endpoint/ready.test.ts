import t from 'tap'
import { openPool } from '../../dist/endpoint/pool.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import type { Ready } from '../../dist/endpoint/ready.js'
import type { Step } from './scripted-server.ts'
import { scriptedServer } from './scripted-server.ts'

const never = new AbortController().signal

function list(...ids: string[]): Exclude<Step, string> {
  return { body: { object: 'list', data: ids.map((id, i) => ({ id, object: 'model', max_model_len: 4096 - i })) } }
}

interface Outcome { readonly ready: Promise<Ready>, readonly sleeps: number[] }

/** Asks `urls`, with a clock that moves only while the pool sleeps. */
function ready(urls: readonly string[], timeoutMs = 60_000, wanted?: string, signal = never): Outcome {
  let clock = 0
  const sleeps: number[] = []
  const pool = openPool({
    endpoints: urls.map((url) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000 })),
    maxConcurrency: 1, maxAttempts: 1, random: () => 0, now: () => clock,
    async sleep(ms) {
      sleeps.push(ms)
      clock += ms
    },
  })
  return { ready: pool.ready(signal, timeoutMs, wanted).finally(() => pool.close()), sleeps }
}

async function readyAfter(
  t: { teardown(end: () => Promise<void>): void }, scripts: readonly (readonly Step[])[], wanted?: string,
): Promise<Outcome> {
  const servers = await Promise.all(scripts.map((script) => scriptedServer(script)))
  t.teardown(async () => { for (const server of servers) await server.close() })
  return ready(servers.map(({ url }) => url), 60_000, wanted)
}

t.test('the first model of the first endpoint', async (t) => {
  t.strictSame(await (await readyAfter(t, [[list('a', 'b')]])).ready, { model: 'a', maxModelLen: 4096 })
  t.strictSame(await (await readyAfter(t, [[list('a', 'b')], [list('b', 'a')]])).ready,
    { model: 'a', maxModelLen: 4095 },
    'the shortest context among the endpoints')
  t.strictSame(await (await readyAfter(t, [[list('a', 'b')]], 'b')).ready, { model: 'b', maxModelLen: 4095 },
    'a model asked for')
  t.strictSame(await (await readyAfter(t, [[list('a')]], 'alias')).ready, { model: 'alias', maxModelLen: null },
    'an alias that is not listed')
})

t.test('an endpoint without a list is up', async (t) => {
  t.strictSame(await (await readyAfter(t, [[{ status: 404, body: '{"detail":"Not Found"}' }]])).ready,
    { model: null, maxModelLen: null })
  t.strictSame(await (await readyAfter(t, [[{ status: 404 }], [list('a')]])).ready, { model: 'a', maxModelLen: 4096 })
  t.strictSame(await (await readyAfter(t, [[list()]])).ready, { model: null, maxModelLen: null }, 'an empty list')
})

t.test('endpoints that serve different models', async (t) => {
  await t.rejects((await readyAfter(t, [[list('a')], [list('b', 'c')]])).ready, {
    code: 'STREAM_CONFIG_INVALID',
    message: /^endpoints serve different models: http\S+ has b, c, not "a"; name one with --model$/,
  })
  t.match(await (await readyAfter(t, [[list('a')], [list('b')]], 'a')).ready, { model: 'a' },
    'a model asked for is taken at its word')
})

t.test('a server that is still loading is waited for', async (t) => {
  const loading: Step = { status: 503, body: { error: { message: 'Loading model', code: 503 } } }
  const { ready: answer, sleeps } = await readyAfter(t, [[loading, loading, 'reset', { status: 500 }, list('a')]])
  t.match(await answer, { model: 'a' })
  t.strictSame(sleeps, [250, 500, 1000], 'a reset on a reused socket counts for nothing')
})

t.test('time is up', async (t) => {
  const server = await scriptedServer([{ status: 503, body: '{"error":{"message":"Loading model"}}' }])
  const { ready: answer, sleeps } = ready([server.url], 5_000)
  await t.rejects(answer, {
    code: 'STREAM_ENDPOINT_UNREACHABLE',
    message: `${server.url}/v1/models was not ready within 5 s; last cause: 503: Loading model`,
  })
  t.equal(sleeps.reduce((sum, ms) => sum + ms), 5_000, 'no longer, no shorter')
  await server.close()
  await t.rejects(ready([server.url], 5_000).ready, { code: 'STREAM_ENDPOINT_UNREACHABLE',
    message: /last cause: connect ECONNREFUSED/ })
})

t.test('one of several that is missing does not keep the others waiting, and joins when it is up', async (t) => {
  let up = false
  const late = await scriptedServer((request) => (up ? (request.method === 'GET' ? list('a') : {}) : { status: 503, body: '{"error":{"message":"Loading model"}}' }))
  const steady = await scriptedServer((request) => (request.method === 'GET' ? list('a') : {}))
  let clock = 0
  const lines: string[] = []
  const pool = openPool({
    endpoints: [late, steady].map(({ url }) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000 })),
    maxConcurrency: 4, maxAttempts: 1, random: () => 0, now: () => (clock += 1000), sleep: async (ms) => { clock += ms },
    lookEveryMs: 2, note: (line) => lines.push(line),
  })
  t.strictSame(await pool.ready(never, 600_000), { model: 'a', maxModelLen: 4096 })
  t.match(lines, [/^warning: endpoint http\S+ is not up, the run starts without it \(503: Loading model\)/])
  const request = encodeRequest({ shape: 'chat', messages: [] }, { model: 'a', sampling: {}, sample: 0, extraBody: {} })
  for (let i = 0; i < 5; i++) t.equal((await pool.generate(request, never)).endpoint, steady.url)
  up = true
  while (lines.length < 2) await new Promise((resolve) => setImmediate(resolve))
  t.equal(lines[1], `endpoint ${late.url} is up and takes part from now on`)
  const used = new Set<string>()
  for (let i = 0; i < 4; i++) used.add((await pool.generate(request, never)).endpoint)
  t.equal(used.size, 2)
  await pool.close()
  for (const server of [late, steady]) await server.close()
})

t.test('what waiting does not mend', async (t) => {
  const cases: [Step, { code: string, message?: RegExp }][] = [
    [{ status: 401, body: '{"error":{"message":"Invalid API Key"}}' },
      { code: 'STREAM_ENDPOINT_REFUSED', message: /models answered 401: Invalid API Key; check --api-key/ }],
    [{ status: 403 }, { code: 'STREAM_ENDPOINT_REFUSED' }],
    [{ status: 301, headers: { location: 'https://h/' } }, { code: 'STREAM_ENDPOINT_REFUSED',
      message: /redirection to https:\/\/h\// }],
    [{ status: 400, body: 'no' }, { code: 'STREAM_ENDPOINT_UNREACHABLE', message: /answered 400: no/ }],
    [{ body: '<title>Open WebUI</title>' }, { code: 'STREAM_ENDPOINT_UNREACHABLE',
      message: /models is no OpenAI-compatible endpoint/ }],
  ]
  for (const [step, error] of cases) {
    const { ready: answer, sleeps } = await readyAfter(t, [[step]])
    await t.rejects(answer, error)
    t.strictSame(sleeps, [])
  }
})

t.test('one bad endpoint does not wait for the others, nor leave them asked', async (t) => {
  const silent = await scriptedServer(['hang'])
  let deny = (): void => {}
  const denied = new Promise<void>((resolve) => { deny = resolve })
  const closed = await scriptedServer([{ status: 401, after: denied }])
  const pool = openPool({
    endpoints: [silent, closed].map(({ url }) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000 })),
    maxConcurrency: 1, maxAttempts: 1, random: () => 0, now: () => 0, sleep: async () => {},
  })
  const answer = pool.ready(never, 60_000)
  const refused = t.rejects(answer, { code: 'STREAM_ENDPOINT_REFUSED' })
  await silent.until(() => silent.received.length === 1)
  deny()
  await refused
  await silent.until(() => silent.sockets === 0)
  await pool.close()
  await silent.close()
  await closed.close()
})

t.test('abort', async (t) => {
  const server = await scriptedServer(['hang'])
  const control = new AbortController()
  const { ready: answer } = ready([server.url], 60_000, undefined, control.signal)
  await server.until(() => server.received.length === 1)
  control.abort()
  await t.rejects(answer, { code: 'STREAM_ABORTED' })
  await server.until(() => server.sockets === 0)
  await server.close()
})
