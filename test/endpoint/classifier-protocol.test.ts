import fc from 'fast-check'
import t from 'tap'
import { decodeBatch, encodeBatch } from '../../dist/endpoint/classifier-protocol.js'
import type { Classified } from '../../dist/endpoint/classifier-protocol.js'
import type { Dialect } from '../../dist/endpoint/classifier-url.js'
import { ResponseInvalidError } from '../../dist/errors.js'

const options = { model: 'tiny', query: null, truncation: -1 }

function read(dialect: Dialect, answer: unknown, count: number): Classified[] {
  return decodeBatch(dialect, typeof answer === 'string' ? answer : JSON.stringify(answer), count)
}

t.test('bodies', async (t) => {
  const body = (dialect: Dialect, more: object = {}): unknown =>
    JSON.parse(encodeBatch(dialect, ['a', 'b'], { ...options, ...more }))
  const cut = { truncate_prompt_tokens: -1, truncation_side: 'right' }
  t.strictSame(body('classify'), { model: 'tiny', input: ['a', 'b'], ...cut })
  t.strictSame(body('classify', { model: null, truncation: null }), { input: ['a', 'b'] })
  t.strictSame(body('score', { query: 'q' }), { model: 'tiny', text_1: 'q', text_2: ['a', 'b'], ...cut })
  t.strictSame(body('predict'), { inputs: [['a'], ['b']], truncate: true, raw_scores: true }, 'two texts, not a pair')
})

t.test('vLLM /classify', async (t) => {
  const two = [{ index: 0, label: 'spam', probs: [0.25, 0.75], num_classes: 2 }, { index: 1, label: 'ham', probs: [0.5, 0.25, 0.25] }]
  const answer = { id: 'classify-1', object: 'list', created: 1, model: 'tiny', data: two, usage: { prompt_tokens: 9 } }
  const expected = [
    { label: 'spam', scores: { LABEL_0: 0.25, spam: 0.75 } },
    { label: 'ham', scores: { ham: 0.5, LABEL_1: 0.25, LABEL_2: 0.25 } },
  ]
  t.strictSame(read('classify', answer, 2), expected)
  t.strictSame(read('classify', { data: two.toReversed() }, 2), expected, 'out of order')
  t.strictSame(read('classify', { data: two.map((entry) => ({ ...entry, index: undefined })) }, 2), expected, 'without index')
  t.strictSame(read('classify', { data: [{ index: 0, label: null, probs: [0.1, 0.9] }] }, 1),
    [{ label: 'LABEL_1', scores: { LABEL_0: 0.1, LABEL_1: 0.9 } }], 'a model without names')
  t.strictSame(read('classify', { data: [{ index: 0, label: 'LABEL_0', probs: [3.25], num_classes: 1 }] }, 1),
    [{ label: 'LABEL_0', scores: { LABEL_0: 3.25 } }], 'a regression head')
  t.strictSame(read('classify', { data: [{ index: 0, label: 'en', probs: [-1.5, 2.5] }] }, 1),
    [{ label: 'en', scores: { LABEL_0: -1.5, en: 2.5 } }], 'a server set to raw scores is taken at its word')
  t.strictSame(read('classify', { object: 'classify', data: [[{ label: 'a', score: 0.9 }, { label: 'b', score: 0.1 }]] }, 1),
    [{ label: 'a', scores: { a: 0.9, b: 0.1 } }], 'Infinity')
})

t.test('vLLM /score', async (t) => {
  const data = [{ index: 1, object: 'score', score: 0.25 }, { index: 0, object: 'score', score: 0.75 }]
  t.strictSame(read('score', { object: 'list', data }, 2),
    [{ label: 'score', scores: { score: 0.75 } }, { label: 'score', scores: { score: 0.25 } }])
})

