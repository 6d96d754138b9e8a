import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import t from 'tap'
import type { Classified, Classifier, ClassifierOptions } from '../../dist/endpoint/classifier.js'
import { openClassifier } from '../../dist/endpoint/classifier.js'
import { RowError, SinkFailedError } from '../../dist/errors.js'
import type { Received, Reply, ScriptedServer, Step } from './scripted-server.ts'
import { scriptedServer } from './scripted-server.ts'

interface Scope { teardown(end: () => Promise<void>): void }

/** What the server does with a batch: a step, or undefined for the answer of a healthy one. */
type Play = (texts: readonly string[], index: number, request: Received) => Step | undefined

interface Rig {
  readonly classifier: Classifier
  readonly server: ScriptedServer
  /** Texts of each classification asked for, in order of arrival. */
  readonly asked: (readonly string[])[]
  /** Every backoff that was asked for, in milliseconds. */
  readonly sleeps: number[]
}

const never = new AbortController().signal
const models: Reply = { body: { object: 'list', data: [{ id: 'tiny', max_model_len: 512 }] } }

function textsOf(body: string): string[] {
  const { input, text_2, inputs } = JSON.parse(body) as { input?: string[], text_2?: string[], inputs?: string[][] }
  return input ?? text_2 ?? inputs?.flat() ?? []
}

/** Every text is called after its length, with its length for a score: so each answer tells its text. */
function answerTo(path: string, texts: readonly string[]): Reply {
  if (path.endsWith('/predict')) return { body: texts.map(({ length }) => [{ label: `n${length}`, score: length }]) }
  const data = texts.map(({ length }, index) => ({ index, label: `n${length}`, probs: [length], num_classes: 1 }))
  return { body: { object: 'list', data: path.endsWith('/score') ? data.map(({ index, probs: [score] }) => ({ index, score })) : data } }
}

function expected(text: string): Classified {
  return { label: `n${text.length}`, scores: { [`n${text.length}`]: text.length } }
}

/** `count` texts that differ in length. */
function lengths(count: number): string[] {
  return Array.from({ length: count }, (_, i) => 'x'.repeat(i + 1))
}

async function rig(t: Scope, play: Play = () => undefined, options: Partial<ClassifierOptions> = {}, path = '/classify'): Promise<Rig> {
  const asked: (readonly string[])[] = []
  const server = await scriptedServer((request) => {
    if (request.method === 'GET') return models
    const texts = textsOf(request.body)
    asked.push(texts)
    return play(texts, asked.length - 1, request) ?? answerTo(request.path, texts)
  })
  const opened = open(`${server.url}${path}`, options)
  t.teardown(async () => {
    await opened.classifier.close()
    await server.close()
  })
  return { server, asked, ...opened }
}

/** A classifier whose backoffs take no time and are written down. */
function open(url: string, options: Partial<ClassifierOptions> = {}): { classifier: Classifier, sleeps: number[] } {
  const sleeps: number[] = []
  let clock = 0
  const classifier = openClassifier({
    url, model: null, apiKey: 'EMPTY', headers: {}, batch: 4, concurrency: 2, maxAttempts: 6, deadlineMs: 60_000,
    random: () => 1, now: () => clock,
    async sleep(ms, signal) {
      sleeps.push(ms)
      clock += ms
      signal.throwIfAborted()
    },
    ...options,
  })
  return { classifier, sleeps }
}

/** Codes of the errors by index. */
function failed(results: readonly (Classified | RowError)[]): [number, string][] {
  return results.flatMap((result, i) => (result instanceof RowError ? [[i, result.code] as [number, string]] : []))
}

t.test('batches on the wire, one result a text', async (t) => {
  for (const path of ['/classify', '/v1/classify', '/predict']) {
    const { classifier, server, asked } = await rig(t, undefined, { apiKey: 'k' }, path)
    const texts = lengths(10)
    t.strictSame(await classifier.classify(texts, never), texts.map(expected), path)
    t.strictSame(asked.map(({ length }) => length).toSorted(), [2, 4, 4])
    t.match(server.received.map(({ method, path }) => `${method} ${path}`),
      ['GET /v1/models', `POST ${path}`, `POST ${path}`, `POST ${path}`])
    t.match(server.received[1]?.headers, { authorization: 'Bearer k', 'content-type': 'application/json' })
    t.match(classifier.stats, { requests: 3, retries: 0, texts: 10, inFlight: 0 })
    t.strictSame(await classifier.classify([], never), [])
    t.equal(server.received.length, 4, 'nothing is asked for no texts, nor twice for the model')
  }
  const { classifier, server } = await rig(t, undefined, {}, '/score?query=a+good%20page')
  t.strictSame(await classifier.classify(['a', 'bb'], never),
    [{ label: 'score', scores: { score: 1 } }, { label: 'score', scores: { score: 2 } }])
  t.match(server.received[1], { path: '/score' })
  t.match(JSON.parse(server.received[1]?.body ?? ''), { model: 'tiny', text_1: 'a good page', text_2: ['a', 'bb'] })
})

