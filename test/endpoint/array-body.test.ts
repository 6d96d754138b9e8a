import fc from 'fast-check'
import t from 'tap'
import { cutPrompt, joinPrompts, parseReplies, shareOut } from '../../dist/endpoint/array-body.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('"', '\\', ',"prompt":"', '\n', 'a', '\ud800') }))

t.test('property: an array of prompts is what its members are alone', async (t) => {
  fc.assert(fc.property(
    fc.array(anyText, { minLength: 1, maxLength: 5 }), anyText, fc.dictionary(anyText, anyText), fc.array(anyText, { maxLength: 2 }),
    (prompts, model, extraBody, stop) => {
      const bodies = prompts.map((prompt) =>
        encodeRequest({ shape: 'completion', prompt }, { model, sampling: { stop, max_tokens: 5 }, sample: 0, extraBody }).body)
      const cuts = bodies.map((body) => cutPrompt(body)!)
      for (const [i, { head, prompt, tail }] of cuts.entries()) {
        t.equal(head + prompt + tail, bodies[i])
        t.same([head, tail], [cuts[0]!.head, cuts[0]!.tail])
      }
      const joined = JSON.parse(joinPrompts(cuts[0]!, cuts.map(({ prompt }) => prompt)))
      const singles = bodies.map((body) => JSON.parse(body))
      t.strictSame(joined, { ...singles[0], prompt: singles.map(({ prompt }) => prompt) })
    },
  ), { numRuns: 200 })
  t.equal(cutPrompt(encodeRequest({ shape: 'chat', messages: [{ role: 'user', content: ',"prompt":"x"' }] }, { model: 'm', sampling: {}, sample: 0, extraBody: {} }).body), null)
})

t.test('property: shares add up to the whole, and none is far from its due', async (t) => {
  fc.assert(fc.property(fc.nat(100_000), fc.array(fc.nat(5000), { minLength: 1, maxLength: 40 }), (total, weights) => {
    const shares = shareOut(total, weights)
    const sum = weights.reduce((a, b) => a + b, 0)
    t.equal(shares.reduce((a, b) => a + b, 0), total)
    shares.forEach((share, i) => {
      const due = sum > 0 ? (total * weights[i]!) / sum : total / weights.length
      if (!(Number.isInteger(share) && Math.abs(share - due) < 1 + 1e-6)) t.fail(`${share} for ${due}`)
    })
  }))
})

const choice = (index: number | undefined, text: string, fields: object = {}) => ({ index, text, finish_reason: 'stop', ...fields })
const answer = (choices: unknown, usage: object | null = { prompt_tokens: 100, completion_tokens: 30, prompt_tokens_details: { cached_tokens: 50 } }) =>
  JSON.stringify({ model: 'm', choices, usage })
const prompts = ['"aaaa"', '"bb"', '"cc"']

t.test('choices in any order, one usage for all', async (t) => {
  const replies = parseReplies(answer([choice(2, 'third text', { finish_reason: 'length' }), choice(0, 'first'), choice(1, '')]), prompts)
  t.match(replies, [
    { text: 'first', finishReason: 'stop', model: 'm', usage: { promptTokens: 42, cachedPromptTokens: 21, completionTokens: 10, shared: true } },
    { text: '', finishReason: 'stop', usage: { promptTokens: 29, completionTokens: 0 } },
    { text: 'third text', finishReason: 'length', usage: { promptTokens: 29, completionTokens: 20 } },
  ])
  t.match(parseReplies(answer([choice(undefined, 'x'), choice(undefined, 'y'), choice(undefined, 'z')], null), prompts),
    [{ text: 'x', usage: null }, { text: 'y' }, { text: 'z' }], 'where none has an index the order counts')
})

t.test('a choice that is none fails alone', async (t) => {
  const [first, second, third] = parseReplies(answer([choice(0, 'x'), { index: 1 }, choice(2, 'half', { finish_reason: 'abort' })]), prompts)
  t.match(first, { text: 'x', usage: { promptTokens: 42, completionTokens: 30 } })
  t.match(second, { code: 'STREAM_RESPONSE_INVALID', message: /without a text/ })
  t.match(third, { code: 'STREAM_RESPONSE_INVALID', message: /given up/ })
})

t.test('choices that do not match the prompts are nobody\'s', async (t) => {
  const wrong: [string, unknown, RegExp][] = [
    ['too few', [choice(0, 'x'), choice(1, 'y')], /has 2 choices, not one for each of 3 prompts/],
    ['one for all', [choice(0, 'x')], /1 choices/],
    ['too many', [0, 1, 2, 3].map((i) => choice(i, 'x')), /4 choices/],
    ['one twice', [choice(0, 'x'), choice(1, 'y'), choice(1, 'z')], /3 choices, not one for each/],
    ['one without an index', [choice(0, 'x'), choice(undefined, 'y'), choice(2, 'z')], /not one for each/],
    ['none', undefined, /no choices/],
  ]
  for (const [name, choices, message] of wrong) t.throws(() => parseReplies(answer(choices), prompts), { code: 'STREAM_RESPONSE_INVALID', message }, name)
  t.throws(() => parseReplies('{"error":{"message":"CUDA out of memory"}}', prompts), { message: /CUDA out of memory/ })
  t.throws(() => parseReplies('[', prompts), { message: /not a JSON object/ })
})
