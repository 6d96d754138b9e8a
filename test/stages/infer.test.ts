import t from 'tap'
import { AbortedError, EndpointUnreachableError, RequestStatusError } from '../../dist/errors.js'
import { observe } from '../../dist/flow/observe.js'
import { newTally } from '../../dist/flow/tally.js'
import type { Reply, RequestBody } from '../../dist/rows.js'
import { infer, type InferOptions, type ReplyStore } from '../../dist/stages/infer.js'
import { gate, settle } from '../flow/fakes.js'
import { generatedRow, promptRow, reply } from '../rows.js'

const prompt = (key: string) => promptRow({ id: `id-${key}`, request: { shape: 'chat', body: key, key } })
const memory = (stored: Map<string, Reply> = new Map()): ReplyStore & { stored: Map<string, Reply> } => ({
  stored,
  get: async (key) => stored.get(key),
  put: async (key, value) => void stored.set(key, value),
})
/** An endpoint that keeps its replies, as the pool does. */
const kept = (ask: (request: RequestBody, signal: AbortSignal) => Promise<Reply>): InferOptions['generate'] => async (request, signal, keep) => {
  const answer = await ask(request, signal)
  await keep(answer)
  return answer
}
const make = (part: Partial<InferOptions> = {}) =>
  infer({ name: 'infer', concurrency: 2, generate: kept(async ({ key }) => reply({ text: `re ${key}` })), store: memory(), onReply: () => {}, ...part })
const run = (stage: ReturnType<typeof make>, keys: string[], signal = new AbortController().signal) =>
  observe(stage, { seq: 0, rows: keys.map(prompt), rejects: [] }, newTally('infer'), signal)

t.test('rows keep their lineage and lose their request body', async (t) => {
  const { rows } = await run(make(), ['a'])
  t.match(rows[0], { id: 'id-a', text: 're a', reply: { text: 're a' }, tokenCount: null })
  t.notOk('request' in rows[0]!)
})

t.test('a refused row fails alone with its true code', async (t) => {
  const generate = async ({ key }: RequestBody) => {
    if (key === 'b') throw new RequestStatusError(400, 'too long')
    return reply()
  }
  const { rows, rejects } = await run(make({ generate }), ['a', 'b', 'c'])
  t.same(rows.map(({ id }) => id), ['id-a', 'id-c'])
  t.match(rejects, [{ status: 'failed', reason: 'STREAM_HTTP_400', detail: 'endpoint answered 400: too long' }])
})

t.test('a run error ends the run, after every other request has ended', async (t) => {
  const other = gate()
  let ended = false
  const generate = async ({ key }: RequestBody) => {
    if (key === 'dead') throw new EndpointUnreachableError('nobody there')
    await other.promise
    ended = true
    return reply()
  }
  const outcome = t.rejects(run(make({ generate }), ['dead', 'b']).finally(() => t.ok(ended)), { code: 'STREAM_ENDPOINT_UNREACHABLE' })
  await settle()
  other.open()
  await outcome
})

t.test('a stored reply is not asked for again; a new one is stored before its row goes on', async (t) => {
  const store = memory(new Map([['a', reply({ text: 'kept' })]]))
  const asked: string[] = []
  const origins: string[] = []
  const generate = async ({ key }: RequestBody) => (asked.push(key), reply({ text: `re ${key}` }))
  const { rows } = await run(make({ store, generate: kept(generate), onReply: (_reply, origin) => origins.push(origin) }), ['a', 'b'])
  t.same(rows.map(({ text }) => text), ['kept', 're b'])
  t.same(asked, ['b'])
  t.same(origins.toSorted(), ['sent', 'stored'])
  t.equal(store.stored.get('b')?.text, 're b')
})

t.test('equal requests under way at the same time are sent once', async (t) => {
  const asked: string[] = []
  const open = gate()
  const generate = async ({ key }: RequestBody) => (asked.push(key), await open.promise, reply({ text: key }))
  const stage = make({ generate })
  const both = Promise.all([run(stage, ['x', 'x']), run(stage, ['x', 'y'])])
  await settle()
  t.same(asked.toSorted(), ['x', 'y'])
  open.open()
  const [first, second] = await both
  t.same([...first.rows, ...second.rows].map(({ text }) => text), ['x', 'x', 'x', 'y'])
})

t.test('a failed request is asked for again by the next row that needs it', async (t) => {
  let calls = 0
  const generate = async () => {
    if (calls++ === 0) throw new RequestStatusError(400, 'once')
    return reply()
  }
  const stage = make({ generate })
  t.equal((await run(stage, ['x'])).rows.length, 0)
  t.equal((await run(stage, ['x'])).rows.length, 1)
})

t.test('abort reaches the endpoint and comes out as it went in', async (t) => {
  const stop = new AbortController()
  const generate = (_request: RequestBody, signal: AbortSignal) =>
    new Promise<Reply>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const outcome = t.rejects(run(make({ generate }), ['a', 'b'], stop.signal), { code: 'STREAM_ABORTED' })
  await settle()
  stop.abort(new AbortedError('stopped'))
  await outcome
})