t.test('the model', async (t) => {
  const { classifier, server } = await rig(t, undefined, { model: 'mine' })
  await classifier.classify(['a'], never)
  t.equal(JSON.parse(server.received[1]?.body ?? '').model, 'mine')
  const bare = await scriptedServer(({ method, body }) => (method === 'GET' ? { status: 404 } : answerTo('/classify', textsOf(body))))
  const other = open(`${bare.url}/classify`)
  await other.classifier.classify(['a'], never)
  t.notOk('model' in JSON.parse(bare.received[1]?.body ?? ''), 'is left out where the server keeps no list')
  await other.classifier.close()
  await bare.close()
})

t.test('texts are sent well-formed', async (t) => {
  const { classifier, asked } = await rig(t)
  await classifier.classify(['half \ud83d', 'whole \ud83d\ude00'], never)
  t.strictSame(asked, [['half \ufffd', 'whole \ud83d\ude00']])
})

t.test('large texts travel in requests of their own', async (t) => {
  const { classifier, asked } = await rig(t)
  await classifier.classify(['x'.repeat(1e6), 'y'.repeat(2e5), 'z'.repeat(2e5), 'u'.repeat(2.5e5), 'v'.repeat(2e5)], never)
  t.strictSame(asked.map((texts) => texts.map(({ length }) => length)).toSorted((a, b) => b.length - a.length),
    [[250_000, 200_000, 200_000, 250_000], [200_000]], 'and are cut where no classifier reads on')
})

t.test('many calls share the concurrency; results keep the order of their texts', async (t) => {
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => { release = resolve })
  const { classifier, server } = await rig(t, (texts) => ({ ...answerTo('/classify', texts), after: gate }), { concurrency: 3 })
  const calls = Array.from({ length: 20 }, (_, i) => lengths(13).map((text) => text + 'y'.repeat(i)))
  const done = Promise.all(calls.map((texts) => classifier.classify(texts, never)))
  await server.until(() => server.atOnce === 3)
  t.match(classifier.stats, { inFlight: 3 })
  release()
  t.strictSame(await done, calls.map((texts) => texts.map(expected)))
  t.ok(server.peak <= 20, 'probes apart')
  t.match(classifier.stats, { requests: 80, texts: 260, inFlight: 0 })
})

t.test('never more in flight than asked for, answers in any order', async (t) => {
  const held: (() => void)[] = []
  let atOnce = 0
  let peak = 0
  const { classifier } = await rig(t, (texts) => {
    peak = Math.max(peak, ++atOnce)
    // The second answer of a pair goes out before the first.
    const after = new Promise<void>((resolve) => { held.push(resolve) }).then(() => { atOnce-- })
    if (held.length === 2) for (const go of held.splice(0).toReversed()) go()
    return { ...answerTo('/classify', texts), after }
  }, { batch: 1, concurrency: 2 })
  const texts = lengths(40)
  t.strictSame(await classifier.classify(texts, never), texts.map(expected))
  t.equal(peak, 2)
})

t.test('what is retried, and after how long', async (t) => {
  const good = (texts: readonly string[]): Reply => answerTo('/classify', texts)
  const cases: [Step[], number[], string][] = [
    [[{ status: 429, headers: { 'retry-after': '7' } }], [7500], '429 with Retry-After'],
    [[{ status: 429, body: { error: 'Model is overloaded', error_type: 'Overloaded' } }], [1000], 'TEI overloaded'],
    [[{ status: 500 }, { status: 502 }, { status: 503 }, { status: 500 }, { status: 500 }], [1000, 3000, 9000, 27000, 60000], '500 burst'],
    [['reset'], [1000], 'reset'],
    [['reset-in-body'], [1000], 'reset in the middle of the body'],
    [['truncate'], [1000], 'body cut short'],
    [[{ body: '{"data":[{"index":0,"lab' }], [1000], 'truncated JSON'],
    [[{ body: { error: { message: 'CUDA error', code: 500 } } }], [1000], 'error object in a 200'],
    [[{ body: { data: [] } }], [1000], 'too few entries'],
  ]
  for (const [script, delays, name] of cases) {
    const { classifier, sleeps, asked } = await rig(t, (texts, i) => script[i] ?? good(texts))
    t.strictSame(await classifier.classify(['a', 'bb'], never), ['a', 'bb'].map(expected), name)
    t.strictSame(sleeps, delays, name)
    t.ok(asked.every(({ length }) => length === 2), 'the batch stays whole')
    t.match(classifier.stats, { requests: script.length + 1, retries: script.length, texts: 2 })
  }
})

