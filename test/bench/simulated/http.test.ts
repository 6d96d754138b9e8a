import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { request } from 'undici'
import { parseError, parseModels, parseReply } from '../../../dist/endpoint/protocol.js'
import { parsePrometheus } from './parse-prometheus.ts'
import { readEvents, started, type Started } from './started.ts'

const signal = new AbortController().signal

async function answer(simulated: Started, call: { shape: 'chat' | 'completion', body: string, key: string }): Promise<{ status: number, json: any }> {
  const outcome = await simulated.client.send(call, signal)
  if (outcome.kind !== 'answer') throw new Error(outcome.message)
  return { status: outcome.status, json: JSON.parse(outcome.body) }
}

t.test('chat and raw completions, and how they end', async (t) => {
  const simulated = await started(t, '--output-mean', 100)
  const cut = await answer(simulated, simulated.chat('hello', { max_tokens: 7 }))
  t.match(cut.json, { object: 'chat.completion', model: 'simulated', choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant' } }], usage: { completion_tokens: 7 } })
  t.equal(cut.json.choices[0].message.content.length, 28)
  const whole = await answer(simulated, simulated.chat('hello', { max_tokens: 2000 }))
  t.equal(whole.json.choices[0].finish_reason, 'stop')
  t.equal(Math.ceil(whole.json.choices[0].message.content.length / 4), whole.json.usage.completion_tokens)
  t.ok(whole.json.choices[0].message.content.startsWith(cut.json.choices[0].message.content))
  const open = await answer(simulated, simulated.chat('hello', { max_tokens: undefined }))
  t.equal(open.json.choices[0].message.content, whole.json.choices[0].message.content, 'a chat may fill the context')
  const raw = await answer(simulated, simulated.raw('Once upon a time', { max_tokens: undefined }))
  t.match(raw.json, { object: 'text_completion', choices: [{ finish_reason: 'length' }], usage: { prompt_tokens: 4, completion_tokens: 16, total_tokens: 20 } }, 'vLLM\'s sixteen')
  const eos = await answer(simulated, simulated.raw('x', { ignore_eos: true, max_tokens: 300 }))
  t.equal(eos.json.usage.completion_tokens, 300)
  const reply = parseReply('chat', JSON.stringify(whole.json))
  t.match(reply, { finishReason: 'stop', model: 'simulated', usage: { completionTokens: whole.json.usage.completion_tokens } })
})

t.test('a prompt array is answered in order, with one usage, as each prompt is alone', async (t) => {
  const simulated = await started(t)
  const prompts = ['one '.repeat(20), 'two', 'three '.repeat(50), 'two']
  const all = await answer(simulated, simulated.raw(prompts))
  const alone = []
  for (const prompt of prompts) alone.push((await answer(simulated, simulated.raw(prompt))).json)
  t.same(all.json.choices.map(({ index, text }: any) => [index, text]), alone.map(({ choices }, i) => [i, choices[0].text]))
  t.equal(all.json.usage.prompt_tokens, alone.reduce((sum, { usage }) => sum + usage.prompt_tokens, 0))
  t.equal(all.json.usage.completion_tokens, 160)
})

t.test('a stream says what the whole answer says', async (t) => {
  const simulated = await started(t, '--speed', 20, '--output-mean', 200)
  for (const [call, text] of [
    [simulated.chat('tell', { max_tokens: 500 }), (choice: any) => choice.delta.content],
    [simulated.raw(['a', 'b'], { max_tokens: 500 }), (choice: any) => choice.text],
  ] as const) {
    const whole = (await answer(simulated, call)).json
    const body = JSON.stringify({ ...JSON.parse(call.body), stream: true, stream_options: { include_usage: true } })
    const response = await request(simulated.client.url(call.shape), { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    t.match(response.headers['content-type'], /^text\/event-stream/)
    const events = readEvents(await response.body.text()) as any[]
    t.equal(events.at(-1), 'DONE')
    const usage = events.at(-2)
    t.same(usage.choices, [])
    t.match(usage.usage, { completion_tokens: whole.usage.completion_tokens, prompt_tokens: whole.usage.prompt_tokens })
    const choices = events.slice(0, -2).flatMap((event) => event.choices)
    t.ok(choices.length > whole.choices.length, 'in pieces')
    for (const { index, message, text: said, finish_reason: reason } of whole.choices) {
      const mine = choices.filter((choice) => choice.index === index)
      t.equal(mine.map(text).join(''), message?.content ?? said)
      t.same(mine.map((choice) => choice.finish_reason).filter(Boolean), [reason])
    }
  }
})

t.test('the same in another process: answers, lengths, and another seed', async (t) => {
  const [one, two, other] = await Promise.all([started(t), started(t), started(t, '--seed', 2)])
  const ask = (simulated: Started) => Promise.all(Array.from({ length: 30 }, async (_, i) => {
    const { choices, usage } = (await answer(simulated, simulated.chat(`document ${i}`, { max_tokens: 2000 }))).json
    return [choices[0].message.content, usage.completion_tokens]
  }))
  const [first, second, third] = await Promise.all([ask(one), ask(two), ask(other)])
  t.same(first, second)
  t.equal(first!.filter(([text], i) => text === third![i]![0]).length, 0)
})

t.test('what is wrong with a request is said as vLLM says it', async (t) => {
  const simulated = await started(t, '--max-model-len', 1024, '--api-key', 'sesame', '--poison', 'BELLADONNA')
  const headers = { authorization: 'Bearer sesame' }
  const post = async (path: string, body: string, given: Record<string, string> = headers) => {
    const response = await request(`${simulated.url}${path}`, { method: 'POST', body, headers: given })
    return { status: response.statusCode, body: await response.body.text() }
  }
  const chat = '/v1/chat/completions'
  const long = await post(chat, simulated.chat('x'.repeat(4000), { max_tokens: 100 }).body)
  t.equal(long.status, 400)
  t.same(JSON.parse(long.body), { error: {
    message: "This model's maximum context length is 1024 tokens. However, you requested 1106 tokens (1006 in the messages, 100 in the completion). Please reduce the length of the messages or completion.",
    type: 'BadRequestError', param: null, code: 400,
  } })
  t.equal((await post('/v1/completions', simulated.raw('x'.repeat(4100)).body)).status, 400)
  t.match(await post(chat, simulated.chat('x', { model: 'gpt' }).body), { status: 404, body: /The model `gpt` does not exist/ })
  t.match(await post(chat, '{"model":'), { status: 400, body: /json_invalid/ })
  t.match(await post(chat, '{"model":"simulated"}'), { status: 400, body: /messages/ })
  t.match(await post('/v1/completions', simulated.raw('lone \ud800').body), { status: 400, body: /surrogates/ })
  t.match(await post('/v1/completions', simulated.raw('x', { max_tokens: 0 }).body), { status: 400, body: /at least 1, got 0/ })
  t.match(await post(chat, simulated.chat('a cup of BELLADONNA').body), { status: 400, body: /poison/ })
  t.match(await post(chat, simulated.chat('x').body, {}), { status: 401, body: '{"error":"Unauthorized"}' })
  t.match(await post('/v1/embeddings', '{}'), { status: 404 })
  t.equal(parseError(400, long.body).code, '400')
  t.equal((await request(`${simulated.url}/health`)).statusCode, 200, 'no key needed')
  const models = await request(`${simulated.url}/v1/models`, { headers })
  t.same(parseModels(await models.body.text()), [{ id: 'simulated', maxModelLen: 1024 }])
  t.match(await simulated.stats(), { requests: { refused: { 400: 7, 404: 1 } }, added: 0 })
})

t.test('error bodies as SGLang writes them; a queue with an end', async (t) => {
  const simulated = await started(t, '--errors', 'flat', '--max-num-seqs', 2, '--max-queue', 1, '--queue-full-status', 429)
  await simulated.pause()
  const open = [1, 2, 3].map((i) => answer(simulated, simulated.chat(`wait ${i}`)))
  while ((await simulated.stats()).requests.open < 3);
  const refused = await answer(simulated, simulated.chat('one too many'))
  t.match(refused, { status: 429, json: { object: 'error', message: 'Model is overloaded', code: 429 } })
  await simulated.resume()
  for (const { status } of await Promise.all(open)) t.equal(status, 200)
})

t.test('/metrics under load, as each server names things', async (t) => {
  const simulated = await started(t, '--max-num-seqs', 4)
  await simulated.pause()
  const open = Array.from({ length: 10 }, (_, i) => answer(simulated, simulated.chat(`wait ${i}`)))
  while ((await simulated.stats()).waiting < 10);
  await simulated.configure({ baseMs: 100_000 })
  await simulated.resume()
  while ((await simulated.stats()).running < 4);
  const scrape = async (name: string) => {
    const response = await request(`${simulated.url}/metrics`)
    t.match(response.headers['content-type'], /^text\/plain; version=0\.0\.4/)
    return parsePrometheus(await response.body.text()).find((sample) => sample.name === name)?.value
  }
  t.equal(await scrape('vllm:num_requests_running'), 4)
  t.equal(await scrape('vllm:num_requests_waiting'), 6)
  t.ok((await scrape('vllm:kv_cache_usage_perc'))! > 0)
  await simulated.configure({ baseMs: 10 })
  await Promise.all(open)
  t.equal(await scrape('vllm:generation_tokens_total'), 400)
  t.equal(await scrape('vllm:num_requests_running'), 0)
  const none = await started(t, '--metrics', 'none')
  t.equal((await request(`${none.url}/metrics`)).statusCode, 404)
  const old = await started(t, '--metrics', 'sglang', '--metrics-interval', 1e9)
  const text = async () => (await request(`${old.url}/metrics`)).body.text()
  const before = await text()
  t.match(before, 'sglang:num_running_reqs')
  await answer(old, old.chat('x'))
  t.equal(await text(), before, 'gauges that are seldom written')
})

t.test('a client that goes away is not generated for', async (t) => {
  const simulated = await started(t)
  await simulated.configure({ baseMs: 1e9 })
  const gone = new AbortController()
  const lost = simulated.client.send(simulated.chat('never mind'), gone.signal)
  while ((await simulated.stats()).running < 1);
  gone.abort()
  await t.rejects(lost)
  let stats = await simulated.stats()
  while (stats.running > 0) stats = await simulated.stats()
  t.match(stats, { aborted: 1, requests: { open: 0, answered: 0 }, kv_usage: 0 })
})

t.test('idle connections are closed without a word, as by uvicorn', async (t) => {
  const simulated = await started(t, '--keep-alive', 0.05)
  const socket = connect(Number(new URL(simulated.url).port), '127.0.0.1').setEncoding('latin1')
  let head = ''
  socket.on('data', (text: string) => { head += text })
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'end')
  t.match(head, /^HTTP\/1\.1 200 OK\r\n/)
  t.match(head, /connection: keep-alive/i)
  t.notMatch(head, /keep-alive:/i)
  socket.end()
})

const schema = fileURLToPath(new URL('../../../../shared/data/openai/openai-chat-completions.schema.json', import.meta.url))
const hasPython = spawnSync('python3', ['-c', 'import jsonschema']).status === 0
const missing = (!existsSync(schema) && 'no shared data') || (!hasPython && 'no python3 with jsonschema')
const validator = `
import json, sys
from jsonschema import Draft202012Validator
document = json.load(open(sys.argv[1]))
for name, body in json.load(sys.stdin):
    check = Draft202012Validator({'$ref': '#/components/schemas/' + name, 'components': document['components']})
    print('; '.join(e.json_path + ' ' + e.message[:200].replace('\\n', ' ') for e in check.iter_errors(body)))
`

const withoutNulls = ({ finish_reason: reason, logprobs, ...choice }: any) =>
  ({ ...choice, ...(logprobs === null ? {} : { logprobs }), finish_reason: reason === null ? 'stop' : reason })

t.test('replies are valid under OpenAI\'s own schema', { skip: missing }, async (t) => {
  const simulated = await started(t, '--max-model-len', 1024)
  const chunks = await request(simulated.client.url('chat'), { method: 'POST', body: simulated.chat('x', { stream: true, stream_options: { include_usage: true } }).body })
  const { error } = (await answer(simulated, simulated.raw('x'.repeat(9000)))).json
  const pairs: [string, unknown][] = [
    ['CreateChatCompletionResponse', (await answer(simulated, simulated.chat('x'))).json],
    ['CreateChatCompletionResponse', (await answer(simulated, simulated.chat('x', { max_tokens: 900 }))).json],
    ['CreateCompletionResponse', (await answer(simulated, simulated.raw(['x', 'y']))).json],
    ['ListModelsResponse', await (await request(`${simulated.url}/v1/models`)).body.json()],
    // vLLM's code is a number.
    ['ErrorResponse', { error: { ...error, code: String(error.code) } }],
    // In a stream the schema has `nullable`, of OpenAPI 3.0, which JSON Schema does not know.
    ...(readEvents(await chunks.body.text()).slice(0, -1) as any[]).map((event) => ({ ...event, choices: event.choices.map(withoutNulls) })).map((event): [string, unknown] => ['CreateChatCompletionStreamResponse', event]),
  ]
  const { stdout, stderr } = spawnSync('python3', ['-c', validator, schema], { input: JSON.stringify([...pairs, ['CreateChatCompletionResponse', {}]]), encoding: 'utf8' })
  t.equal(stderr, '')
  const complaints = stdout.split('\n').slice(0, pairs.length + 1)
  t.match(complaints.pop(), /'choices' is a required property/, 'the check finds what is wrong')
  t.same(complaints, pairs.map(() => ''))
})
