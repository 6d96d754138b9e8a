import t from 'tap'
import type { ClientOptions } from '../../dist/endpoint/client.js'
import type { PoolOptions } from '../../dist/endpoint/pool-options.js'
import type { EndpointPool } from '../../dist/endpoint/pool.js'
import { openPool } from '../../dist/endpoint/pool.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import { SinkFailedError } from '../../dist/errors.js'
import type { RequestBody } from '../../dist/rows.js'
import type { ScriptedServer, Step } from './scripted-server.ts'
import { completion, scriptedServer } from './scripted-server.ts'

interface Scope { teardown(end: () => Promise<void>): void }

interface Rig {
  readonly pool: EndpointPool
  readonly server: ScriptedServer
  /** Every backoff that was asked for, in milliseconds. */
  readonly sleeps: number[]
}

const never = new AbortController().signal
const epoch = Date.parse('2026-01-01T00:00:00Z')

function ask(content = 'x'): RequestBody {
  return encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] },
    { model: 'tiny', sampling: {}, sample: 0, extraBody: {} })
}

function says(content: string): (request: { readonly body: string }) => boolean {
  return ({ body }) => body.includes(`"content":"${content}"`)
}

/** One row crashes the model, every other one is answered. */
function poisoned(request: { readonly body: string }): Step {
  return says('poison')(request) ? { status: 500, body: 'CUDA error' } : {}
}

/** A pool over `urls` whose backoffs pass on a clock of their own, and are written down. */
function poolOver(
  urls: readonly string[], options: Partial<PoolOptions> = {}, endpoint: Partial<ClientOptions> = {},
): Omit<Rig, 'server'> {
  const sleeps: number[] = []
  let clock = epoch
  const pool = openPool({
    endpoints: urls.map((url) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000, ...endpoint })),
    maxConcurrency: 4, maxAttempts: 6, random: () => 1, now: () => clock,
    async sleep(ms, signal) {
      sleeps.push(ms)
      clock += ms
      signal.throwIfAborted()
    },
    ...options,
  })
  return { pool, sleeps }
}

async function rig(
  t: Scope,
  script: Parameters<typeof scriptedServer>[0],
  options: Partial<PoolOptions> = {},
  endpoint: Partial<ClientOptions> = {},
): Promise<Rig> {
  const server = await scriptedServer(script)
  const { pool, sleeps } = poolOver([server.url], options, endpoint)
  t.teardown(async () => {
    await pool.close()
    await server.close()
  })
  return { server, pool, sleeps }
}

async function refusedUrl(): Promise<string> {
  const server = await scriptedServer([{}])
  await server.close()
  return server.url
}

t.test('a reply', async (t) => {
  let clock = epoch
  const { server, pool } = await rig(t, [{ body: completion('hello', { usage: undefined, model: undefined }) }],
    { now: () => (clock += 250) })
  t.strictSame(await pool.generate(ask(), never), {
    text: 'hello', finishReason: 'stop', usage: null, reasoning: null, model: 'tiny', latencyMs: 250,
    endpoint: server.url,
  }, 'usage may be missing; the model is the one asked for where none is named')
  t.match(pool.stats, { inFlight: 0, waiting: 0, sent: 1, completed: 1, retries: 0 })
})

t.test('finish_reason length is data', async (t) => {
  const body = completion('', { choices: [{ message: { content: 'cut' }, finish_reason: 'length' }] })
  const { server, pool } = await rig(t, [{ body }])
  t.match(await pool.generate(ask(), never), { text: 'cut', finishReason: 'length' })
  t.equal(server.received.length, 1)
})

