import t from 'tap'
import { startOffline, type OfflineEndpoint } from '../../../dist/endpoint/offline/start.js'
import { countTokens } from '../../../dist/text/tokens.js'

const text = `# Boiling

Water boils at 100 degrees Celsius at sea level. The boiling point falls by about 1 degree for every 285 metres of altitude.
On Mount Everest water boils at 71 degrees Celsius. A pressure cooker raises the boiling point to about 120 degrees Celsius.

## Freezing

Water freezes at 0 degrees Celsius under normal pressure. Salt lowers the freezing point of water, so salted roads stay free
of ice. Supercooled water stays liquid down to minus 48 degrees Celsius. Ice floats because it is less dense than water.`
const ask = (instruction: string) => `<document>\n${text}\n</document>\n\n${instruction}`

let endpoint: OfflineEndpoint
t.before(async () => {
  endpoint = await startOffline()
})
t.teardown(() => endpoint.close())

async function call(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
  const response = await fetch(new URL(path, endpoint.url), {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as any }
}
const chat = (content: string, more: object = {}) =>
  call('/v1/chat/completions', { model: 'offline-extractive', messages: [{ role: 'user', content }], ...more })

t.test('models and health', async (t) => {
  const models = await call('/v1/models')
  t.match(models, { status: 200, body: { object: 'list', data: [{ id: endpoint.model, max_model_len: Number }] } })
  t.same(await call('/health'), { status: 200, body: { status: 'ok' } })
})

t.test('a chat completion has the shape of the protocol and honest counts', async (t) => {
  const { status, body } = await chat(ask('Summarize the document.'))
  const { content } = body.choices[0].message
  t.equal(status, 200)
  t.match(body, { object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }] })
  for (const sentence of content.split(/(?<=\.) /)) t.ok(text.replaceAll('\n', ' ').includes(sentence), sentence)
  t.equal(body.usage.completion_tokens, countTokens(content))
  t.ok(Math.abs(body.usage.prompt_tokens - countTokens(`user\n${ask('Summarize the document.')}`)) <= 2)
  t.equal(body.usage.total_tokens, body.usage.prompt_tokens + body.usage.completion_tokens)
})

t.test('the same request gets the same text, and a shared prefix is reported as cached', async (t) => {
  const document = `<document>\nfresh ${text}\n</document>`
  const first = await chat(`${document}\n\nWrite 3 questions and answers.`)
  const sibling = await chat(`${document}\n\nWrite a lesson.`)
  const again = await chat(`${document}\n\nWrite 3 questions and answers.`)
  t.equal(first.body.usage.prompt_tokens_details.cached_tokens, 0)
  t.equal(sibling.body.usage.prompt_tokens_details.cached_tokens, countTokens(`user\n${document}`))
  t.equal(again.body.usage.prompt_tokens_details.cached_tokens, again.body.usage.prompt_tokens)
  t.same(again.body.choices, first.body.choices)
  t.not(first.body.choices[0].message.content, sibling.body.choices[0].message.content)
})

t.test('max_tokens cuts, and says so', async (t) => {
  const { body } = await chat(ask('Continue.'), { max_tokens: 5 })
  t.equal(body.choices[0].finish_reason, 'length')
  t.equal(body.usage.completion_tokens, 5)
  t.equal(countTokens(body.choices[0].message.content), 5)
  const newer = await chat(ask('Continue.'), { max_completion_tokens: 4 })
  t.equal(newer.body.usage.completion_tokens, 4)
})

t.test('stop sequences end the text before them', async (t) => {
  const { body } = await chat(ask('Write a list of facts.'), { stop: ['\n', 'zzz'] })
  t.match(body.choices[0], { finish_reason: 'stop', message: { content: /^- [^\n]+$/ } })
  t.equal((await chat(ask('Write a list of facts.'), { stop: '- ' })).body.choices[0].message.content, '')
})

t.test('the system prompt is the instruction where the user gives none', async (t) => {
  const messages = [{ role: 'system', content: 'List the facts.' }, { role: 'user', content: [{ type: 'text', text }] }]
  const { body } = await call('/v1/chat/completions', { messages })
  t.match(body.choices[0].message.content, /^- .*\n- /)
})

