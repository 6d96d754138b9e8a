import t from 'tap'
import type { Client, ClientOptions } from '../../dist/endpoint/client.js'
import { openClient } from '../../dist/endpoint/client.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import { AbortedError, SinkFailedError } from '../../dist/errors.js'
import type { Prompt, RequestBody } from '../../dist/rows.js'
import type { ScriptedServer, Step } from './scripted-server.ts'
import { completion, scriptedServer } from './scripted-server.ts'

const never = new AbortController().signal

function request(prompt: Prompt = { shape: 'chat', messages: [{ role: 'user', content: 'x' }] }): RequestBody {
  return encodeRequest(prompt, { model: 'tiny', sampling: {}, sample: 0, extraBody: {} })
}

async function start(
  t: { teardown(end: () => Promise<void>): void },
  script: Parameters<typeof scriptedServer>[0],
  options: Partial<ClientOptions> = {},
): Promise<{ server: ScriptedServer, client: Client }> {
  const server = await scriptedServer(script)
  const client = openClient({ url: server.url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000, ...options })
  t.teardown(async () => {
    await client.close()
    await server.close()
  })
  return { server, client }
}

t.test('one request on the wire', async (t) => {
  const { server, client } = await start(t, [{ body: completion('hi'), pieces: 7 }],
    { headers: { 'X-Team': 'a' }, apiKey: 'k' })
  const sent = request()
  const outcome = await client.send(sent, never)
  t.match(outcome, { kind: 'answer', status: 200, body: JSON.stringify(completion('hi')) },
    'a body in pieces is put together')
  t.match(server.received[0], { method: 'POST', path: '/v1/chat/completions', body: sent.body })
  t.match(server.received[0]?.headers, { authorization: 'Bearer k', 'x-team': 'a', 'content-type': 'application/json' })
  t.notOk(server.received[0]?.headers['accept-encoding'])
  await client.send(request({ shape: 'completion', prompt: 'x' }), never)
  await client.models(never, 60_000)
  t.match(server.received.slice(1), [{ path: '/v1/completions' }, { method: 'GET', path: '/v1/models' }])
  t.equal(client.outstanding, 0)
  t.equal(client.url('completion'), `${server.url}/v1/completions`)
})

t.test('characters split between packets survive', async (t) => {
  const body = completion('\ud83d\ude00'.repeat(100))
  const { client } = await start(t, [{ body, pieces: 97 }])
  t.match(await client.send(request(), never), { body: JSON.stringify(body) })
})

t.test('a socket is used again, also after an error status', async (t) => {
  const { server, client } = await start(t, [{}, { status: 400, body: 'no' }, {}], { connections: 1 })
  for (let i = 0; i < 3; i++) await client.send(request(), never)
  t.strictSame(server.received.map(({ connection }) => connection), [0, 0, 0])
})