t.test('what is retried, and after how long', async (t) => {
  const inHalfAMinute = new Date(epoch + 30_000).toUTCString()
  const cases: [readonly Step[], number[], string][] = [
    [[{ status: 500 }, {}], [1000], '500 then 200'],
    [[{ status: 408 }, { status: 409 }, { status: 425 }, { status: 502 }, { status: 504 }, {}],
      [1000, 3000, 9000, 27000, 60000], 'five times'],
    [[{ status: 503, body: '{"error":{"message":"Loading model","code":503}}' }, {}], [1000], 'loading'],
    [[{ status: 429, headers: { 'retry-after': '7' } }, {}], [7500], '429 with seconds'],
    [[{ status: 429, headers: { 'retry-after': inHalfAMinute, date: new Date(epoch).toUTCString() } }, {}], [30_500],
      '429 with a date'],
    [['reset', {}], [1000], 'reset before the answer'],
    [['reset-in-body', {}], [1000], 'reset inside the answer'],
    [['truncate', {}], [1000], 'answer cut short'],
    [[{ body: '{"choices":[{"mess' }, {}], [1000], 'malformed JSON'],
    [[{ body: { error: { message: 'CUDA out of memory', code: 500 } } }, {}], [1000], 'error object in a 200'],
    [[{ body: completion('', { choices: [] }) }, { body: '' }, {}], [1000, 3000], 'two invalid answers'],
  ]
  for (const [script, expected, name] of cases) {
    const { server, pool, sleeps } = await rig(t, script)
    t.match(await pool.generate(ask(), never), { text: 'hello' }, name)
    t.strictSame(sleeps, expected, `${name}: backoff`)
    t.equal(server.received.length, script.length, `${name}: attempts`)
    t.match(pool.stats, { sent: 1, completed: 1, retries: script.length - 1 })
    t.equal(new Set(server.received.map(({ body }) => body)).size, 1, 'the same body every time')
  }
})

t.test('a hang past the deadline is retried', async (t) => {
  const { server, pool } = await rig(t, ['hang', {}], {}, { deadlineMs: 50 })
  t.match(await pool.generate(ask(), never), { text: 'hello' })
  t.equal(server.received.length, 2)
})

t.test('a closed idle socket costs no attempt and no backoff', async (t) => {
  const { pool, sleeps } = await rig(t, ({ ordinal }) => (ordinal > 0 ? 'reset' : {}), { maxAttempts: 1 },
    { connections: 1 })
  await pool.generate(ask(), never)
  await pool.generate(ask(), never)
  t.strictSame(sleeps, [])
  t.match(pool.stats, { sent: 2, completed: 2, retries: 0 })
})

t.test('a row fails alone', async (t) => {
  t.test('400, at once', async (t) => {
    const { server, pool, sleeps } = await rig(t, (request) =>
      says('long')(request) ? { status: 400, body: { error: { message: 'exceeds the context', code: 400 } } } : {})
    await t.rejects(pool.generate(ask('long'), never), { code: 'STREAM_HTTP_400', status: 400,
      message: /exceeds the context/ })
    t.match(await pool.generate(ask(), never), { text: 'hello' })
    t.equal(server.received.length, 2)
    t.strictSame(sleeps, [])
    t.strictSame([...pool.stats.failed], [['STREAM_HTTP_400', 1]])
  })
  t.test('500 for ever, while others get through', async (t) => {
    const { pool, server } = await rig(t, poisoned, {
      sleep: async () => { await pool.generate(ask(), never) },
    })
    await t.rejects(pool.generate(ask('poison'), never), { code: 'STREAM_HTTP_500', message: /CUDA error/ })
    t.equal(server.received.filter(says('poison')).length, 6)
    t.equal(server.received.length, 11, 'nothing else had to be asked')
    t.match(pool.stats, { sent: 6, completed: 5, retries: 5 })
  })
  t.test('resets for ever, while others get through', async (t) => {
    const { pool } = await rig(t, (request) => (says('poison')(request) ? 'reset-in-body' : {}), {
      sleep: async () => { await pool.generate(ask(), never) },
    })
    await t.rejects(pool.generate(ask('poison'), never), { code: 'STREAM_REQUEST_FAILED',
      message: /no answer from http.* after 6 attempts/ })
  })
  t.test('500 for ever as the last row of all, with siblings: something harmless still gets through', async (t) => {
    const { pool, server } = await rig(t, poisoned)
    const results = await Promise.allSettled([1, 2].map(() => pool.generate(ask('poison'), never)))
    for (const result of results) t.match(result, { status: 'rejected', reason: { code: 'STREAM_HTTP_500' } })
    const asked = server.received.filter((request) => !says('poison')(request)).map(({ body }) => JSON.parse(body))
    t.match(asked, [{ model: 'tiny', max_tokens: 1 }, { model: 'tiny', max_tokens: 1 }])
    t.match(pool.stats, { sent: 2, completed: 0, retries: 10 }, 'which is no request of the run')
  })
  t.test('an invalid answer three times, though nobody else got through', async (t) => {
    const { server, pool } = await rig(t, [{ body: '{"choices":[]}' }])
    await t.rejects(pool.generate(ask(), never), { code: 'STREAM_RESPONSE_INVALID', message: /no choices/ })
    t.equal(server.received.length, 3)
    t.strictSame([...pool.stats.failed], [['STREAM_RESPONSE_INVALID', 1]])
  })
})

