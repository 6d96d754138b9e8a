import fc from 'fast-check'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import t from 'tap'
import { countTokens, truncateTokens } from '../../dist/text/tokens.js'

const plain = { disallowedSpecial: new Set<string>() }

t.test('known counts', (t) => {
  const cases: [string, number][] = [['', 0], ['hello world', 2], ['深度学习', 3], [' '.repeat(80), 2]]
  for (const [text, count] of cases) t.equal(countTokens(text), count, JSON.stringify(text.slice(0, 12)))
  t.equal(countTokens('hello world', 'cl100k_base'), 2)
  t.not(countTokens('深度学习模型的训练', 'cl100k_base'), countTokens('深度学习模型的训练', 'o200k_base'))
  t.end()
})

t.test('special tokens are plain text', (t) => {
  t.equal(countTokens('<|endoftext|>'), 7)
  t.equal(countTokens('a<|im_start|>b<|endofprompt|>'), encode('a<|im_start|>b<|endofprompt|>', plain).length)
  t.end()
})

const unit = fc.constantFrom('word ', 'Ünïcode', ' ', '\n', '漢字', 'ひらがな', '👩‍👩‍👧', '12345', '<|endoftext|>', '!?', '\ud800', 'é')

t.test('exact where no run is long', (t) => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      t.equal(countTokens(text), encode(text, plain).length)
    }),
  )
  t.end()
})

t.test('long runs are bounded in time and close in count', (t) => {
  for (const run of ['a', '深度学习', ' ', '=', '\n', '👩', 'é']) {
    const text = run.repeat(2000 / run.length)
    const exact = encode(text, plain).length
    t.ok(Math.abs(countTokens(text) - exact) <= 2000 / 256 + 1, `${JSON.stringify(run)}: ${countTokens(text)} for ${exact}`)
  }
  t.ok(countTokens('a'.repeat(1_000_000)) > 100_000, 'a megabyte of one letter ends')
  t.ok(countTokens('深度学习'.repeat(250_000)) > 100_000, 'a megabyte of Chinese without a mark ends')
  t.end()
})

t.test('truncateTokens gives the longest beginning that fits, in whole characters', (t) => {
  fc.assert(
    fc.property(fc.array(unit.filter((u) => u !== '\ud800'), { maxLength: 40 }), fc.nat(30), (parts, max) => {
      const text = parts.join('')
      const cut = truncateTokens(text, max)
      t.ok(text.startsWith(cut))
      t.doesNotThrow(() => encodeURIComponent(cut), 'no half pair')
      if (countTokens(text) <= max) t.equal(cut, text)
      else t.ok(countTokens(cut) <= max + 1 && cut.length < text.length)
    }),
  )
  t.equal(truncateTokens('one two three four', 2), 'one two')
  t.equal(truncateTokens('x', 0), '')
  t.equal(countTokens(truncateTokens('b'.repeat(5000), 100)), 100, 'across pieces of a long run')
  t.end()
})
