import fc from 'fast-check'
import t from 'tap'
import { cut } from '../../../dist/recipes/refine.js'
import { words } from '../refined.js'

interface Limits { readonly minDocument?: number; readonly maxInput?: number; readonly minSegment?: number }

/** Segments, or the reason for which there are none. A text of n words has n + 1 tokens, the prompt `be brief` has 3. */
function segments(text: string, limits: Limits = {}, quirks: 'compat' | 'safe' = 'safe'): string[] | string {
  const spec = { by: 'nemotron_segments', minDocument: 0, maxInput: 15, minSegment: 0, ...limits }
  const cutUp = cut(spec, text, { tokens: words, quirks, template: 'be\nbrief {{text}}', maxTokens: null })
  return 'reason' in cutUp ? cutUp.reason : cutUp.map((piece) => piece.text)
}
const line = (n: number, word = 'w') => Array.from({ length: n }, () => word).join(' ')

t.test('documents: minDocument is enough, one less is not', (t) => {
  t.same(segments(line(4), { minDocument: 5 }), [line(4)])
  t.equal(segments(line(3), { minDocument: 5 }), 'too_short')
  t.end()
})

t.test('lines: maxInput - prompt - 2 tokens are enough, one more are not', (t) => {
  t.same(segments(line(9)), [line(9)], '10 tokens of 15 - 3 - 2')
  t.equal(segments(line(10)), 'no_segment')
  t.same(segments(`a\n${line(10)}\nb`), ['a\nb'], 'the lines around it are joined')
  t.end()
})

t.test('a prompt costs what it says, in compat with {document} in it', (t) => {
  t.equal(segments(line(9), {}, 'compat'), 'no_segment')
  t.same(segments(line(8), {}, 'compat'), [line(8)])
  t.end()
})

t.test('joining: a line end is a token, the limit is enough, one more is not', (t) => {
  t.same(segments(`${line(4)}\n${line(3)}`), [`${line(4)}\n${line(3)}`], '5 + 1 + 4 tokens')
  t.same(segments(`${line(4)}\n${line(4)}`), [line(4), line(4)], '5 + 1 + 5 tokens')
  t.same(segments('a\n\nb'), ['a\n\nb'], 'empty lines stay: 2 + 1 + 1 + 1 + 2')
  t.same(segments('a\nb\nc\nd\ne'), ['a\nb\nc', 'd\ne'], 'in order, as far as they go: 2 + 3 + 3')
  t.end()
})

t.test('segments: minSegment is enough, one less is not', (t) => {
  t.same(segments(`${line(8)}\n${line(3)}`, { minSegment: 4 }), [line(8), line(3)])
  t.same(segments(`${line(8)}\n${line(3)}`, { minSegment: 5 }), [line(8)])
  t.equal(segments(line(3), { minSegment: 5 }), 'no_segment')
  t.end()
})

t.test('a prompt that leaves no room', (t) => {
  const cutUp = cut({ by: 'nemotron_segments', minDocument: 0, maxInput: 4, minSegment: 1 }, 'a', { tokens: words, quirks: 'safe', template: 'be brief', maxTokens: null })
  t.match(cutUp, { reason: 'no_segment', detail: 'no lines that make 1 to -1 tokens: the prompt takes 3 of 4' })
  t.end()
})

t.test('any document: segments are its lines in order, as many as fit', (t) => {
  const text = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 12 }).map((sizes) => sizes.map((n) => line(n)).join('\n'))
  fc.assert(fc.property(text, (document) => {
    const made = segments(document)
    if (typeof made === 'string') return void t.ok(document.split('\n').every((each) => words.countWithSpecials(each) > 10))
    const cost = (segment: string) => segment.split('\n').reduce((sum, each) => sum + words.countWithSpecials(each) + 1, -1)
    t.equal(made.join('\n'), document.split('\n').filter((each) => words.countWithSpecials(each) <= 10).join('\n'))
    for (const [i, segment] of made.entries()) {
      t.ok(cost(segment) <= 10)
      const next = made[i + 1]?.split('\n')[0]
      if (next !== undefined) t.ok(cost(`${segment}\n${next}`) > 10, 'greedy')
    }
  }))
  t.end()
})