t.test('the run ends', async (t) => {
  t.test('401: once, without showing the key', async (t) => {
    const { server, pool } = await rig(t, [{ status: 401, body: { error: { message: 'Bad key sk-0123456789' } } }], {},
      { apiKey: 'sk-0123456789' })
    await t.rejects(pool.generate(ask(), never), { code: 'STREAM_ENDPOINT_REFUSED',
      message: /Bad key \*\*\*; check --api-key or OPENAI_API_KEY/ })
    t.equal(server.received.length, 1)
    t.equal(pool.stats.failed.size, 0, 'no row has failed')
  })
  t.test('404: the model or the path is wrong', async (t) => {
    const body = { error: { message: 'The model `tiny` does not exist' } }
    const { server, pool } = await rig(t, [{ status: 404, body }])
    const url = `${server.url}/v1/chat/completions`
    await t.rejects(pool.generate(ask(), never), {
      code: 'STREAM_ENDPOINT_REFUSED',
      message: `${url} answered 404 for model "tiny": ${body.error.message}; check --endpoint and --model`,
    })
  })
  t.test('refused connections only', async (t) => {
    const url = await refusedUrl()
    const { pool, sleeps } = poolOver([url])
    await t.rejects(pool.generate(ask(), never), {
      code: 'STREAM_ENDPOINT_UNREACHABLE',
      message: new RegExp(`^no request to ${url} has succeeded during 6 attempts; last cause: .*ECONNREFUSED`),
    })
    t.strictSame(sleeps, [1000, 3000, 9000, 27000, 60000])
    await pool.close()
  })
  t.test('5xx only, though there had been successes before', async (t) => {
    const { pool } = await rig(t, [{}, {}, {}, { status: 502, body: '<title>Bad Gateway</title>' }])
    for (let i = 0; i < 3; i++) await pool.generate(ask(), never)
    await t.rejects(pool.generate(ask(), never), { code: 'STREAM_ENDPOINT_UNREACHABLE',
      message: /last cause: endpoint answered 502: Bad Gateway/ })
  })
  t.test('the key does not show in an invalid answer', async (t) => {
    const { pool } = await rig(t, [{ body: { error: 'no such key: sk-0123456789' } }], {}, { apiKey: 'sk-0123456789' })
    await t.rejects(pool.generate(ask(), never), { code: 'STREAM_RESPONSE_INVALID', message: /no such key: \*\*\*/ })
  })
})

t.test('concurrency', async (t) => {
  t.test('never more than N at once, and N is reached', async (t) => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => { release = resolve })
    const { server, pool } = await rig(t, [{ after: gate }], { maxConcurrency: 5 })
    const replies = Promise.all(Array.from({ length: 40 }, (_, i) => pool.generate(ask(String(i)), never)))
    await server.until(() => server.received.length === 5)
    t.match(pool.stats, { inFlight: 5, waiting: 35, sent: 5 })
    release()
    t.equal((await replies).length, 40)
    t.equal(server.peak, 5)
    t.equal(new Set(server.received.map(({ connection }) => connection)).size, 5, 'over as many sockets')
    t.match(pool.stats, { waiting: 0, sent: 40, completed: 40 })
  })

  t.test('a row that backs off holds no slot', async (t) => {
    let wake = (): void => {}
    const asleep = new Promise<void>((resolve) => { wake = resolve })
    const script = ({ body }: { body: string }, index: number): Step =>
      (index === 0 ? { status: 503 } : { body: completion(body) })
    const { server, pool } = await rig(t, script, { maxConcurrency: 1, sleep: () => asleep })
    const first = pool.generate(ask('first'), never)
    await server.until(() => server.received.length === 1)
    // With the only slot free again, these pass while the first one is still waiting for its turn.
    for (let i = 0; i < 3; i++) t.match((await pool.generate(ask('other'), never)).text, /other/)
    wake()
    t.match((await first).text, /first/)
    t.equal(server.peak, 1)
  })
})

