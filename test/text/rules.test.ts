import t from 'tap'
import { isRuleSet, ruleSets } from '../../dist/text/rules.js'

t.test('knows its names', async (t) => {
  t.same(Object.keys(ruleSets), ['gopher', 'gopher_repetition', 'fineweb', 'c4'])
  for (const name of ['fineweb', 'c4']) t.ok(isRuleSet(name), name)
  for (const name of ['', 'FineWeb', 'toString', 'none']) t.notOk(isRuleSet(name), name)
})

t.test('every set has ids of its own', async (t) => {
  const texts = ['', 'x', 'x\nx', 'Here is lorem ipsum.', 'One and {two.', 'word '.repeat(60)]
  const sets = Object.values(ruleSets).map((rules) => new Set(texts.map((text) => rules(text)?.reason)))
  for (const [k, reasons] of sets.entries()) {
    reasons.delete(undefined)
    t.ok(reasons.size > 0)
    for (const other of sets.slice(k + 1)) t.notOk([...reasons].some((reason) => other.has(reason)), [...reasons].join(' '))
  }
})

t.test('ends in time on long texts of one kind', async (t) => {
  // 5 MB each, a tenth of a second to two. A quadratic step would need hours, and tap ends the file after ten minutes.
  const bits = ['\n', ' \n', 'a\n', 'ab.\n', 'a b c.\n', 'a', 'a ', '. ', '.', '. "', '[', '[1', '[1]', '{', '"', '😀', 'a b.\u2028']
  for (const [k, bit] of bits.entries()) {
    const text = bit.repeat(Math.ceil(5_000_000 / bit.length))
    for (const name of ['fineweb', 'c4'] as const) {
      const reason = ruleSets[name](text)?.reason ?? `${name}_passes`
      t.ok(reason.startsWith(name), `${k}: ${reason}`)
    }
  }
})
