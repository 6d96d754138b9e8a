import t, { type Test } from 'tap'
import { startSimulated } from '../../bench/simulated/start.js'
import type { AttemptNote } from '../../dist/endpoint/attempt-note.js'
import type { PoolOptions } from '../../dist/endpoint/pool-options.js'
import { openPool, type EndpointPool } from '../../dist/endpoint/pool.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import type { RequestBody, Sampling } from '../../dist/rows.js'
import { scriptedServer, type Received, type ScriptedServer, type Step } from './scripted-server.ts'

const never = new AbortController().signal

function raw(prompt: string, sampling: Sampling = { max_tokens: 40 }, model = 'tiny'): RequestBody {
  return encodeRequest({ shape: 'completion', prompt }, { model, sampling, sample: 0, extraBody: {} })
}

const texts = (n: number, name = 'prompt') => Array.from({ length: n }, (_, i) => `${name} ${i}`)
const promptsOf = ({ body }: { readonly body: string }): string[] => [JSON.parse(body).prompt].flat()
const sizes = ({ received }: ScriptedServer) => received.map((request) => promptsOf(request).length)

/** Every prompt gets its own words back, in reverse order. */
function echo(request: Received, change: (choices: object[]) => object[] = (choices) => choices): Step {
  const prompts = promptsOf(request)
  const choices = prompts.map((prompt, index) => ({ index, text: `to ${prompt}`, finish_reason: 'stop' }))
  const usage = { prompt_tokens: 7 * prompts.length + 1, completion_tokens: 3 * prompts.length + 2 }
  return { body: { model: 'tiny', choices: change(choices).toReversed(), usage } }
}

const refused = (status = 400): Step => ({ status, body: { error: { message: 'this prompt is poison', code: status } } })
const poisonous = (request: Received) => promptsOf(request).some((prompt) => prompt.includes('poison'))

interface Rig { readonly pool: EndpointPool, readonly server: ScriptedServer, readonly notes: AttemptNote[], readonly sleeps: number[] }

async function rig(t: Test, script: Parameters<typeof scriptedServer>[0], options: Partial<PoolOptions> = {}, deadlineMs = 60_000): Promise<Rig> {
  const server = await scriptedServer(script)
  const notes: AttemptNote[] = []
  const sleeps: number[] = []
  const pool = openPool({
    endpoints: [{ url: server.url, apiKey: 'EMPTY', headers: {}, deadlineMs }],
    maxConcurrency: 64, maxAttempts: 6, batch: 8, random: () => 1, now: () => 0, onAttempt: (note) => void notes.push(note),
    async sleep(ms, signal) {
      sleeps.push(ms)
      signal.throwIfAborted()
    },
    ...options,
  })
  t.teardown(async () => {
    await pool.close()
    await server.close()
  })
  return { pool, server, notes, sleeps }
}

const askAll = (pool: EndpointPool, prompts: readonly string[]) => Promise.all(prompts.map((prompt) => pool.generate(raw(prompt), never)))

t.test('each prompt gets its own choice, whatever their order', async (t) => {
  const { pool, server } = await rig(t, (request) => echo(request))
  const prompts = texts(19)
  const replies = await askAll(pool, prompts)
  t.same(replies.map(({ text }) => text), prompts.map((prompt) => `to ${prompt}`))
  t.same(sizes(server), [8, 8, 3])
  const sum = (of: (usage: { promptTokens: number, completionTokens: number }) => number) => replies.reduce((all, { usage }) => all + of(usage!), 0)
  t.equal(sum(({ promptTokens }) => promptTokens), 19 * 7 + 3, 'usage is shared out without a remainder')
  t.equal(sum(({ completionTokens }) => completionTokens), 19 * 3 + 6)
  t.match(pool.stats, { sent: 19, completed: 19, retries: 0, inFlight: 0, endpoints: [{ sent: 19, completed: 19 }] })
  await pool.generate(raw('alone'), never)
  t.equal(JSON.parse(server.received.at(-1)!.body).prompt, 'alone', 'one prompt is sent as ever')
})

t.test('the simulated endpoint gives the same texts as to each prompt alone', async (t) => {
  const simulated = await startSimulated(['--speed', 200, '--output-mean', 20])
  t.teardown(() => simulated.stop())
  const prompts = texts(100, 'a town by the river, number')
  const ask = async (batch: number) => {
    const pool = openPool({
      endpoints: [{ url: simulated.url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000 }], maxConcurrency: 64, maxAttempts: 6, batch,
      random: Math.random, now: Date.now, sleep: async () => {},
    })
    const before = (await simulated.stats()).requests.received
    const replies = await Promise.all(prompts.map((prompt) => pool.generate(raw(prompt, { max_tokens: 30 }, 'simulated'), never)))
    await pool.close()
    return { replies, calls: (await simulated.stats()).requests.received - before }
  }
  const [singly, together] = [await ask(1), await ask(8)]
  t.equal(singly.calls, 100)
  t.ok(together.calls <= 20, `${together.calls} calls`)
  t.same(together.replies.map(({ text, finishReason }) => [text, finishReason]), singly.replies.map(({ text, finishReason }) => [text, finishReason]))
  t.equal(new Set(singly.replies.map(({ finishReason }) => finishReason)).size, 2, 'of both ends')
  const tokens = (replies: typeof singly.replies) => replies.reduce((sum, { usage }) => sum + usage!.completionTokens, 0)
  t.equal(tokens(together.replies), tokens(singly.replies), 'and as many tokens')
})