t.test('several endpoints', async (t) => {
  t.test('the one with the least outstanding requests is next', async (t) => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => { release = resolve })
    const script = (request: { body: string }): Step => (says('held')(request) ? { after: gate } : {})
    const servers = await Promise.all([0, 1, 2].map(() => scriptedServer(script)))
    const { pool } = poolOver(servers.map(({ url }) => url), { maxConcurrency: 9 })
    const held = Promise.all(Array.from({ length: 8 }, () => pool.generate(ask('held'), never)))
    const arrived = (): number => servers.reduce((sum, { received }) => sum + received.length, 0)
    await Promise.race(servers.map((server) => server.until(() => arrived() === 8)))
    t.strictSame(servers.map(({ received }) => received.length).sort(), [2, 3, 3])
    const idle = servers.find(({ received }) => received.length === 2)
    t.equal((await pool.generate(ask(), never)).endpoint, idle?.url)
    release()
    await held
    await pool.close()
    for (const server of servers) await server.close()
  })

  t.test('a slow one is left alone while others are free', async (t) => {
    const slow = await scriptedServer(['hang'])
    const quick = await scriptedServer([{}])
    const { pool } = poolOver([slow.url, quick.url])
    const control = new AbortController()
    const replies: Promise<unknown>[] = []
    for (let i = 0; i < 6; i++) {
      const reply = pool.generate(ask(), control.signal)
      const heard = slow.received.length
      replies.push(reply)
      await Promise.race([reply, slow.until(() => slow.received.length > heard)])
    }
    t.equal(slow.received.length, 1)
    t.equal(quick.received.length, 5)
    control.abort()
    t.equal((await Promise.allSettled(replies)).filter(({ status }) => status === 'rejected').length, 1)
    await pool.close()
    await slow.close()
    await quick.close()
  })

  t.test('one after the other takes turns', async (t) => {
    const servers = await Promise.all([0, 1, 2].map(() => scriptedServer([{}])))
    const { pool } = poolOver(servers.map(({ url }) => url))
    for (let i = 0; i < 9; i++) await pool.generate(ask(), never)
    t.strictSame(servers.map(({ received }) => received.length), [3, 3, 3])
    await pool.close()
    for (const server of servers) await server.close()
  })

  t.test('a retry goes elsewhere, so that no row is lost with one endpoint', async (t) => {
    const good = await scriptedServer([{}])
    const bad = await scriptedServer([{ status: 500 }])
    const { pool } = poolOver([bad.url, await refusedUrl(), good.url], { maxConcurrency: 8 })
    const replies = await Promise.all(Array.from({ length: 50 }, (_, i) => pool.generate(ask(String(i)), never)))
    t.ok(replies.every(({ endpoint }) => endpoint === good.url))
    t.match(pool.stats, { completed: 50, sent: 50 })
    const pair = poolOver([bad.url, good.url], { maxAttempts: 2 })
    for (let i = 0; i < 20; i++) await pair.pool.generate(ask(), never)
    t.match(pair.pool.stats, { completed: 20 }, 'the second attempt is never on the endpoint that failed')
    await pool.close()
    await pair.pool.close()
    await good.close()
    await bad.close()
  })
})

