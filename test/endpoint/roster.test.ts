import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openEndpointList } from '../../dist/endpoint/endpoint-list.js'
import type { PoolOptions } from '../../dist/endpoint/pool-options.js'
import type { EndpointPool } from '../../dist/endpoint/pool.js'
import { openPool } from '../../dist/endpoint/pool.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import type { Reply, RequestBody } from '../../dist/rows.js'
import type { Received, ScriptedServer, Step } from './scripted-server.ts'
import { completion, scriptedServer } from './scripted-server.ts'

const never = new AbortController().signal
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
const isModels = ({ path }: Received): boolean => path === '/v1/models'
const has = (model: string): Step => ({ body: { data: [{ id: model }] } })

function ask(content: string): RequestBody {
  return encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] }, { model: 'tiny', sampling: {}, sample: 0, extraBody: {} })
}

function held(): { readonly after: Promise<void>, readonly release: () => void } {
  let release = (): void => {}
  const after = new Promise<void>((resolve) => { release = resolve })
  return { after, release }
}

/** A server of the model `tiny`. Requests that were asked for completions are `asked`. */
async function serving(t: Test, answer: (request: Received) => Step = () => ({}), model = 'tiny'): Promise<ScriptedServer & { readonly asked: () => number }> {
  const server = await scriptedServer((request) => (isModels(request) ? has(model) : answer(request)))
  t.teardown(() => server.close())
  return Object.assign(Object.create(server) as ScriptedServer, { asked: () => server.received.filter(({ method }) => method === 'POST').length })
}

interface Rig {
  readonly pool: EndpointPool
  readonly lines: string[]
  /** What the file holds from now on. */
  readonly write: (...urls: readonly string[]) => void
  /** Until a line says so. */
  readonly told: (line: RegExp) => Promise<void>
}

/** A pool that is up, with its endpoints in a file. */
async function rig(t: Test, urls: readonly string[], options: Partial<PoolOptions> = {}, typed: readonly string[] = []): Promise<Rig> {
  const path = join(t.testdir(), 'hosts.txt')
  const write = (...urls: readonly string[]): void => { writeFileSync(path, urls.join('\n')) }
  write(...urls)
  const lines: string[] = []
  const note = (line: string): void => void lines.push(line)
  const list = await openEndpointList([...typed, `@${path}`], note)
  const optionsOf = (urls: readonly string[]): PoolOptions['endpoints'] => urls.map((url) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000 }))
  let clock = Date.parse('2026-01-01T00:00:00Z')
  const pool = openPool({
    endpoints: optionsOf(list.urls), latest: async () => { clock += 10; const urls = await list.look(); return urls && optionsOf(urls) },
    maxConcurrency: 4, maxAttempts: 2, lookEveryMs: 2, note, random: () => 1, now: () => clock,
    async sleep(ms) { clock += ms },
    ...options,
  })
  t.teardown(() => pool.close())
  await pool.ready(never, 60_000)
  return { pool, lines, write, told: async (line) => { while (!lines.some((each) => line.test(each))) await turn() } }
}

/** One after the other. */
async function several(pool: EndpointPool, count: number, name = 'x'): Promise<Reply[]> {
  const replies: Reply[] = []
  for (let i = 0; i < count; i++) replies.push(await pool.generate(ask(`${name}${i}`), never))
  return replies
}

t.test('one is added, the other drained: what is in flight is finished and kept', async (t) => {
  const gate = held()
  const first = await serving(t, ({ body }) => ({ body: completion(body), ...(body.includes('slow') && { after: gate.after }) }))
  const second = await serving(t)
  const { pool, lines, write, told } = await rig(t, [first.url])
  await several(pool, 3)
  write(first.url, second.url)
  await told(/up and takes part/)
  await several(pool, 6)
  t.strictSame([first.asked(), second.asked()], [6, 3])

  const kept: Reply[] = []
  const slow = [1, 2].map(() => pool.generate(ask('slow'), never, async (reply) => void kept.push(reply)))
  await first.until(() => first.received.some(({ body }) => body.includes('slow')))
  await second.until(() => second.asked() === 4)
  write(second.url)
  await told(/off the list/)
  await several(pool, 5)
  t.strictSame([first.asked(), second.asked(), first.sockets > 0], [7, 9, true], 'it gets nothing new, and keeps what it has')
  t.notOk(lines.some((line) => line.includes('drained')))
  gate.release()
  await Promise.all(slow)
  await told(/drained/)
  await first.until(() => first.sockets === 0)
  t.match(kept, [{ endpoint: second.url }, { text: /slow/, endpoint: first.url }])
  t.strictSame(lines, [
    `endpoint ${second.url} is up and takes part from now on`,
    `endpoint ${first.url} is off the list: it is asked nothing new, 1 in flight are waited for`,
    `endpoint ${first.url} is drained: 7 answered`,
  ])
  t.match(pool.stats.endpoints, [{ origin: first.url, up: false, sent: 7, completed: 7, inFlight: 0 }, { origin: second.url, up: true, sent: 9, completed: 9 }])
  t.match(pool.stats, { sent: 16, completed: 16, retries: 0, limit: 4 })
})

