import { existsSync, readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { encodeRequest, modelOf, parseError, parseModels, parseReply } from '../../dist/endpoint/protocol.js'
import { ResponseInvalidError } from '../../dist/errors.js'
import type { Prompt } from '../../dist/rows.js'
import { completion } from './scripted-server.ts'

const chat: Prompt = { shape: 'chat', messages: [{ role: 'user', content: 'Rewrite this.' }] }
const plain = { model: 'tiny', sampling: {}, sample: 0, extraBody: {} }

t.test('encodeRequest', async (t) => {
  t.test('writes wire names, leaves out what is absent', async (t) => {
    t.equal(encodeRequest(chat, plain).body, '{"model":"tiny","messages":[{"role":"user","content":"Rewrite this."}]}')
    const sampling = { temperature: 0.7, top_p: 0.9, max_tokens: 64, stop: ['\n\n'], seed: 7 }
    t.equal(
      encodeRequest({ shape: 'completion', prompt: 'Once' }, { ...plain, sampling }).body,
      '{"model":"tiny","prompt":"Once","temperature":0.7,"top_p":0.9,"max_tokens":64,"stop":["\\n\\n"],"seed":7}',
    )
    t.notMatch(encodeRequest(chat, { ...plain, sampling: { stop: [] } }).body, /stop/,
      'the schema wants one stop or more')
  })

  t.test('extraBody wins over sampling, never over what the request is about', async (t) => {
    const extraBody = { temperature: 0, top_k: 20, model: 'other', messages: [], prompt: 'x', stream: true, n: 4 }
    const sampling = { temperature: 1, max_tokens: 9 }
    t.strictSame(JSON.parse(encodeRequest(chat, { ...plain, sampling, extraBody }).body), {
      model: 'tiny', messages: [{ role: 'user', content: 'Rewrite this.' }], temperature: 0, max_tokens: 9, top_k: 20,
    })
  })

  t.test('keys are the same for ever', async (t) => {
    // Golden, by sha256sum: a state folder written by an older version must still be found by a newer one.
    t.equal(encodeRequest(chat, plain).key, '05c94ae8a33d1af880606a7754afe60f')
    t.equal(encodeRequest({ shape: 'completion', prompt: 'Rewrite this.' }, { ...plain, sample: 3 }).key,
      'fdd93c6fd6dadf5da25e974c8af803ac')
  })

  t.test('the order of keys inside extraBody does not matter, the order of lists does', async (t) => {
    const key = (extraBody: Record<string, unknown>): string => encodeRequest(chat, { ...plain, extraBody }).key
    t.equal(key({ a: { x: 1, y: [{ p: 1, q: 2 }] }, b: 2 }), key({ b: 2, a: { y: [{ q: 2, p: 1 }], x: 1 } }))
    t.not(key({ a: [1, 2] }), key({ a: [2, 1] }))
  })

  t.test('no lone surrogate is sent, and a document about them is left alone', async (t) => {
    const content = 'half \ud83d, whole \ud83d\ude00, told \\ud83d and \\\\ud83d'
    const { body } = encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] }, plain)
    t.equal(JSON.parse(body).messages[0].content, 'half \ufffd, whole \ud83d\ude00, told \\ud83d and \\\\ud83d')
  })

  t.test('any text comes through well-formed', async (t) => {
    const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c))
    t.doesNotThrow(() => fc.assert(fc.property(fc.string({ unit: codeUnit }), (content) => {
      const { body } = encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] }, plain)
      return JSON.parse(body).messages[0].content === Buffer.from(content).toString() &&
        Buffer.from(body).toString() === body
    }), { examples: [['\ud800'], ['\\\ud800'], ['\\\\ud800'], ['\udc00\ud800'], ['"\ud800"']] }))
  })

  t.test('different requests have different keys, equal ones equal keys', async (t) => {
    const role = fc.constantFrom('system' as const, 'user' as const, 'assistant' as const)
    const message = fc.record({ role, content: fc.string({ maxLength: 3 }) })
    const request = fc.record({
      prompt: fc.oneof(
        fc.record({ shape: fc.constant('chat' as const), messages: fc.array(message, { maxLength: 2 }) }),
        fc.record({ shape: fc.constant('completion' as const), prompt: fc.string({ maxLength: 3 }) }),
      ),
      sample: fc.nat(3),
      sampling: fc.record({ temperature: fc.constantFrom(0, 1), seed: fc.nat(2), max_tokens: fc.nat(2) },
        { requiredKeys: [] }),
      model: fc.constantFrom('a', 'b'),
    })
    type Drawn = typeof request extends fc.Arbitrary<infer T> ? T : never
    const spell = ({ prompt, sample, sampling: { temperature, seed, max_tokens }, model }: Drawn): string =>
      JSON.stringify([prompt, sample, [temperature, seed, max_tokens], model])
    const key = (r: Drawn): string =>
      encodeRequest(r.prompt, { model: r.model, sampling: r.sampling, sample: r.sample, extraBody: {} }).key
    const same = (a: Drawn, b: Drawn): boolean => spell(a) === spell(b)
    t.doesNotThrow(() => fc.assert(fc.property(request, request, (a, b) =>
      (key(a) === key(b)) === same(a, b) && key(a) === key(structuredClone(a)))))
  })

  t.equal(modelOf(encodeRequest(chat, plain)), 'tiny')
})

