import t, { type Test } from 'tap'
import { lossesIn, openTokenLosses } from '../../dist/endpoint/token-losses.js'
import { scriptedServer } from './scripted-server.ts'

const answer = (token_logprobs: unknown, usage: object | null = { prompt_tokens: 3, completion_tokens: 1 }) =>
  ({ object: 'text_completion', choices: [{ index: 0, text: 'a b c d', logprobs: { token_logprobs }, finish_reason: 'length' }], ...(usage && { usage }) })

/** As vLLM's CompletionResponseChoice has it, asked with `prompt_logprobs: 1`. */
const token = (id: number, logprob: number, rank: number, decoded_token: string) => ({ [id]: { logprob, rank, decoded_token } })
const vllm = [
  null,
  token(264, -1, 1, ' a'),
  // The likeliest has the lower id and comes first, the prompt's own token is the other; and the other way round.
  { ...token(11, -0.25, 1, ','), ...token(5000, -2.5, 7, ' b') },
  { ...token(12, -4, 30, ' c'), ...token(6000, -0.125, 1, ' d') },
]
const listed = (prompt_logprobs: unknown, more: object = {}) =>
  ({ object: 'text_completion', choices: [{ index: 0, text: ' x', logprobs: null, finish_reason: 'length', stop_reason: null, prompt_logprobs, ...more }], usage: { prompt_tokens: 4, completion_tokens: 1 } })

t.test('losses of the prompt: without its first token, and without what was generated', (t) => {
  const cases: [string, unknown, number[] | null][] = [
    ['as OpenAI and vLLM write it', answer([null, -1, -2.5, -9]), [1, 2.5]],
    ['nothing generated', answer([null, -1, -2.5]), [1, 2.5]],
    ['no usage: one token was asked for', answer([null, -1, -2.5, -9], null), [1, 2.5]],
    ['no echo', answer([-9]), null],
    ['no logprobs', { choices: [{ text: 'a', logprobs: null }] }, null],
    ['one token', answer([null], { prompt_tokens: 1 }), null],
    ['an error', { error: { message: 'no' } }, null],
    ['no object', [], null],
    ['prompt_logprobs', listed(vllm), [1, 2.5, 4]],
    ['prompt_logprobs beside the choices, as in chat', { choices: [{ message: {} }], prompt_logprobs: vllm }, [1, 2.5, 4]],
    ['both: the echo goes before', listed(vllm, { logprobs: { token_logprobs: [null, -3, -3, -3, -9] } }), [3, 3, 3]],
    ['an echo of the reply alone beside prompt_logprobs', listed(vllm, { logprobs: { token_logprobs: [-9] } }), [1, 2.5, 4]],
    ['one token in prompt_logprobs', listed([null]), null],
    ['prompt_logprobs that are not asked for', listed(null), null],
    ['something else', listed([null, {}, 3, { 7: null }, { 8: { logprob: '1' } }]), null],
  ]
  for (const [name, body, losses] of cases) t.same(lossesIn(JSON.stringify(body)), losses, name)
  t.equal(lossesIn('<html>'), null)
  t.end()
})

const opened = (t: Test, url: string) => {
  const losses = openTokenLosses([{ url, apiKey: 'k', headers: {}, deadlineMs: 5000 }], 'm')
  t.teardown(() => losses.close())
  return losses
}
const { signal } = new AbortController()
const common = { model: 'm', prompt: 'a b c', temperature: 0, max_tokens: 1 }

t.test('what is sent, and what goes wrong', async (t) => {
  const server = await scriptedServer([{ body: answer([null, -1, -2.5, -9]) }, { status: 400, body: { error: { message: 'too long' } } }, { body: answer(null) }, 'reset'])
  t.teardown(() => server.close())
  const losses = opened(t, server.url)
  t.same(await losses.of('a b c', signal), [1, 2.5])
  const [{ path, body }] = server.received as [typeof server.received[0]]
  t.equal(path, '/v1/completions')
  t.same(JSON.parse(body), { ...common, echo: true, logprobs: 1 })
  t.same(await losses.of('x', signal), { problem: 'endpoint answered 400: too long' })
  t.same(await losses.of('x', signal), { problem: 'the answer has no logprobs of the prompt' })
  t.match(await losses.of('x', signal), { problem: String })
  t.ok(server.received.every((request) => 'echo' in JSON.parse(request.body)), 'what has worked once is not given up')
})

t.test('a server without echo is asked for prompt_logprobs, and from then on at once', async (t) => {
  for (const without of [{ status: 400, body: { error: { message: 'echo is not supported' } } }, { body: listed(null) }]) {
    const server = await scriptedServer(({ body }) => ('prompt_logprobs' in JSON.parse(body) ? { body: listed(vllm) } : without))
    t.teardown(() => server.close())
    const losses = opened(t, server.url)
    for (let i = 0; i < 2; i++) t.same(await losses.of('a b c', signal), [1, 2.5, 4])
    t.same(server.received.map(({ body }) => JSON.parse(body)), [{ ...common, echo: true, logprobs: 1 }, ...[0, 1].map(() => ({ ...common, prompt_logprobs: 1 }))])
  }
  const neither = await scriptedServer(({ body }) => ({ status: 400, body: { error: { message: `no ${'echo' in JSON.parse(body) ? 'echo' : 'prompt_logprobs'}` } } }))
  t.teardown(() => neither.close())
  t.same(await opened(t, neither.url).of('x', signal), { problem: 'endpoint answered 400: no echo' }, 'the first problem is told')
  t.equal(neither.received.length, 2)
})