t.test('an endpoint that is gone', async (t) => {
  t.test('costs no attempt where another lives, and gets hardly any requests', async (t) => {
    const good = await scriptedServer([{}])
    const gone = await refusedUrl()
    const { pool, sleeps } = poolOver([gone, good.url], { maxAttempts: 1 })
    for (let i = 0; i < 50; i++) t.equal((await pool.generate(ask(String(i)), never)).endpoint, good.url)
    t.strictSame(sleeps, [], 'nor any backoff')
    t.match(pool.stats.endpoints, [{ origin: gone, up: false, sent: 3, completed: 0 }, { up: true, sent: 50, completed: 50 }])
    t.match(pool.stats, { sent: 50, completed: 50, retries: 3 })
    await pool.close()
    await good.close()
  })
  t.test('leaves a row its attempts', async (t) => {
    const busy = await scriptedServer((_request, index) => (index % 2 === 0 ? { status: 500 } : {}))
    const { pool } = poolOver([await refusedUrl(), busy.url], { maxAttempts: 2 })
    for (let i = 0; i < 10; i++) t.match(await pool.generate(ask(String(i)), never), { text: 'hello' })
    await pool.close()
    await busy.close()
  })
  t.test('comes back by itself', async (t) => {
    let clock = epoch
    const flaky = await scriptedServer((_request, index) => (index < 3 ? 'reset' : {}))
    const steady = await scriptedServer([{}])
    const { pool } = poolOver([flaky.url, steady.url], { maxAttempts: 1, now: () => clock })
    for (let i = 0; i < 20; i++) await pool.generate(ask(String(i)), never)
    t.equal(flaky.received.length, 3)
    t.match(pool.stats.endpoints, [{ up: false }, { up: true }])
    clock += 60_000
    for (let i = 0; i < 20; i++) await pool.generate(ask(String(i)), never)
    t.match(pool.stats.endpoints, [{ up: true }, { up: true }])
    t.ok(flaky.received.length >= 12, 'and gets its share')
    await pool.close()
    await flaky.close()
    await steady.close()
  })
})

t.test('Retry-After', async (t) => {
  t.test('keeps all requests from that endpoint until it is over, then one goes first', async (t) => {
    let clock = epoch
    const control = new AbortController()
    const asleep = (_ms: number, signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error) }) })
    const script = (_request: unknown, index: number): Step => (index === 0 ? { status: 429, headers: { 'retry-after': '7' } } : index === 1 ? 'hang' : {})
    const { server, pool } = await rig(t, script, { now: () => clock, lookEveryMs: 2, sleep: asleep })
    const turns = async (): Promise<void> => { for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve)) }
    const settled = [pool.generate(ask('refused'), control.signal)]
    while (pool.stats.endpoints[0]!.sent < 1 || pool.stats.inFlight > 0) await turns()
    for (const name of ['a', 'b', 'c']) settled.push(pool.generate(ask(name), control.signal))
    const ended = Promise.allSettled(settled)
    clock += 6999
    await turns()
    t.match(pool.stats, { inFlight: 0, waiting: 3 })
    clock += 1
    await server.until(() => server.received.length === 2)
    await turns()
    t.match(pool.stats, { inFlight: 1, waiting: 2 }, 'one, until it is not refused')
    clock += 2000
    await Promise.all(settled.slice(2))
    control.abort()
    t.strictSame((await ended).map(({ status }) => status), ['rejected', 'rejected', 'fulfilled', 'fulfilled'])
  })
  t.test('does not keep them from others, nor the one that was refused', async (t) => {
    const busy = await scriptedServer([{ status: 503, headers: { 'retry-after': '100' } }])
    const free = await scriptedServer([{}])
    const { pool, sleeps } = poolOver([busy.url, free.url])
    for (let i = 0; i < 10; i++) t.equal((await pool.generate(ask(String(i)), never)).endpoint, free.url)
    t.equal(busy.received.length, 1)
    t.strictSame(sleeps, [1000])
    await pool.close()
    await busy.close()
    await free.close()
  })
})

t.test('404 from one of several takes that one out; from the last one it ends the run', async (t) => {
  const body = { error: { message: 'The model `tiny` does not exist' } }
  const [without, also] = await Promise.all([0, 1].map(() => scriptedServer([{ status: 404, body }])))
  const having = await scriptedServer([{}])
  const lines: string[] = []
  const { pool, sleeps } = poolOver([without!.url, having.url], { maxAttempts: 1, note: (line) => lines.push(line) })
  for (let i = 0; i < 20; i++) t.equal((await pool.generate(ask(String(i)), never)).endpoint, having.url)
  t.equal(without!.received.length, 1)
  t.strictSame(sleeps, [])
  t.equal(lines.length, 1)
  t.match(lines[0], /^warning: http\S+ answered 404 for model "tiny": The model `tiny` does not exist; .*goes on without this endpoint$/)
  const none = poolOver([without!.url, also!.url])
  await t.rejects(none.pool.generate(ask(), never), { code: 'STREAM_ENDPOINT_REFUSED' })
  for (const { pool: each } of [{ pool }, none]) await each.close()
  for (const server of [without!, also!, having]) await server.close()
})