t.test('one that comes back joins again, and its counts go on', async (t) => {
  const [one, other] = [await serving(t), await serving(t)]
  const { pool, lines, write, told } = await rig(t, [one.url, other.url], { autopilot: true, noticeStalls: true, batch: 4 })
  await several(pool, 4)
  write(other.url)
  await told(/drained: 2 answered/)
  await one.until(() => one.sockets === 0)
  await several(pool, 4)
  t.equal(one.asked(), 2)
  for (let round = 0; round < 3; round++) {
    lines.length = 0
    write(`${one.url}/v1/`, other.url)
    await told(/up and takes part/)
    await several(pool, 4)
    write(other.url)
    await told(new RegExp(`drained: ${4 + 2 * round} answered`))
    t.equal(lines.length, 2)
  }
  t.equal(pool.stats.endpoints.length, 2, 'in its old place')
  t.match(pool.stats.endpoints, [{ origin: one.url, up: false, sent: 8, completed: 8 }, { origin: other.url, sent: 12 }])
  t.match(pool.stats, { sent: 20, completed: 20, retries: 0 })
})

t.test('one that is put back while it is drained goes on', async (t) => {
  const gate = held()
  const one = await serving(t, ({ body }) => (body.includes('slow') ? { after: gate.after } : {}))
  const { pool, lines, write, told } = await rig(t, [one.url])
  const slow = pool.generate(ask('slow'), never)
  await one.until(() => one.asked() === 1)
  write('')
  await told(/no endpoint is left/)
  write(one.url)
  await told(/up and takes part/)
  await several(pool, 2)
  gate.release()
  await slow
  t.notOk(lines.some((line) => line.includes('drained')))
  t.match(pool.stats.endpoints, [{ up: true, sent: 3, completed: 3 }])
})

t.test('without any endpoint the run waits, whatever becomes of what was in flight', async (t) => {
  const gate = held()
  const last = await serving(t, () => ({ status: 503, after: gate.after }))
  const next = await serving(t)
  const { pool, lines, write, told } = await rig(t, [last.url], { maxAttempts: 1 })
  const replies = Promise.all(Array.from({ length: 20 }, (_, i) => pool.generate(ask(String(i)), never)))
  await last.until(() => last.asked() === 4)
  write('# back in a minute')
  await told(/no endpoint is left/)
  gate.release()
  await told(/drained: 0 answered/)
  for (let i = 0; i < 50; i++) await turn()
  t.match(pool.stats, { inFlight: 0, waiting: 20, limit: 0 })
  t.equal(last.asked(), 4, 'that no longer asked whether it lives')
  write(next.url)
  t.ok((await replies).every(({ endpoint }) => endpoint === next.url))
  t.strictSame(lines, [
    `endpoint ${last.url} is off the list: it is asked nothing new, 4 in flight are waited for`,
    'no endpoint is left to ask: the run waits until one that is up is on the list',
    `endpoint ${last.url} is drained: 0 answered`,
    `endpoint ${next.url} is up and takes part from now on`,
  ])
  t.match(pool.stats, { completed: 20, sent: 20 })
  t.equal(pool.stats.failed.size, 0)
})

t.test('without any endpoint a run that is stopped stops', async (t) => {
  const only = await serving(t)
  const { pool, write, told } = await rig(t, [only.url])
  await several(pool, 1)
  write()
  await told(/drained/)
  const control = new AbortController()
  const replies = Promise.allSettled([1, 2, 3].map((i) => pool.generate(ask(String(i)), control.signal)))
  t.equal(pool.stats.waiting, 3)
  control.abort()
  for (const result of await replies) t.match(result, { status: 'rejected', reason: { code: 'STREAM_ABORTED' } })
  await t.rejects(pool.generate(ask('x'), control.signal), { code: 'STREAM_ABORTED' })
})

t.test('one that leaves while it refuses does not end the run', async (t) => {
  const gate = held()
  const last = await serving(t, () => ({ status: 401, after: gate.after }))
  const next = await serving(t)
  const { pool, write, told } = await rig(t, [last.url])
  const reply = pool.generate(ask('x'), never)
  await last.until(() => last.asked() === 1)
  write(next.url)
  await told(/off the list/)
  gate.release()
  t.equal((await reply).endpoint, next.url)
})