t.test('parseReply', async (t) => {
  const read = (answer: unknown, shape: Prompt['shape'] = 'chat') =>
    parseReply(shape, typeof answer === 'string' ? answer : JSON.stringify(answer))
  const choice = (fields: object): object => completion('', { choices: [{ index: 0, ...fields }] })

  t.strictSame(read(completion('hello')), {
    text: 'hello', reasoning: null, finishReason: 'stop', model: 'tiny',
    usage: { promptTokens: 12, cachedPromptTokens: 8, completionTokens: 3 },
  })
  const tagged = 'raw <think>x</think>'
  t.equal(read({ choices: [{ text: tagged, finish_reason: 'length' }] }, 'completion').text, tagged,
    'a raw completion is never taken apart')
  t.equal(read(`\ufeff${JSON.stringify(completion('x'))}`).text, 'x', 'byte order mark')

  t.test('what servers leave out', async (t) => {
    t.equal(read(completion('x', { usage: undefined })).usage, null)
    t.equal(read(completion('x', { usage: null })).usage, null)
    const usage = { completion_tokens: 4, prompt_tokens: 2, prompt_tokens_details: null }
    t.strictSame(read(completion('x', { usage })).usage,
      { promptTokens: 2, cachedPromptTokens: 0, completionTokens: 4 })
    t.equal(read(choice({ message: { content: 'x' } })).finishReason, 'unknown')
    t.equal(read(choice({ message: { content: 'x' }, finish_reason: null })).finishReason, 'unknown')
    t.equal(read(completion('x', { model: undefined })).model, '')
    t.match(read(choice({ message: { content: null, tool_calls: [{}] }, finish_reason: 'tool_calls' })),
      { text: '', finishReason: 'tool_calls' })
    t.equal(read(completion('x', { error: null })).text, 'x', 'a null error is none')
    t.equal(read({ choices: [{ text: 'old' }] }).text, 'old', 'text where a message is due')
    t.equal(read(completion('chat'), 'completion').text, 'chat', 'a message where text is due')
  })

  t.test('reasoning', async (t) => {
    const cases: [object, string, string | null, string][] = [
      [{ content: 'a', reasoning_content: 'r' }, 'a', 'r', 'reasoning_content'],
      [{ content: 'a', reasoning: 'r' }, 'a', 'r', 'reasoning'],
      [{ content: null, reasoning: 'r' }, '', 'r', 'cut while reasoning'],
      [{ content: 'a', reasoning: '' }, 'a', null, 'empty'],
      [{ content: '<think>\nr\n</think>\n\na' }, 'a', 'r', 'tags'],
      [{ content: '\n<think></think>a' }, 'a', null, 'empty tags'],
      [{ content: 'r\n</think>\n\na' }, 'a', 'r', 'opened by the chat template'],
      [{ content: 'The <think> tag and </think>' }, 'The <think> tag and </think>', null, 'a text about the tags'],
      [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'r' }] }, { type: 'text', text: 'a' }] }, 'a',
        'r', 'parts'],
      [{ content: null, refusal: 'I will not.' }, 'I will not.', null, 'refusal'],
    ]
    for (const [message, text, reasoning, name] of cases) {
      t.match(read(choice({ message, finish_reason: 'stop' })), { text, reasoning }, name)
    }
    const open = { message: { content: '<think>so far' } }
    t.match(read(choice({ ...open, finish_reason: 'length' })), { text: '', reasoning: 'so far' },
      'unclosed, out of tokens')
    t.match(read(choice({ ...open, finish_reason: 'stop' })), { text: '<think>so far', reasoning: null },
      'unclosed, by choice')
  })

  t.test('what is no completion', async (t) => {
    const cases: [unknown, RegExp, string][] = [
      ['', /not a JSON object/, 'empty'],
      ['{"choices":[{"mess', /not a JSON object: \{"choices"/, 'cut short'],
      ['<html>Bad gateway</html>', /not a JSON object: <html>/, 'HTML'],
      ['[]', /not a JSON object/, 'list'],
      ['null', /not a JSON object/, 'null'],
      [{}, /no choices/, 'empty object'],
      [{ choices: [] }, /no choices/, 'no choices'],
      [{ choices: [null] }, /no choices/, 'null choice'],
      [{ choices: [{ index: 0 }] }, /without a text/, 'empty choice'],
      [{ error: { message: 'out of memory', code: 500 } }, /status 200: out of memory/, 'error object'],
      [{ error: 'boom' }, /boom/, 'error text'],
      [{ object: 'error', message: 'bad', code: 40303 }, /bad/, 'vLLM'],
      [{ detail: 'nope' }, /nope/, 'FastAPI'],
      [{ choices: [{ error: { message: 'upstream', code: 502 }, message: { content: '' } }] }, /upstream/,
        'error in the choice'],
      [choice({ message: { content: 'half' }, finish_reason: 'abort' }), /given up/, 'aborted by the server'],
    ]
    for (const [answer, message, name] of cases) {
      t.throws(() => read(answer), { code: 'STREAM_RESPONSE_INVALID', message }, name)
    }
  })

  t.test('any JSON is a reply or ResponseInvalidError', async (t) => {
    const odd = fc.record({ choices: fc.array(fc.record({
      message: fc.oneof(fc.jsonValue(), fc.record({ content: fc.jsonValue(), reasoning: fc.jsonValue() })),
      text: fc.jsonValue(), finish_reason: fc.jsonValue() }, { requiredKeys: [] })),
    usage: fc.jsonValue(), model: fc.jsonValue(), error: fc.jsonValue() }, { requiredKeys: [] })
    const shapes = fc.constantFrom('chat' as const, 'completion' as const)
    t.doesNotThrow(() => fc.assert(fc.property(fc.oneof(odd, fc.jsonValue()), shapes, (answer, shape) => {
      try {
        const reply = read(answer, shape)
        return typeof reply.text === 'string' && typeof reply.finishReason === 'string' &&
          typeof reply.model === 'string' &&
          (reply.reasoning === null || typeof reply.reasoning === 'string')
      } catch (error) {
        return error instanceof ResponseInvalidError
      }
    })))
  })
})