t.test('a batch that is too large', async (t) => {
  const tei = (most: number): Play => (texts) => (texts.length <= most ? undefined : { status: 413, body: {
    error: `batch size ${texts.length} > maximum allowed batch size ${most}`, error_type: 'Validation' } })
  await t.test('shrinks to what the server says, for good', async (t) => {
    const { classifier, asked, sleeps } = await rig(t, tei(3), { batch: 32, concurrency: 1 }, '/predict')
    const texts = lengths(40)
    t.strictSame(await classifier.classify(texts, never), texts.map(expected))
    t.strictSame(asked.map(({ length }) => length).filter((length) => length > 3), [32], 'one refusal is enough')
    t.equal(asked.length, 1 + 11 + 3)
    t.strictSame(sleeps, [])
    await classifier.classify(texts, never)
    t.equal(asked.length, 15 + 14)
  })
  await t.test('halves where the server does not say how large', async (t) => {
    const { classifier, asked } = await rig(t, (texts) => (texts.length > 5 ? { status: 413, body: '<html><title>413 Request Entity Too Large</title>' } : undefined),
      { batch: 16, concurrency: 1 })
    const texts = lengths(64)
    t.strictSame(await classifier.classify(texts, never), texts.map(expected))
    const before = asked.length
    t.strictSame(await classifier.classify(texts, never), texts.map(expected))
    t.equal(asked.length - before, 16, 'and remembers')
  })
  await t.test('a text that is too large alone fails alone, and shrinks nothing', async (t) => {
    const { classifier, asked } = await rig(t, (texts) => (texts.some((text) => text.length === 6)
      ? { status: 413, body: { error: 'Input validation error: `inputs` must have less than 5 tokens. Given: 6', error_type: 'Validation' } }
      : undefined), { batch: 8, concurrency: 1 })
    const results = await classifier.classify(lengths(8), never)
    t.strictSame(failed(results), [[5, 'STREAM_HTTP_413']])
    t.match(results[5], { message: /must have less than 5 tokens/ })
    const before = asked.length
    await classifier.classify(Array.from({ length: 16 }, () => 'x'), never)
    t.equal(asked.length - before, 2)
  })
})

t.test('one poison text fails alone, in few requests', async (t) => {
  for (const [status, body] of [
    [400, { error: { message: 'This model cannot read it', type: 'BadRequestError', param: null, code: 400 } }],
    [422, { error: 'Tokenization error', error_type: 'Tokenizer' }],
    [424, { error: 'Inference failed', error_type: 'Backend' }],
  ] as const) {
    for (const at of [0, 21, 63]) {
      const texts = lengths(64)
      const { classifier, asked, sleeps } = await rig(t, (batch) => (batch.includes(texts[at] as string) ? { status, body } : undefined), { batch: 64 })
      const results = await classifier.classify(texts, never)
      t.strictSame(failed(results), [[at, `STREAM_HTTP_${status}`]])
      t.strictSame(results.toSpliced(at, 1), texts.map(expected).toSpliced(at, 1))
      t.strictSame(sleeps, [], 'what is refused is not tried again')
      t.ok(asked.length <= 1 + 1 + 2 * Math.log2(64), `${asked.length} requests`)
      t.equal(classifier.stats.texts, 64)
    }
  }
})

t.test('a text that crashes the model', async (t) => {
  const { classifier, asked, sleeps } = await rig(t, (texts) => (texts.includes('xxx') ? { status: 500, body: 'CUDA error' } : undefined),
    { batch: 8, maxAttempts: 3 })
  const texts = lengths(8)
  const results = await classifier.classify(texts, never)
  t.strictSame(failed(results), [[2, 'STREAM_HTTP_500']])
  t.strictSame(results.toSpliced(2, 1), texts.map(expected).toSpliced(2, 1))
  t.strictSame(sleeps, [1000, 3000], 'is waited for once, not at each halving')
  t.ok(asked.length <= 3 + 2 * 3 + 4, `${asked.length} requests, those that ask for life included`)
})

