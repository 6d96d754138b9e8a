import t from 'tap'
import { lossesIn, openTokenLosses } from '../../dist/endpoint/token-losses.js'
import { scriptedServer } from './scripted-server.ts'

const answer = (token_logprobs: unknown, usage: object | null = { prompt_tokens: 3, completion_tokens: 1 }) =>
  ({ object: 'text_completion', choices: [{ index: 0, text: 'a b c d', logprobs: { token_logprobs }, finish_reason: 'length' }], ...(usage && { usage }) })

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
  ]
  for (const [name, body, losses] of cases) t.same(lossesIn(JSON.stringify(body)), losses, name)
  t.equal(lossesIn('<html>'), null)
  t.end()
})

t.test('what is sent, and what goes wrong', async (t) => {
  const server = await scriptedServer([{ body: answer([null, -1, -2.5, -9]) }, { status: 400, body: { error: { message: 'echo is not supported' } } }, { body: answer(null) }, 'reset'])
  t.teardown(() => server.close())
  const losses = openTokenLosses([{ url: server.url, apiKey: 'k', headers: {}, deadlineMs: 5000 }], 'm')
  t.teardown(() => losses.close())
  const { signal } = new AbortController()
  t.same(await losses.of('a b c', signal), [1, 2.5])
  const [{ path, body }] = server.received as [typeof server.received[0]]
  t.equal(path, '/v1/completions')
  t.same(JSON.parse(body), { model: 'm', prompt: 'a b c', temperature: 0, max_tokens: 1, echo: true, logprobs: 1 })
  t.same(await losses.of('x', signal), { problem: 'endpoint answered 400: echo is not supported' })
  t.same(await losses.of('x', signal), { problem: 'the answer has no logprobs of the prompt' })
  t.match(await losses.of('x', signal), { problem: String })
})
