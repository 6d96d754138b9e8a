import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readTokenizer } from '../../dist/text/tokenizer-file.js'

/** Words of a to d, merged pair by pair; `add` puts <s> before a text. test/interop has what real trainers make. */
const letters = ['<unk>', '<s>', 'a', 'b', 'c', 'd', ' ', 'ab', 'cd', 'abcd']
const bpe = {
  model: {
    type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: false,
    vocab: Object.fromEntries(letters.map((piece, id) => [piece, id])), merges: [['a', 'b'], ['c', 'd'], ['ab', 'cd']],
  },
  added_tokens: [{ id: 1, content: '<s>', special: true, normalized: false, lstrip: false, rstrip: false, single_word: false }],
  post_processor: {
    type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [],
    special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
  },
  decoder: { type: 'Fuse' },
}
const folder = t.testdir({
  'bpe.json': JSON.stringify(bpe),
  'lower.json': JSON.stringify({ ...bpe, normalizer: { type: 'Lowercase' } }),
  'broken.json': '{"model": ',
  'other.json': '{"vocab": 3}',
  'new.json': JSON.stringify({ ...bpe, model: { type: 'Neural' } }),
})
const open = (name: string) => readTokenizer(join(folder, name))

t.test('counts, with and without what is put around a text', async (t) => {
  const { count, countWithSpecials } = open('bpe.json')
  t.same(['', 'abcd', 'abcd abc', 'abzzzzcd', 'a<s>b'].map(count), [0, 1, 4, 3, 3])
  t.same(['', 'abcd'].map(countWithSpecials), [1, 2])
})

t.test('the longest beginning, also where decoding does not give the text back', async (t) => {
  const { truncate } = open('bpe.json')
  t.same([0, 1, 2, 3, 9].map((max) => truncate('abcd abc', max)), ['', 'abcd', 'abcd ', 'abcd ab', 'abcd abc'])
  t.equal(truncate('abcdzzzcd', 2).slice(0, 5), 'abcdz')
  t.equal(open('lower.json').truncate('ABCD ABC', 3), 'ABCD AB')
})

t.test('property: a beginning is a beginning in whole characters, and fits', async (t) => {
  const { count, truncate } = open('lower.json')
  const text = fc.array(fc.constantFrom('a', 'B', 'cd', 'ABCD', ' ', '漢', '👩', '<s>'), { maxLength: 40 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.nat(20), (text, max) => {
      const cut = truncate(text, max)
      t.ok(text.startsWith(cut) && count(cut) <= max, JSON.stringify({ text, max, cut }))
      t.doesNotThrow(() => encodeURIComponent(cut))
      if (count(text) <= max) t.equal(cut, text)
    }),
  )
})

t.test('a megabyte without a break ends, and little is lost where it is cut', async (t) => {
  const { count, truncate } = open('bpe.json')
  t.ok(Math.abs(count('abcd'.repeat(250_000)) - 250_000) <= 32)
  t.ok(count('漢'.repeat(500_000)) <= 8, 'what it does not know is one token a piece')
  t.equal(count('abcd '.repeat(100_000)), 200_000, 'cut at a blank, nothing is lost')
  t.equal(count(truncate('abcd'.repeat(250_000), 100_000)), 100_000)
})

t.test('files that are none', async (t) => {
  t.throws(() => open('broken.json'), { message: /it is no JSON/ })
  t.throws(() => open('other.json'), { message: /no tokenizer\.json: it has no "model"/ })
  t.throws(() => open('new.json'), { message: /Neural/ })
  t.throws(() => open('none.json'), { code: 'ENOENT' })
})
