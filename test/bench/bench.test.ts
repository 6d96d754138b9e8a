import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runBench, type BenchSurroundings } from '../../dist/bench/bench.js'
import type { BenchConfig } from '../../dist/bench/config.js'
import { kimi } from '../../dist/recipes/kimi.js'
import { summarize } from '../../dist/recipes/summarize.js'
import { completion, scriptedServer, type Received, type Step } from '../endpoint/scripted-server.ts'

const models = { body: { object: 'list', data: [{ id: 'tiny' }] } }

/** A server whose completions are scripted by their number, and a bench of six seeds against it on a clock of its own. */
async function setUp(t: Test, answer: (n: number, request: Received) => Step, options: Partial<BenchConfig> = {}) {
  let n = 0
  // The pool asks for one token to see whether a server that failed is alive: no request of the bench's.
  const probe = ({ body }: Received) => body.includes('"max_tokens":1,') || body.includes('"max_tokens":1}')
  const server = await scriptedServer((request) => {
    if (request.method === 'GET') return models
    return probe(request) ? {} : answer(n++, request)
  })
  t.teardown(() => server.close())
  const seeds = Array.from({ length: 6 }, (_, i) => JSON.stringify({ text: i === 5 ? '  ' : `Seed number ${i}.` }))
  const folder = t.testdir({ 'seeds.jsonl': `${seeds.join('\n')}\n` })
  const config: BenchConfig = {
    endpoints: [server.url], model: null, apiKey: 'EMPTY', headers: { 'x-team': 'red' }, extraBody: { top_k: 4 },
    input: join(folder, 'seeds.jsonl'), textColumn: 'text', recipe: summarize, sampling: { max_tokens: 7 }, maxConcurrency: 1,
    numPrompts: 4, numWarmups: 2, requestTimeout: 20, readyTimeout: 5, ...options,
  }
  let time = 0
  const notes: string[] = []
  const around: BenchSurroundings = {
    now: () => time++, random: () => 0, cpuUs: () => 10 * time, note: (line) => void notes.push(line), progress: () => {},
  }
  const posts = () => server.received.filter((request) => request.method === 'POST' && !probe(request))
  return { server, config, around, posts, run: () => runBench(config, around, new AbortController().signal) }
}

t.test('prompts are those of a run: documents are cut, and what waits for an answer is asked without one', async (t) => {
  const { run, posts, config } = await setUp(t, () => ({}), { recipe: kimi, numPrompts: 8, numWarmups: 0 })
  const sentence = (i: number) => `Sentence number ${i} of a document that goes on for long enough to be cut.`
  writeFileSync(config.input, JSON.stringify({ text: Array.from({ length: 200 }, (_, i) => sentence(i)).join(' ') }))
  await run()
  const users = posts().map(({ body }) => (JSON.parse(body) as { messages: { content: string }[] }).messages[0]!.content)
  t.ok(new Set(users).size >= 8, 'later chunks too')
  for (const user of users) {
    t.match(user, '<previous>\n\n</previous>')
    t.ok(/<document>\n([^]*)\n<\/document>/.exec(user)![1]!.length < sentence(0).length * 70, 'a chunk')
  }
})

t.test('one request at a time: every figure can be told beforehand', async (t) => {
  const { run, posts } = await setUp(t, () => ({}))
  const result = await run()
  // A request reads the clock as a place is sought and taken, as it is sent, answered and ended; the last end closes the window.
  t.match(result, {
    model_id: 'tiny', num_prompts: 4, num_warmups: 2, completed: 4, failed: 0, duration: 0.02, mean_e2el_ms: 1, std_e2el_ms: 0,
    total_input_tokens: 48, total_cached_input_tokens: 32, total_output_tokens: 12, missing_usage: 0,
    max_concurrent_requests: 1, total_sent: 6, cpu_us_per_request: 50,
  })
  t.ok(Math.abs(result.output_throughput - 12 / 0.02) < 1e-6)
  t.equal(posts().length, 6, 'nothing is in flight when the last measured request has ended')
})