t.test('TEI /predict', async (t) => {
  const [raw] = read('predict', [[{ score: 2, label: 'b' }, { score: -1, label: 'a' }]], 1)
  t.equal(raw?.label, 'b')
  t.ok(Math.abs((raw?.scores['b'] ?? 0) - 1 / (1 + Math.exp(-3))) < 1e-12, 'softmax over logits')
  t.strictSame(read('predict', [[{ score: -1000, label: 'b' }, { score: -2000, label: 'a' }]], 1),
    [{ label: 'b', scores: { b: 1, a: 0 } }], 'without overflow')
  t.strictSame(read('predict', [[{ score: 0.75, label: 'b' }, { score: 0.25, label: 'a' }], [{ score: 1, label: 'a' }, { score: 0, label: 'b' }]], 2),
    [{ label: 'b', scores: { b: 0.75, a: 0.25 } }, { label: 'a', scores: { a: 1, b: 0 } }], 'probabilities are left alone')
  t.strictSame(read('predict', [[{ score: 3.5, label: 'LABEL_0' }], [{ score: -0.5, label: 'LABEL_0' }]], 2),
    [{ label: 'LABEL_0', scores: { LABEL_0: 3.5 } }, { label: 'LABEL_0', scores: { LABEL_0: -0.5 } }], 'a regression head')
  t.strictSame(read('predict', [{ score: 0.75, label: 'b' }, { score: 0.25, label: 'a' }], 1),
    [{ label: 'b', scores: { b: 0.75, a: 0.25 } }], 'the bare list of one text')
  t.strictSame(read('predict', [{ score: 0.75, label: 'b' }, { score: 0.5, label: 'a' }], 2),
    [{ label: 'b', scores: { b: 0.75 } }, { label: 'a', scores: { a: 0.5 } }], 'winners only')
})

t.test('what is no answer', async (t) => {
  const cases: [Dialect, unknown, number, RegExp][] = [
    ['classify', '{"data":[{"lab', 1, /holds no scores: \{"data":\[\{"lab$/],
    ['classify', '', 1, /holds no scores/],
    ['classify', { error: { message: 'CUDA out of memory', code: 500 } }, 1, /holds no scores: CUDA out of memory/],
    ['predict', { error: 'Inference failed', error_type: 'backend' }, 1, /holds no scores: Inference failed/],
    ['classify', { choices: [] }, 1, /holds no scores/],
    ['classify', { data: [] }, 1, /0 entries for 1 texts/],
    ['predict', [[{ label: 'a', score: 1 }]], 2, /1 entries for 2 texts/],
    ['classify', { data: [{ index: 0, probs: [1] }, { index: 0, probs: [1] }] }, 2, /index 0 twice or out of range/],
    ['classify', { data: [{ index: 1, probs: [1] }] }, 1, /index 1 twice or out of range/],
    ['classify', { data: [{ index: 0, label: 'a', probs: [] }] }, 1, /without probs or score/],
    ['classify', { data: [{ index: 0, label: 'a', probs: [null] }] }, 1, /null where a score is expected/],
    ['classify', { data: [null] }, 1, /nothing where a score is expected/],
    ['score', { data: [{ index: 0, embedding: [1] }] }, 1, /without probs or score/],
    ['predict', [[]], 1, /without classes/],
    ['predict', [['a', 'b']], 1, /nothing where a score is expected/],
  ]
  for (const [dialect, answer, count, message] of cases) {
    t.throws(() => read(dialect, answer, count), { code: 'STREAM_RESPONSE_INVALID', message }, JSON.stringify(answer))
  }
})

t.test('any JSON is read or refused in words', async (t) => {
  const leaf = fc.oneof(fc.constantFrom('index', 'a'), fc.double(), fc.integer({ min: -1, max: 3 }), fc.constant(null))
  const { entry } = fc.letrec((tie) => ({
    entry: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('entry'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('data', 'index', 'label', 'probs', 'score', 'error'), tie('entry'))),
  }))
  const dialect = fc.constantFrom<Dialect[]>('classify', 'score', 'predict')
  t.doesNotThrow(() => fc.assert(fc.property(dialect, entry, fc.integer({ min: 1, max: 3 }), (dialect, answer, count) => {
    let found: Classified[]
    try {
      found = read(dialect, answer, count)
    } catch (error) {
      return error instanceof ResponseInvalidError
    }
    return found.length === count && found.every(({ label, scores }) => {
      const values = Object.values(scores)
      return values.length > 0 && values.every(Number.isFinite) && scores[label] === Math.max(...values)
    })
  }), { numRuns: 2000 }))
})

t.test('softmax: sums to one, keeps the order of the logits', async (t) => {
  const logits = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { minLength: 2, maxLength: 24 })
  t.doesNotThrow(() => fc.assert(fc.property(logits, (logits) => {
    const [found] = read('predict', [logits.map((score, i) => ({ label: `c${i}`, score }))], 1)
    const scores = logits.map((_, i) => found?.scores[`c${i}`] ?? NaN)
    const sum = scores.reduce((a, b) => a + b, 0)
    return Math.abs(sum - 1) < 1e-3 && logits.every((a, i) => logits.every((b, j) => a <= b || (scores[i] as number) >= (scores[j] as number)))
  })))
})