t.test('any set of poison texts yields exactly their errors', async (t) => {
  let poison = new Set<string>()
  let most = 64
  const { classifier } = await rig(t, (texts) => {
    if (texts.length > most) return { status: 413, body: { error: `batch size ${texts.length} > maximum allowed batch size ${most}` } }
    return texts.some((text) => poison.has(text)) ? { status: 400, body: 'no' } : undefined
  }, { batch: 64, concurrency: 4 })
  const model = fc.record({
    bad: fc.array(fc.boolean(), { maxLength: 70 }), most: fc.integer({ min: 1, max: 64 }),
  })
  await t.resolves(fc.assert(fc.asyncProperty(model, async (drawn) => {
    const texts = lengths(drawn.bad.length)
    poison = new Set(texts.filter((_, i) => drawn.bad[i]))
    most = drawn.most
    const results = await classifier.classify(texts, never)
    return results.length === texts.length && results.every((result, i) => (drawn.bad[i]
      ? result instanceof RowError && result.code === 'STREAM_HTTP_400'
      : !(result instanceof RowError) && result.scores[`n${i + 1}`] === i + 1 && result.label === `n${i + 1}`))
  }), { numRuns: 60 }))
})

t.test('faults at random change no result', async (t) => {
  const faults: Step[] = [{ status: 500 }, { status: 429, headers: { 'retry-after': '1' } }, 'reset', 'reset-in-body', 'truncate']
  let chances: number[] = []
  const { classifier } = await rig(t, (_texts, i) => faults[chances[i % chances.length] as number], { maxAttempts: 1000, concurrency: 3 })
  const drawn = fc.array(fc.nat(20), { minLength: 5, maxLength: 20 }).filter((list) => list.some((n) => n >= faults.length))
  await t.resolves(fc.assert(fc.asyncProperty(drawn, fc.integer({ min: 0, max: 30 }), async (drawn, count) => {
    chances = drawn
    const results = await classifier.classify(lengths(count), never)
    return results.length === count && results.every((result, i) => !(result instanceof RowError) && result.label === `n${i + 1}`)
  }), { numRuns: 40 }))
})

t.test('a server that comes and goes fails texts, not the run', async (t) => {
  const down: Step = { status: 500 }
  const { classifier, asked } = await rig(t, (_texts, i) => [down, down, down, undefined, down, undefined, down][i], { maxAttempts: 3, concurrency: 1 })
  const results = await classifier.classify(['a', 'bb'], never)
  t.strictSame(asked, [['a', 'bb'], ['a', 'bb'], ['a', 'bb'], ['Hello'], ['a'], ['bb']], 'once it is known to live, it is not asked again')
  t.strictSame(failed(results), [[0, 'STREAM_HTTP_500']])
  t.strictSame(results[1], expected('bb'))
})

t.test('what every text would get ends the run', async (t) => {
  const cases: [Reply, RegExp][] = [
    [{ status: 401, body: { error: { message: 'Invalid API Key' } } }, /\/classify answered 401: Invalid API Key; check the key for the classifier$/],
    [{ status: 403 }, /answered 403/],
    [{ status: 404, body: { detail: 'Not Found' } }, /answered 404: Not Found; check the path of the classifier URL/],
    [{ status: 404, body: { error: { message: 'The model `x` does not exist.', code: 404 } } }, /does not exist/],
    [{ status: 308, headers: { location: 'https://h/classify' } }, /redirection to https:\/\/h\/classify; give the final URL as the classifier URL/],
    [{ status: 424, body: { error: 'Model is not a classifier model', error_type: 'Backend' } },
      /\/classify refuses even "Hello": endpoint answered 424: Model is not a classifier model; check the path/],
    [{ status: 400, body: { object: 'error', message: 'no such task', code: 400 } }, /refuses even "Hello": endpoint answered 400: no such task/],
  ]
  for (const [step, message] of cases) {
    const { classifier, asked, sleeps } = await rig(t, () => step, { concurrency: 1 })
    await t.rejects(classifier.classify(lengths(32), never), { code: 'STREAM_ENDPOINT_REFUSED', message })
    t.ok(asked.every((texts) => texts.length === 4 || texts[0] === 'Hello') && asked.length <= 9, 'no batch is halved')
    t.strictSame(sleeps, [])
    t.match(classifier.stats, { inFlight: 0, texts: 0 })
  }
  const { classifier } = await rig(t, () => ({ status: 401, body: 'bad key sk-0123456789' }), { apiKey: 'sk-0123456789' })
  await t.rejects(classifier.classify(['a'], never), { message: /bad key \*\*\*/ })
  const told = await rig(t, () => ({ body: { error: 'bad key sk-0123456789' } }), { apiKey: 'sk-0123456789' })
  await t.rejects(told.classifier.classify(['a'], never), { message: /bad key \*\*\*/ }, 'nor from a 200')
})