t.test('attempts that nobody was answered in are given back once, when something gets through again', async (t) => {
  const isCanary = ({ body }: { body: string }): boolean => body.includes('"max_tokens":1}')
  let hangs = 0
  const { server, pool } = await rig(t, (request) => (isCanary(request) || hangs++ === 2 ? {} : 'hang'), { maxAttempts: 2 }, { deadlineMs: 50 })
  t.match(await pool.generate(ask(), never), { text: 'hello' })
  t.equal(server.received.filter((request) => !isCanary(request)).length, 3)
  t.equal(pool.stats.failed.size, 0)
  hangs = 3
  await t.rejects(pool.generate(ask('again'), never), { code: 'STREAM_REQUEST_FAILED' }, 'but not for ever')
  t.equal(server.received.filter((request) => !isCanary(request)).length, 7)
})

t.test('a hang is noticed by what others take, and a silent endpoint is left for another', async (t) => {
  let clock = epoch
  let stuck = false
  const script = (request: { path: string }): Step => (request.path === '/metrics' ? { status: 404 } : stuck ? 'hang' : {})
  const failing = await scriptedServer(script)
  const { pool } = poolOver([failing.url], { now: () => clock, noticeStalls: true, lookEveryMs: 2, maxAttempts: 1 })
  const limited = encodeRequest({ shape: 'chat', messages: [] }, { model: 'tiny', sampling: { max_tokens: 10 }, sample: 0, extraBody: {} })
  for (let i = 0; i < 30; i++) {
    const reply = pool.generate(limited, never)
    clock += 100
    await reply
  }
  stuck = true
  const late = t.rejects(pool.generate(limited, never), { code: 'STREAM_ENDPOINT_UNREACHABLE', message: /no answer within [\d.]+ s, nor was any other request answered/ })
  await failing.until(() => failing.received.filter(({ path }) => path !== '/metrics').length === 31)
  clock += 60_000
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  t.equal(pool.stats.inFlight, 1, 'a clock that jumps is that of a machine that slept')
  const asked = (): number => failing.received.filter(({ path }) => path !== '/metrics').length
  while (asked() < 32) {
    clock += 20
    await new Promise((resolve) => setImmediate(resolve))
  }
  stuck = false
  failing.closeIdle()
  await failing.close()
  await late
  await pool.close()
})

t.test('siblings go to the same endpoint', async (t) => {
  const servers = await Promise.all([0, 1, 2].map(() => scriptedServer([{}])))
  const { pool } = poolOver(servers.map(({ url }) => url), { maxConcurrency: 100 })
  const used = new Set<string>()
  for (let seed = 0; seed < 30; seed++) {
    const replies = await Promise.all([0, 1, 2].map((i) => pool.generate(ask(`${seed}.${i}`), never, undefined, `seed ${seed}`)))
    const places = new Set(replies.map(({ endpoint }) => endpoint))
    t.equal(places.size, 1)
    for (const place of places) used.add(place)
  }
  t.equal(used.size, 3)
  await pool.close()
  for (const server of servers) await server.close()
})