t.test('broken connections are outcomes', async (t) => {
  const cases: [Step, RegExp][] = [
    ['reset', /^(UND_ERR_SOCKET|ECONNRESET)$/],
    ['reset-in-body', /^(UND_ERR_SOCKET|ECONNRESET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/],
    ['truncate', /^(UND_ERR_SOCKET|ECONNRESET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/],
  ]
  for (const [step, code] of cases) {
    const { server, client } = await start(t, [step])
    t.match(await client.send(request(), never), { kind: 'broken', code }, String(step))
    t.equal(server.received.length, 1, 'a new socket gets one attempt')
  }
  const gone = await scriptedServer([{}])
  await gone.close()
  const client = openClient({ url: gone.url, apiKey: '', headers: {}, deadlineMs: 60_000 })
  t.match(await client.send(request(), never), { kind: 'broken', code: 'ECONNREFUSED',
    message: /ECONNREFUSED 127\.0\.0\.1/ })
  await client.close()
})

t.test('an idle socket that the server had closed', async (t) => {
  t.test('reset on reuse is asked again at once, on a new socket', async (t) => {
    const { server, client } = await start(t, ({ ordinal }) => (ordinal > 0 ? 'reset' : {}), { connections: 1 })
    await client.send(request(), never)
    t.match(await client.send(request(), never), { kind: 'answer', status: 200 })
    t.strictSame(server.received.map(({ connection, ordinal }) => [connection, ordinal]), [[0, 0], [0, 1], [1, 0]])
  })
  t.test('but once only', async (t) => {
    const { server, client } = await start(t, (_request, index) => (index === 0 ? {} : 'reset'), { connections: 1 })
    await client.send(request(), never)
    t.match(await client.send(request(), never), { kind: 'broken' })
    t.equal(server.received.length, 3)
  })
  t.test('and not after the answer has begun', async (t) => {
    const { server, client } = await start(t, ({ ordinal }) => (ordinal > 0 ? 'reset-in-body' : {}), { connections: 1 })
    await client.send(request(), never)
    t.match(await client.send(request(), never), { kind: 'broken' })
    t.equal(server.received.length, 2)
  })
  t.test('closed in peace costs nothing', async (t) => {
    const { server, client } = await start(t, [{}])
    await client.send(request(), never)
    server.closeIdle()
    await server.until(() => server.sockets === 0)
    t.match(await client.send(request(), never), { kind: 'answer', status: 200 })
    t.equal(server.received.length, 2)
  })
})

t.test('a deadline drops the socket, so that the server can stop', async (t) => {
  const { server, client } = await start(t, ['hang'], { deadlineMs: 50 })
  t.strictSame(await client.send(request(), never), { kind: 'broken', code: 'DEADLINE',
    message: 'no answer within 0.05 s' })
  await server.until(() => server.sockets === 0)
  t.equal(client.outstanding, 0)
})

t.test('abort', async (t) => {
  t.test('rejects at once and drops all sockets of that signal, no other', async (t) => {
    const { server, client } = await start(t, ({ body }) => (body.includes('"stay"') ? {} : 'hang'))
    const control = new AbortController()
    const open = Array.from({ length: 20 }, () => client.send(request(), control.signal))
    const rejected = Promise.allSettled(open)
    await server.until(() => server.received.length === 20)
    t.equal(client.outstanding, 20)
    const other = client.send(request({ shape: 'chat', messages: [{ role: 'user', content: 'stay' }] }), never)
    control.abort()
    for (const result of await rejected) t.match(result, { status: 'rejected', reason: { code: 'STREAM_ABORTED' } })
    t.match(await other, { kind: 'answer' })
    await server.until(() => server.sockets === 1)
    t.equal(client.outstanding, 0)
  })
  t.test('hands on a reason of ours', async (t) => {
    const { server, client } = await start(t, ['hang'])
    const control = new AbortController()
    const open = client.send(request(), control.signal)
    await server.until(() => server.received.length === 1)
    const reason = new SinkFailedError('disk full')
    control.abort(reason)
    await t.rejects(open, reason)
    await t.rejects(client.send(request(), control.signal), reason, 'also when it had aborted before')
    t.equal(server.received.length, 1)
  })
  t.test('in the middle of a body', async (t) => {
    const { server, client } = await start(t, [{ pieces: 10_000, body: 'x'.repeat(10_000) }])
    const control = new AbortController()
    const open = client.send(request(), control.signal)
    await server.until(() => server.received.length === 1)
    control.abort()
    await t.rejects(open, { code: 'STREAM_ABORTED' })
    await server.until(() => server.sockets === 0)
  })
  t.test('before the connection stands', async (t) => {
    const { server, client } = await start(t, [{}], { connections: 1 })
    const control = new AbortController()
    const open = client.send(request(), control.signal)
    control.abort()
    await t.rejects(open, { code: 'STREAM_ABORTED' })
    await client.send(request({ shape: 'completion', prompt: 'x' }), never)
    t.strictSame(server.received.map(({ path }) => path), ['/v1/completions'], 'and is never sent')
  })
})

t.test('close rejects what is open and drops the sockets', async (t) => {
  const { server, client } = await start(t, ['hang'])
  const open = client.send(request(), never)
  await server.until(() => server.received.length === 1)
  await Promise.all([t.rejects(open, AbortedError), client.close()])
  await server.until(() => server.sockets === 0)
  await t.rejects(client.send(request(), never), AbortedError)
})

t.test('the key shows in no error status', async (t) => {
  const body = { error: { message: 'Incorrect API key: sk-0123456789' } }
  const { client } = await start(t, [{ status: 401, body }, { status: 200, body }], { apiKey: 'sk-0123456789' })
  t.match(await client.send(request(), never), { body: JSON.stringify(body).replace('sk-0123456789', '***') })
  t.match(await client.send(request(), never), { body: JSON.stringify(body) }, 'a 200 is data and left alone')
  t.equal(client.redact('sk-0123456789'), '***')
})

t.test('many endpoints share one signal without a warning', async (t) => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): number => warnings.push(warning)
  process.on('warning', onWarning)
  const server = await scriptedServer([{}])
  const control = new AbortController()
  const options = { url: server.url, apiKey: '', headers: {}, deadlineMs: 60_000 }
  const clients = Array.from({ length: 20 }, () => openClient(options))
  await Promise.all(clients.map((client) => client.send(request(), control.signal)))
  await Promise.all(clients.map((client) => client.close()))
  await server.close()
  process.off('warning', onWarning)
  t.strictSame(warnings, [])
})