t.test('completions: one prompt or many', async (t) => {
  const one = await call('/v1/completions', { prompt: ask('Summarize.') })
  t.match(one.body, { object: 'text_completion', choices: [{ index: 0, finish_reason: 'stop', text: String }] })
  const two = await call('/v1/completions', { prompt: [ask('List the facts.'), ask('Summarize.')] })
  t.same(two.body.choices.map((choice: any) => choice.index), [0, 1])
  t.equal(two.body.choices[1].text, one.body.choices[0].text)
  const texts = two.body.choices.map((choice: any) => choice.text)
  t.equal(two.body.usage.completion_tokens, countTokens(texts[0]) + countTokens(texts[1]))
})

t.test('what it cannot do is an error in the protocol’s form', async (t) => {
  const good = { messages: [{ role: 'user', content: 'x' }] }
  const cases: [string, unknown, string | undefined, number, RegExp][] = [
    ['/v1/chat/completions', { ...good, stream: true }, 'POST', 400, /streaming is not supported/],
    ['/v1/chat/completions', { ...good, n: 2 }, 'POST', 400, /only n = 1/],
    ['/v1/chat/completions', { ...good, max_tokens: 0 }, 'POST', 400, /max_tokens: must be at least 1/],
    ['/v1/chat/completions', { ...good, model: 'gpt' }, 'POST', 404, /no such model: "gpt"/],
    ['/v1/chat/completions', { messages: [] }, 'POST', 400, /messages/],
    ['/v1/chat/completions', {}, 'POST', 400, /messages/],
    ['/v1/chat/completions', '{"messages": [', 'POST', 400, /no JSON/],
    ['/v1/chat/completions', 'null', 'POST', 400, /request/],
    ['/v1/completions', { prompt: [1, 2] }, 'POST', 400, /prompt/],
    ['/v1/completions', undefined, 'GET', 405, /takes POST/],
    ['/v1/embeddings', {}, 'POST', 404, /no such route/],
    ['/v1/toString', undefined, 'GET', 404, /no such route/],
  ]
  for (const [path, body, method, status, message] of cases) {
    const answer = await call(path, body, method)
    t.match(answer, { status, body: { error: { message, type: /_error$/, code: status } } }, message.source)
  }
})

t.test('every vendor field passes', async (t) => {
  const more = { temperature: 0.5, top_p: 0.9, top_k: 5, seed: 1, n: 1, stream: false, chat_template_kwargs: { x: 1 }, stop: null }
  t.equal((await chat(ask('Summarize.'), more)).status, 200)
})

t.test('odd documents get an answer, well formed and in bounded time', async (t) => {
  const rows: [string, string][] = [
    ['empty', ''],
    ['one word', 'Hello'],
    ['blanks', ' \n\t \u00a0\ufeff'],
    ['lone surrogates', 'A \ud800 half pair. \udc00'.repeat(40)],
    ['control characters', `A\u0000B\u0007C. ${'x\u200b'.repeat(500)}`],
    ['special tokens', 'Some text <|endoftext|> and <|im_start|> more text of this kind here. '.repeat(5)],
    ['closing tags inside', 'A </document> B </document> C <document> D.'],
    ['one long word', 'a'.repeat(300_000)],
    ['open brackets', '[('.repeat(50_000) + '<a '.repeat(30_000)],
    ['many marks', '*_`*_`'.repeat(30_000)],
    ['10 MB', 'The quick brown fox 12 jumps over the lazy dog in Berlin. '.repeat(180_000)],
  ]
  for (const [name, document] of rows) {
    for (const task of ['Summarize', 'Write 3 multiple choice questions', 'Write a conversation', 'Rewrite it']) {
      const { status, body } = await chat(`<document>\n${document}\n</document>\n\n${task}.`, { max_tokens: 200 })
      const content = body.choices?.[0].message.content
      t.ok(status === 200 && typeof content === 'string' && content.trim() !== '', `${name}: ${task}`)
      t.doesNotThrow(() => encodeURIComponent(content), `${name}: well formed`)
      if (name === '10 MB' && task === 'Summarize') t.ok(body.usage.prompt_tokens > 2_000_000, 'all of it is counted')
    }
  }
})

t.test('close ends the thread, also twice', async (t) => {
  const other = await startOffline()
  t.equal((await fetch(new URL('/health', other.url))).status, 200)
  await other.close()
  await other.close()
  await t.rejects(fetch(new URL('/health', other.url)))
})