t.test('autopilot', async (t) => {
  const isMetrics = ({ path }: { path: string }): boolean => path === '/metrics'
  t.test('starts low, and keeps to what it has while there is no reply', async (t) => {
    const { server, pool } = await rig(t, ['hang'], { maxConcurrency: 1000, autopilot: true })
    const control = new AbortController()
    const replies = Promise.allSettled(Array.from({ length: 100 }, (_, i) => pool.generate(ask(String(i)), control.signal)))
    await server.until(() => server.received.length === 16)
    t.match(pool.stats, { inFlight: 16, waiting: 84, limit: 16, endpoints: [{ limit: 16, running: null }] })
    control.abort()
    await replies
  })
  t.test('grows with what the gauges say', async (t) => {
    let running = 0
    const { server, pool } = await rig(t, (request) => {
      if (!isMetrics(request)) return running++, 'hang'
      return { body: `vllm:num_requests_running ${running}\nvllm:num_requests_waiting 0\n` }
    }, { maxConcurrency: 100, autopilot: true, gaugesEveryMs: 5 })
    const control = new AbortController()
    const replies = Promise.allSettled(Array.from({ length: 150 }, (_, i) => pool.generate(ask(String(i)), control.signal)))
    await server.until(() => running === 100)
    t.match(pool.stats, { inFlight: 100, waiting: 50, limit: 100 })
    t.ok(pool.stats.endpoints[0]!.running! >= 50, 'and tells what they said')
    control.abort()
    await replies
  })
  t.test('an endpoint without gauges is hardly asked for them', async (t) => {
    const without = await scriptedServer((request) => (isMetrics(request) ? { status: 404 } : 'hang'))
    const having = await scriptedServer((request) =>
      (isMetrics(request) ? { body: 'vllm:num_requests_running 1\nvllm:num_requests_waiting 0\n' } : 'hang'))
    const { pool } = poolOver([without.url, having.url], { autopilot: true, gaugesEveryMs: 2 })
    const control = new AbortController()
    const replies = Promise.allSettled([1, 2, 3, 4].map((i) => pool.generate(ask(String(i)), control.signal)))
    await having.until(() => having.received.filter(isMetrics).length === 40)
    t.ok(without.received.filter(isMetrics).length <= 2)
    t.match(pool.stats.endpoints, [{ running: null, waiting: null }, { running: 1, waiting: 0 }])
    control.abort()
    await replies
    await pool.close()
    await without.close()
    await having.close()
  })
})

t.test('abort', async (t) => {
  t.test('drops what is in flight and what waits, at once', async (t) => {
    const { server, pool } = await rig(t, ['hang'], { maxConcurrency: 3 })
    const control = new AbortController()
    const results = Promise.allSettled(Array.from({ length: 20 }, () => pool.generate(ask(), control.signal)))
    await server.until(() => server.received.length === 3)
    const reason = new SinkFailedError('disk full')
    control.abort(reason)
    for (const result of await results) t.match(result, { status: 'rejected', reason })
    await server.until(() => server.sockets === 0)
    t.equal(server.received.length, 3, 'nothing was sent after the abort')
    t.match(pool.stats, { sent: 3, waiting: 0 })
  })
  t.test('wakes what backs off', async (t) => {
    const control = new AbortController()
    const { pool } = await rig(t, [{ status: 503 }], {
      sleep: (_ms, signal) => new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => { reject(signal.reason as Error) })
        control.abort()
      }),
    })
    await t.rejects(pool.generate(ask(), control.signal), { code: 'STREAM_ABORTED' })
  })
  t.test('close rejects what is open', async (t) => {
    const { server, pool } = await rig(t, ['hang'], { maxConcurrency: 1 })
    const results = Promise.allSettled([pool.generate(ask(), never), pool.generate(ask(), never)])
    await server.until(() => server.received.length === 1)
    await pool.close()
    for (const result of await results) t.match(result, { status: 'rejected', reason: { code: 'STREAM_ABORTED' } })
    t.equal(server.received.length, 1)
  })
})

t.test('an endpoint that cannot be is refused before anything is sent', async (t) => {
  t.throws(() => poolOver([]), { code: 'STREAM_CONFIG_INVALID' })
  t.throws(() => poolOver(['http://u:p@h/']), { code: 'STREAM_CONFIG_INVALID' })
  t.throws(() => poolOver(['http://h/'], {}, { apiKey: 'a\nb' }), { code: 'STREAM_CONFIG_INVALID' })
})

t.test('a request holds its place until its reply is kept', async (t) => {
  const { server, pool } = await rig(t, () => ({}), { maxConcurrency: 1 })
  let keep = (): void => {}
  const kept = new Promise<void>((resolve) => { keep = resolve })
  const first = pool.generate(ask('first'), never, () => kept)
  const second = pool.generate(ask('second'), never)
  while (pool.stats.completed < 1) await new Promise((resolve) => setImmediate(resolve))
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  t.equal(server.received.length, 1, 'the second is not sent while the first is being kept')
  keep()
  await Promise.all([first, second])
  t.equal(server.received.length, 2)
  await t.rejects(pool.generate(ask(), never, () => Promise.reject(new SinkFailedError('disk full'))), { code: 'STREAM_SINK_FAILED' })
})