t.test('one that is added and is of no use costs a line, and no row anything', async (t) => {
  const good = await serving(t)
  const wrong = await serving(t, () => 'reset', 'huge')
  const refusing = await serving(t, () => ({ status: 401, body: { error: { message: 'who are you' } } }))
  const late = await serving(t)
  await late.close()
  const { pool, lines, write, told } = await rig(t, [], { maxAttempts: 1 }, [good.url])
  await several(pool, 1)
  write(wrong.url, refusing.url, late.url)
  await told(/cannot take part/)
  await told(/not up yet/)
  await told(/takes part from now on/)
  await several(pool, 20)
  t.strictSame([wrong.asked(), refusing.asked(), good.asked()], [0, 1, 21])
  const told1 = lines.toSorted()
  t.equal(told1.length, 4)
  t.match(told1, [
    /^endpoint http\S+ /, /^endpoint http\S+ /, /^endpoint http\S+ /,
    `warning: ${refusing.url}/v1/chat/completions answered 401: who are you; check --api-key or OPENAI_API_KEY; the run goes on without this endpoint`,
  ])
  t.ok(lines.includes(`endpoint ${wrong.url} cannot take part: it serves huge, not "tiny"`))
  t.ok(lines.some((line) => line.startsWith(`endpoint ${late.url} is not up yet (`) && line.endsWith('); it takes part as soon as it is')))
  lines.length = 0
  write()
  await told(new RegExp(`${refusing.url} is drained: 0 answered`))
  await told(new RegExp(`${wrong.url} is drained`))
  await several(pool, 2)
  t.match(pool.stats.endpoints, [{ origin: good.url, up: true, completed: 23 }, { up: false }, { up: false }, { up: false }])
  t.notOk(lines.some((line) => line.includes('no endpoint is left')), 'what was typed stays')
})

t.test('arrays of prompts go to endpoints that were added, and those in flight are finished', async (t) => {
  const gate = held()
  const answer = ({ body }: Received): Step => {
    const { prompt } = JSON.parse(body) as { prompt: string | string[] }
    const choices = [prompt].flat().map((text, index) => ({ index, text, finish_reason: 'stop' }))
    return { body: { model: 'tiny', choices, usage: { prompt_tokens: 1, completion_tokens: 8, total_tokens: 9 } }, after: prompt.includes('late') ? gate.after : Promise.resolve() }
  }
  const [first, second] = [await serving(t, answer), await serving(t, answer)]
  const { pool, write, told } = await rig(t, [first.url], { maxConcurrency: 8, batch: 4 })
  const raw = (prompt: string): Promise<Reply> =>
    pool.generate(encodeRequest({ shape: 'completion', prompt }, { model: 'tiny', sampling: {}, sample: 0, extraBody: {} }), never)
  const before = Promise.all(['late', 'b', 'c', 'd', 'e', 'f'].map(raw))
  await first.until(() => first.asked() === 2)
  write(second.url)
  await told(/takes part/)
  const after = await Promise.all(Array.from({ length: 12 }, (_, i) => raw(`p${i}`)))
  t.ok(after.every(({ endpoint }) => endpoint === second.url))
  t.equal(second.asked(), 3)
  gate.release()
  t.strictSame((await before).map(({ text }) => text), ['late', 'b', 'c', 'd', 'e', 'f'])
  await told(/drained: 6 answered/)
  t.match(pool.stats, { sent: 18, completed: 18, retries: 0 })
})

t.test('a dead endpoint that is replaced, or joined by another, while it is asked whether it lives does not end the run', async (t) => {
  const isCanary = ({ body }: Received): boolean => body.includes('"max_tokens":1}')
  const other = await serving(t)
  for (const last of ['is asked', 'is asked and stays', 'waits for its place'] as const) {
    const gate = held()
    const isSecond = ({ body }: Received): boolean => body.includes('second')
    const dead = await serving(t, (request) => ({ status: isSecond(request) ? 200 : 500, ...((isCanary(request) || isSecond(request)) && { after: gate.after }) }))
    const { pool, write, told } = await rig(t, [dead.url], { maxAttempts: 1, maxConcurrency: 1 })
    const names = last === 'waits for its place' ? ['first', 'second', 'third'] : ['first']
    const replies = Promise.all(names.map((name) => pool.generate(ask(name), never)))
    await dead.until(() => dead.received.some((request) => isCanary(request) || isSecond(request)))
    write(...(last === 'is asked and stays' ? [dead.url] : []), other.url)
    await told(/takes part/)
    gate.release()
    t.strictSame((await replies).map(({ endpoint }) => endpoint === other.url), [true, false, true].slice(0, names.length), last)
    t.equal(dead.received.filter(isCanary).length, last === 'waits for its place' ? 0 : 1)
    t.equal(pool.stats.failed.size, 0)
  }
})