t.test('prompts are made by the recipe, with everything that was asked for', async (t) => {
  const { run, posts } = await setUp(t, () => ({}))
  await run()
  const bodies = posts().map(({ body }) => JSON.parse(body))
  t.match(bodies[0], { model: 'tiny', max_tokens: 7, top_k: 4, temperature: summarize.steps[0]!.sampling.temperature })
  t.match(bodies[0].messages[0].content, 'Seed number 0.')
  t.equal(posts()[0]!.headers['x-team'], 'red')
})

t.test('prompts repeat over a short file, and it is said', async (t) => {
  const { run, posts } = await setUp(t, () => ({}))
  const result = await run()
  t.equal(result.distinct_prompts, 5, 'the seed without text asks for nothing')
  t.equal(posts()[5]!.body, posts()[0]!.body)
  t.match(result.notes.join(), 'makes only 5 different prompts for up to 7 requests')
  const enough = await setUp(t, () => ({}), { numPrompts: 2, numWarmups: 2 })
  t.same((await enough.run()).notes, [])
})

t.test('failed requests: counted by code, in no latency, never sent again', async (t) => {
  const script: Step[] = [
    {}, { status: 500, body: { error: { message: 'out of memory' } } }, // warm-ups
    { status: 500, body: { error: { message: 'out of memory' } } }, { body: 'not JSON' }, { status: 400, body: { message: 'too long' } }, {},
  ]
  const { run, posts } = await setUp(t, (n) => script[n] ?? {})
  const result = await run()
  t.match(result, { completed: 1, failed: 3, errors: { STREAM_HTTP_500: 1, STREAM_RESPONSE_INVALID: 1, STREAM_HTTP_400: 1 }, mean_e2el_ms: 1 })
  t.equal(posts().length, 6)
})

t.test('a server that only fails is measured too', async (t) => {
  const { run } = await setUp(t, () => 'reset', { maxConcurrency: 3 })
  t.match(await run(), { completed: 0, failed: 4, errors: { STREAM_REQUEST_FAILED: 4 }, mean_e2el_ms: null, total_output_tokens: 0 })
})

t.test('usage is the truth for tokens, and missing usage is said', async (t) => {
  const script: Step[] = [{}, {}, { body: completion('x', { usage: undefined }) }, {}, {}, {}]
  const result = await (await setUp(t, (n) => script[n] ?? {})).run()
  t.match(result, { completed: 4, missing_usage: 1, total_output_tokens: 9 })
  t.match(result.notes.join(), '1 of 4 answers do not say')
})

t.test('the load is full across both edges of the window, and what is left over is given up', async (t) => {
  let three = (): void => {}
  const together = new Promise<void>((resolve) => { three = resolve })
  const { run, server, posts } = await setUp(t, (n) => {
    if (n === 2) three()
    return n < 8 ? { after: together } : 'hang'
  }, { maxConcurrency: 3, numWarmups: 3, numPrompts: 5 })
  const result = await run()
  t.equal(result.completed, 5)
  t.equal(result.max_concurrent_requests, 3)
  t.equal(server.peak, 3)
  t.ok(posts().length >= 8 && posts().length <= 10, 'up to two more were under way')
  t.equal(result.total_sent, 10)
})

t.test('latency is from send to last byte: the clock moves while the server holds the answer', async (t) => {
  const { around, config, ...rest } = await setUp(t, () => ({ after: hold() }))
  let time = 0
  const hold = async () => { time += 250 }
  const result = await runBench(config, { ...around, now: () => time }, new AbortController().signal)
  t.match(result, { mean_e2el_ms: 250, p99_e2el_ms: 250, duration: 1, request_throughput: 4 })
  t.equal(rest.posts().length, 6)
})

t.test('a wrong key ends the bench', async (t) => {
  const { run } = await setUp(t, () => ({ status: 401, body: { error: { message: 'who are you' } } }))
  await t.rejects(run(), { code: 'STREAM_ENDPOINT_REFUSED' })
})

t.test('no seed with a text', async (t) => {
  const { config, around } = await setUp(t, () => ({}))
  const input = join(t.testdir({ 'empty.jsonl': '{"text": " "}\n' }), 'empty.jsonl')
  await t.rejects(runBench({ ...config, input }, around, new AbortController().signal), { code: 'STREAM_INPUT_NOT_FOUND' })
})