t.test('a server from which nothing is to be had ends the run after the budget', async (t) => {
  const steps: [Step, RegExp, number][] = [
    [{ status: 500, body: 'CUDA error' }, /has succeeded during 3 attempts; last cause: endpoint answered 500: CUDA error/, 3],
    [{ status: 429 }, /last cause: endpoint answered 429/, 3],
    ['reset', /last cause: no answer from \S+ after 3 attempts/, 3],
    [{ body: '<title>Open WebUI</title>' }, /last cause: answer holds no scores: Open WebUI/, 3],
  ]
  for (const [step, message, attempts] of steps) {
    const { classifier, asked, sleeps } = await rig(t, () => step, { maxAttempts: 3, batch: 32 })
    await t.rejects(classifier.classify(lengths(32), never), { code: 'STREAM_ENDPOINT_UNREACHABLE', message })
    t.ok(asked.length >= attempts + 1 && asked.length <= attempts + 2, `${asked.length} requests`)
    t.strictSame(sleeps, [1000, 3000])
  }
  await t.test('also where it dies on the way', async (t) => {
    const { classifier, server } = await rig(t, undefined, { maxAttempts: 2 })
    t.strictSame(failed(await classifier.classify(lengths(9), never)), [])
    await server.close()
    await t.rejects(classifier.classify(lengths(9), never), { code: 'STREAM_ENDPOINT_UNREACHABLE', message: /ECONNREFUSED/ })
    t.equal(classifier.stats.inFlight, 0)
  })
})

t.test('success before a batch was sent proves nothing for it', async (t) => {
  const { classifier, asked } = await rig(t, (_texts, i) => (i < 2 ? undefined : { status: 500 }), { concurrency: 1, maxAttempts: 2 })
  await t.rejects(classifier.classify(lengths(40), never), { code: 'STREAM_ENDPOINT_UNREACHABLE' })
  t.ok(asked.every((texts) => texts.length === 4 || texts[0] === 'Hello'), 'no batch is halved')
})

t.test('deadline', async (t) => {
  await t.test('a body that comes too slowly is given up', async (t) => {
    const { classifier, server } = await rig(t, () => ({ pieces: 20_000, body: 'x'.repeat(20_000) }), { deadlineMs: 30, maxAttempts: 2 })
    await t.rejects(classifier.classify(['a'], never), { code: 'STREAM_ENDPOINT_UNREACHABLE', message: /last cause: no answer .* within 0.03 s/ })
    await server.until(() => server.atOnce === 0)
  })
  await t.test('a batch that takes too long is halved', async (t) => {
    const { classifier } = await rig(t, (texts) => (texts.length > 2 ? 'hang' : undefined), { deadlineMs: 1000, maxAttempts: 1, batch: 8 })
    const texts = lengths(8)
    t.strictSame(await classifier.classify(texts, never), texts.map(expected))
  })
})

t.test('vLLM that cannot truncate is asked without', async (t) => {
  const { classifier, server, asked } = await rig(t, (_texts, _i, { body }) => ('truncate_prompt_tokens' in JSON.parse(body)
    ? { status: 400, body: { object: 'error', message: "[{'loc': ('body', 'truncate_prompt_tokens'), 'msg': 'Input should be greater than or equal to 1'}]" } }
    : undefined))
  const texts = lengths(16)
  t.strictSame(await classifier.classify(texts, never), texts.map(expected))
  const refused = server.received.filter(({ body }) => body.includes('truncate_prompt_tokens')).length
  t.ok(refused <= 8, 'those under way, and for each what asks for certainty')
  t.ok(asked.every(({ length }) => length === 4 || length === 1), 'no batch is halved')
  t.strictSame(await classifier.classify(texts, never), texts.map(expected))
  t.ok(server.received.slice(-4).every(({ body }) => !body.includes('truncate_prompt_tokens')), 'from then on')
  const quoting = await rig(t, (batch) => (batch.includes('about truncate_prompt_tokens')
    ? { status: 400, body: { error: { message: 'cannot read "about truncate_prompt_tokens"' } } } : undefined))
  t.strictSame(failed(await quoting.classifier.classify(['a', 'about truncate_prompt_tokens', 'b'], never)), [[1, 'STREAM_HTTP_400']])
  await quoting.classifier.classify(['c'], never)
  t.match(quoting.server.received.at(-1)?.body, /"truncate_prompt_tokens":-1/, 'a text that names it changes nothing')
})