t.test('a request that waits is made of the answers before it, one after the other', async (t) => {
  const order: string[] = []
  const generate = kept(async ({ key }) => (order.push(key), reply({ text: key.toUpperCase() })))
  const first = prompt('a')
  const defer = (after: typeof first, name: string) =>
    promptRow({ id: name, request: { after, make: (previous) => [{ shape: 'chat', body: '', key: `${name}(${previous})` }] } })
  const second = defer(first, 'b')
  const third = defer(second, 'c')
  const { rows } = await observe(make({ generate }), { seq: 0, rows: [first, second, third], rejects: [] }, newTally('infer'), new AbortController().signal)
  t.same(order, ['a', 'b(A)', 'c(A\n\nB(A))'])
  t.equal(rows.length, 3)
})

t.test('where one of them fails, the next goes on without it', async (t) => {
  const generate = kept(async ({ key }) => {
    if (key === 'a') throw new RequestStatusError(400, 'no')
    return reply({ text: key })
  })
  const first = prompt('a')
  const second = promptRow({ id: 'b', request: { after: first, make: (previous) => [{ shape: 'chat', body: '', key: `b(${previous})` }] } })
  const { rows, rejects } = await observe(make({ generate }), { seq: 0, rows: [first, second], rejects: [] }, newTally('infer'), new AbortController().signal)
  t.same(rows.map(({ text }) => text), ['b()'])
  t.equal(rejects.length, 1)
})

t.test('a reply that is not accepted is asked for again, as often as there are requests', async (t) => {
  const again = ['a1', 'a2'].map((key) => ({ shape: 'chat' as const, body: '', key }))
  const rows = [{ ...prompt('a'), again }]
  const ask = async (good: string) => {
    const asked: string[] = []
    const generate = kept(async ({ key }) => (asked.push(key), reply({ text: key })))
    const stage = make({ generate, accepts: async ({ text }) => text === good })
    const batch = await observe(stage, { seq: 0, rows, rejects: [] }, newTally('infer'), new AbortController().signal)
    return [asked.join(' '), batch.rows[0]!.text]
  }
  t.same(await ask('a'), ['a', 'a'])
  t.same(await ask('a1'), ['a a1', 'a1'])
  t.same(await ask('nothing'), ['a a1 a2', 'a2'], 'the last one is what the parser blames')
})

t.test('so is one that waited, and what comes after it is told the reply that was accepted', async (t) => {
  const order: string[] = []
  const generate = kept(async ({ key }) => (order.push(key), reply({ text: key.replace(/\(.*\)/, '') })))
  const first = prompt('a')
  const body = (key: string) => ({ shape: 'chat' as const, body: '', key })
  const second = promptRow({ id: 'b', request: { after: first, make: (previous) => [body(`b(${previous})`), body(`b1(${previous})`), body(`b2(${previous})`)] } })
  const third = promptRow({ id: 'c', request: { after: second, make: (previous) => [body(`c(${previous.replaceAll('\n', ' ')})`)] } })
  const stage = make({ generate, accepts: async ({ text }) => text !== 'b' })
  const { rows } = await observe(stage, { seq: 0, rows: [first, second, third], rejects: [] }, newTally('infer'), new AbortController().signal)
  t.same(order, ['a', 'b(a)', 'b1(a)', 'c(a  b1)'])
  t.same(rows.map(({ text }) => text), ['a', 'b1', 'c'])
})

t.test('a row without a request goes on with an empty reply, or leaves', async (t) => {
  let unasked = 0
  const generate = async () => { throw new Error('asked') }
  const stage = make({ generate, onUnasked: (n) => (unasked += n) })
  const rows = [promptRow({ id: 'a', request: null }), promptRow({ id: 'b', request: null, leave: { reason: 'too_short', detail: '3 tokens' } })]
  const batch = await observe(stage, { seq: 0, rows, rejects: [] }, newTally('infer'), new AbortController().signal)
  t.match(batch, { rows: [{ id: 'a', text: '', reply: { finishReason: 'unasked' } }], rejects: [{ reason: 'too_short', detail: '3 tokens' }] })
  t.equal(unasked, 2)
})

t.test('an output is not lost with the judge that only reports on it', async (t) => {
  const generate = async () => { throw new RequestStatusError(400, 'too long') }
  const rows = [{ ...prompt('a'), judged: null }, { ...prompt('b'), judged: generatedRow() }]
  const batch = await observe(make({ generate, keepUnjudged: true }), { seq: 0, rows, rejects: [] }, newTally('infer'), new AbortController().signal)
  t.match(batch, { rows: [{ id: 'id-b', reply: { finishReason: 'unasked' } }], rejects: [{ reason: 'STREAM_HTTP_400' }] })
})
