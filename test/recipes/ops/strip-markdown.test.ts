import t from 'tap'
import { refined } from '../refined.js'

t.test('the quirks of the recipe choose the rule', (t) => {
  const ops = [{ op: 'strip_markdown' }]
  t.same(refined(ops, '**a** b_c_d', { quirks: 'compat' }), ['a bcd'])
  t.same(refined(ops, '**a** b_c_d'), ['a b_c_d'])
  t.end()
})