t.test('only what has the same sampling, model and shape shares a call', async (t) => {
  const { pool, server } = await rig(t, (request) => (request.path === '/v1/completions' ? echo(request) : {}))
  const chat = encodeRequest({ shape: 'chat', messages: [{ role: 'user', content: 'x' }] }, { model: 'tiny', sampling: { max_tokens: 40 }, sample: 0, extraBody: {} })
  const requests = texts(12).flatMap((prompt) => [raw(prompt), raw(prompt, { max_tokens: 41 }), raw(prompt, { max_tokens: 40, seed: 1 }), raw(prompt, { max_tokens: 40 }, 'other'), chat])
  const replies = await Promise.all(requests.map((request) => pool.generate(request, never)))
  t.equal(replies.length, 60)
  const completions = server.received.filter(({ path }) => path === '/v1/completions')
  t.equal(completions.reduce((sum, request) => sum + promptsOf(request).length, 0), 48)
  for (const [found, expected] of [[{ max_tokens: 41 }, 12], [{ seed: 1 }, 12], [{ model: 'other' }, 12]] as const) {
    const some = completions.filter(({ body }) => Object.entries(found).every(([name, value]) => JSON.parse(body)[name] === value))
    t.equal(some.reduce((sum, request) => sum + promptsOf(request).length, 0), expected)
    t.ok(some.length < expected, 'in arrays')
  }
  t.equal(server.received.length - completions.length, 12, 'chats are sent one by one')
})

t.test('a refused array is halved until the poison stands alone', async (t) => {
  for (const status of [400, 413, 422]) {
    const { pool, server, sleeps, notes } = await rig(t, (request) => (poisonous(request) ? refused(status) : echo(request)))
    const prompts = ['a', 'b', 'c', 'poison', 'd', 'e', 'f', 'g']
    const ends = await Promise.allSettled(prompts.map((prompt) => pool.generate(raw(prompt), never)))
    t.same(ends.map((end) => (end.status === 'fulfilled' ? end.value.text : end.reason.code)),
      prompts.map((prompt) => (prompt === 'poison' ? `STREAM_HTTP_${status}` : `to ${prompt}`)))
    t.same(sizes(server).toSorted(), [1, 1, 2, 2, 4, 4, 8])
    t.same(sleeps, [], 'at once')
    t.same([...pool.stats.failed], [[`STREAM_HTTP_${status}`, 1]])
    t.equal(new Set(notes.map(({ call }) => call)).size, server.received.length, 'every call is told of')
    await askAll(pool, texts(8))
    t.equal(sizes(server).at(-1), 8, 'later ones go in whole arrays again')
  }
})

t.test('an endpoint that takes fewer at once is not asked for more twice', async (t) => {
  const { pool, server } = await rig(t, (request) => (promptsOf(request).length > 2 ? refused(413) : echo(request)), { maxConcurrency: 8 })
  await askAll(pool, texts(8))
  t.same(sizes(server).slice(0, 3), [8, 4, 4])
  const before = server.received.length
  await askAll(pool, texts(8))
  t.same(sizes(server).slice(before), [2, 2, 2, 2])
})

t.test('a missing choice', async (t) => {
  t.test('is invalid for all of the array, which is asked again', async (t) => {
    const { pool, server, sleeps } = await rig(t, (request, index) => echo(request, (choices) => (index === 1 ? choices.slice(1) : choices)), { maxConcurrency: 8 })
    await askAll(pool, texts(8))
    const replies = await askAll(pool, texts(8))
    t.same(replies.map(({ text }) => text), texts(8).map((prompt) => `to ${prompt}`))
    t.same(sizes(server), [8, 8, 8])
    t.equal(sleeps.length, 8)
  })
  t.test('again and again: then singly', async (t) => {
    const { pool, server } = await rig(t, (request, index) => echo(request, (choices) => (index > 0 && choices.length > 1 ? choices.slice(1) : choices)), { maxConcurrency: 8 })
    await askAll(pool, texts(8))
    const replies = await askAll(pool, texts(8))
    t.same(replies.map(({ text }) => text), texts(8).map((prompt) => `to ${prompt}`))
    t.same(sizes(server), [8, 8, 8, ...Array(8).fill(1)])
  })
  t.test('from an endpoint that knows no arrays: singly at once, and from then on', async (t) => {
    const { pool, server } = await rig(t, (request) => echo(request, ([first]) => [first!]), { maxConcurrency: 8 })
    const replies = await askAll(pool, texts(20))
    t.same(replies.map(({ text }) => text), texts(20).map((prompt) => `to ${prompt}`))
    t.same(sizes(server), [8, ...Array(20).fill(1)])
  })
})