t.test('readiness', async (t) => {
  await t.test('a server that loads is waited for', async (t) => {
    const loading: Step = { status: 503, body: 'loading' }
    const server = await scriptedServer(({ method, body }, i) => (method !== 'GET' ? answerTo('/classify', textsOf(body)) : i < 3 ? loading : models))
    const { classifier, sleeps } = open(`${server.url}/classify`)
    t.strictSame(await classifier.classify(['a'], never), [expected('a')])
    t.strictSame(sleeps, [250, 500, 1000])
    await classifier.close()
    await server.close()
  })
  await t.test('one that never comes up ends the run with a clear line', async (t) => {
    const gone = await scriptedServer([{}])
    await gone.close()
    const { classifier } = open(`${gone.url}/classify`, { readyTimeoutMs: 5_000 })
    await t.rejects(classifier.classify(['a'], never), { code: 'STREAM_ENDPOINT_UNREACHABLE',
      message: /\/v1\/models was not ready within 5 s; last cause: connect ECONNREFUSED/ })
    await classifier.close()
  })
})

t.test('abort', async (t) => {
  await t.test('rejects at once and drops the requests', async (t) => {
    const { classifier, server } = await rig(t, () => 'hang')
    const control = new AbortController()
    const calls = [lengths(20), lengths(3)].map((texts) => classifier.classify(texts, control.signal))
    const ends = Promise.allSettled(calls)
    await server.until(() => server.atOnce === 2 && server.received.length === 4)
    const reason = new SinkFailedError('disk full')
    control.abort(reason)
    for (const end of await ends) t.match(end, { status: 'rejected', reason })
    await server.until(() => server.atOnce === 0)
    t.match(classifier.stats, { inFlight: 0, requests: 2 }, 'what had waited is never sent')
    await t.rejects(classifier.classify(['a'], control.signal), reason, 'also when it had aborted before')
  })
  await t.test('a foreign reason becomes ours; other calls go on', async (t) => {
    const { classifier, server } = await rig(t, (texts) => (texts.length === 4 ? 'hang' : undefined))
    const control = new AbortController()
    const call = classifier.classify(lengths(4), control.signal)
    await server.until(() => server.atOnce === 1 && server.received.length === 2)
    control.abort()
    await t.rejects(call, { code: 'STREAM_ABORTED' })
    t.strictSame(await classifier.classify(['a'], never), [expected('a')])
  })
  await t.test('during a backoff', async (t) => {
    const control = new AbortController()
    const { classifier } = await rig(t, () => ({ status: 503 }), {
      sleep: (_ms, signal) => new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => { reject(signal.reason as Error) })
        control.abort()
      }),
    })
    await t.rejects(classifier.classify(['a'], control.signal), { code: 'STREAM_ABORTED' })
  })
  await t.test('close rejects what is open', async (t) => {
    const { classifier, server } = await rig(t, () => 'hang')
    const call = t.rejects(classifier.classify(lengths(20), never), { code: 'STREAM_ABORTED' })
    await server.until(() => server.atOnce === 2 && server.received.length === 3)
    await classifier.close()
    await call
  })
  await t.test('many calls leave no listener and no warning behind', async (t) => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): number => warnings.push(warning)
    process.on('warning', onWarning)
    const { classifier } = await rig(t)
    const control = new AbortController()
    await Promise.all(lengths(30).map((text) => classifier.classify([text], control.signal)))
    await new Promise((resolve) => { setImmediate(resolve) })
    process.off('warning', onWarning)
    t.strictSame(warnings, [])
    t.strictSame(getEventListeners(control.signal, 'abort'), [])
  })
})

t.test('a classifier that cannot be is refused before anything is sent', async (t) => {
  t.throws(() => open('http://h/v1'), { code: 'STREAM_CONFIG_INVALID', message: /\/classify or \/score \(vLLM\) or \/predict/ })
  t.throws(() => open('http://h/score'), { code: 'STREAM_CONFIG_INVALID', message: /query/ })
  t.throws(() => open('http://h/classify', { apiKey: 'a\nb' }), { code: 'STREAM_CONFIG_INVALID' })
})