t.test('parseError', async (t) => {
  const cases: [string, string, string | null, string][] = [
    ['{"error":{"message":"No such key","type":"auth","code":"invalid_api_key"}}', 'No such key', 'invalid_api_key',
      'OpenAI'],
    ['{"error":{"code":400,"message":"too long","type":"exceed_context_size_error"}}', 'too long', '400', 'llama.cpp'],
    ['{"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400}', 'too long', '400',
      'vLLM'],
    ['{"error":{"message":"m","type":"server_error"}}', 'm', 'server_error', 'type where there is no code'],
    ['{"detail":"Not Found"}', 'Not Found', null, 'FastAPI'],
    ['{"detail":[{"loc":["body","messages"],"msg":"Field required"},{"msg":"x"}]}', 'body.messages: Field required; x',
      null, 'FastAPI fields'],
    ['{"message":"no Route matched"}', 'no Route matched', null, 'gateway'],
    ['upstream connect error\n', 'upstream connect error', null, 'text'],
    ['<html><head><title>502 Bad Gateway</title></head><body>x</body></html>', '502 Bad Gateway', null, 'HTML'],
    ['<h1>Sorry</h1>\n<p>down</p>', 'Sorry down', null, 'HTML without a title'],
    ['', 'status 503 without a message', null, 'empty'],
    ['{"error":{}}', '{}', null, 'empty object'],
  ]
  for (const [body, message, code, name] of cases) t.strictSame(parseError(503, body), { message, code }, name)
  t.ok(parseError(500, 'x'.repeat(100_000)).message.length < 400, 'long bodies are cut')
  t.doesNotThrow(() => fc.assert(fc.property(fc.oneof(fc.string(), fc.json()),
    (body) => parseError(500, body).message.length > 0)))
})

t.test('parseModels', async (t) => {
  t.strictSame(parseModels('{"data":[{"id":"a","max_model_len":4096},{"id":"b","meta":{"n_ctx":8}},{"id":"c"},{}]}'),
    [{ id: 'a', maxModelLen: 4096 }, { id: 'b', maxModelLen: 8 }, { id: 'c', maxModelLen: null }])
  t.strictSame(parseModels('{"data":[]}'), [])
  t.throws(() => parseModels('<html>'), { code: 'STREAM_RESPONSE_INVALID', message: /no list of models: <html>/ })
})

const recorded = new URL('../../../shared/data/openai/llama-server-fixtures/', import.meta.url)
t.test('recorded answers of llama-server', { skip: !existsSync(recorded) && 'no shared data' }, async (t) => {
  // Asked with other shapes than ours: a stream, an embedding, the metrics page.
  const foreign = ['chat-stream.http', 'metrics.http']
  for (const name of readdirSync(recorded).filter((file) => file.endsWith('.http'))) {
    const [head = '', ...rest] = readFileSync(new URL(name, recorded), 'utf8').split('\r\n\r\n')
    const status = Number(head.split(' ')[1])
    const body = rest.join('\r\n\r\n')
    const shape = name.startsWith('comp-') ? 'completion' : 'chat'
    if (status !== 200) {
      const { message, code } = parseError(status, body)
      t.equal(message, JSON.parse(body).error.message, `${name} ${status}`)
      t.equal(code, String(status), `${name} has an integer code`)
    } else if (foreign.includes(name)) {
      t.throws(() => parseReply(shape, body), ResponseInvalidError, name)
    } else {
      const answer = JSON.parse(body)
      const reply = parseReply(shape, body)
      t.equal(reply.text, shape === 'chat' ? answer.choices[0].message.content : answer.choices[0].text, name)
      t.match(reply, { finishReason: answer.choices[0].finish_reason, model: 'tiny-random' }, name)
      t.match(reply.usage, { completionTokens: answer.usage.completion_tokens,
        cachedPromptTokens: answer.usage.prompt_tokens_details.cached_tokens }, name)
    }
  }
})