t.test('a prompt that breaks the call of its array is found out, and fails alone', async (t) => {
  const { pool, server } = await rig(t, (request) => (poisonous(request) ? { status: 500, body: 'CUDA error' } : echo(request)), {
    sleep: () => new Promise(setImmediate),
  })
  const prompts = ['poison', ...texts(7)]
  const ends = await Promise.allSettled(prompts.map((prompt) => pool.generate(raw(prompt), never)))
  t.same(ends.map(({ status }) => status), ['rejected', ...Array(7).fill('fulfilled')])
  t.match(ends[0], { reason: { code: 'STREAM_HTTP_500' } })
  t.equal(server.received.filter(poisonous).length, 6)
  t.equal(server.received.filter(poisonous).filter((request) => promptsOf(request).length > 1).length, 2, 'two attempts are shared')
})

t.test('a broken call is one failure of its endpoint', async (t) => {
  const up: boolean[] = []
  const { pool } = await rig(t, (request, index) => (index < 2 ? 'reset' : echo(request)), {
    maxConcurrency: 8, sleep: async () => void up.push(pool.stats.endpoints[0]!.up),
  })
  await askAll(pool, texts(8))
  t.match(pool.stats, { completed: 8, retries: 16 })
  t.same(up, Array(16).fill(true), 'three in a row are needed to think it gone')
})

t.test('places count sequences', async (t) => {
  let open = 0
  let peak = 0
  const { pool, server } = await rig(t, (request) => {
    open += promptsOf(request).length
    peak = Math.max(peak, open)
    return { ...(echo(request) as object), after: new Promise<void>((resolve) => setImmediate(() => {
      open -= promptsOf(request).length
      resolve()
    })) }
  }, { maxConcurrency: 20 })
  await askAll(pool, texts(200))
  t.ok(peak <= 20, `${peak} sequences at once`)
  t.equal(server.received.flatMap(promptsOf).length, 200)
  t.ok(server.received.length <= 60, `${server.received.length} calls`)
})

t.test('a place is held until its reply is kept, and the array waits for nobody else', async (t) => {
  const { pool, server } = await rig(t, (request) => echo(request), { maxConcurrency: 8 })
  let keep = (): void => {}
  const kept = new Promise<void>((resolve) => { keep = resolve })
  const asked = texts(16).map((prompt, i) => pool.generate(raw(prompt), never, () => (i === 3 ? kept : Promise.resolve())))
  await server.until(() => server.received.flatMap(promptsOf).length === 15)
  t.equal(pool.stats.inFlight <= 8, true)
  keep()
  await Promise.all(asked)
  t.equal(server.received.flatMap(promptsOf).length, 16)
})

t.test('prompts of several samplings are sorted into whole arrays, and none is left behind', async (t) => {
  const open: (() => void)[] = []
  const { pool, server } = await rig(t, (request) => ({ ...(echo(request) as object), after: new Promise<void>((resolve) => open.push(resolve)) }), { maxConcurrency: 256 })
  let ended = 0
  let rare = Infinity
  const ask = (request: RequestBody) => pool.generate(request, never).then(() => ++ended)
  const asked = [ask(raw('rare', { max_tokens: 1 })).then((n) => (rare = n)), ...texts(3000).map((prompt, i) => ask(raw(prompt, { max_tokens: 40, top_p: [0.7, 0.8, 0.9][i % 3]! })))]
  // One answer at a time, as calls of different length end.
  while (ended < 3001) {
    open.shift()?.()
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  }
  await Promise.all(asked)
  const mean = 3001 / server.received.length
  t.ok(mean > 5, `${mean.toFixed(1)} prompts a call`)
  t.ok(rare < 1000, `the only one of its kind came as number ${rare}`)
})

t.test('an abort reaches what is gathered, held or under way', async (t) => {
  const { pool, server } = await rig(t, ['hang'], { maxConcurrency: 70 })
  const control = new AbortController()
  const ends = Promise.allSettled(texts(100).map((prompt) => pool.generate(raw(prompt), control.signal)))
  await server.until(() => server.received.flatMap(promptsOf).length >= 64)
  control.abort()
  t.ok((await ends).every((end) => end.status === 'rejected' && end.reason.code === 'STREAM_ABORTED'))
  t.match(pool.stats, { waiting: 0, inFlight: 0 })
})
