import t from 'tap'
import { refined } from '../refined.js'

const ops = [{ op: 'drop_lead', phrases: ["Here's a paraphrase", 'The following', 'high-quality English'] }]

const cases: [reply: string, made: string[] | string][] = [
  ["Here's a paraphrase of the text:\n\nWater boils.", ['Water boils.']],
  ["Sure! Here's a paraphrase\n\nWater: it boils.", ['Water: it boils.']],
  ['The following is in high-quality English: Water boils.', ['Water boils.']],
  ['Water boils.\n\nIt is hot.', ['Water boils.\n\nIt is hot.']],
  ['Question: Does water boil?\nAnswer: Yes.', ['Question: Does water boil?\nAnswer: Yes.']],
  ['Water boils. The following was left out', 'flagged_phrase'],
  ["Here's a paraphrase:\n\nWater boils in high-quality English.", 'flagged_phrase'],
  ["Here's a paraphrase", 'flagged_phrase'],
  ["Here's a paraphrase:", ['']],
  ['', ['']],
]

t.test('a lead that speaks of the rewriting goes; what still does is dropped', (t) => {
  for (const [reply, made] of cases) t.same(refined(ops, reply), made, JSON.stringify(reply))
  t.end()
})

t.test('what the source says too is no sign of a model, but in compat', (t) => {
  const source = 'The following animals swim: fish and whales.'
  const reply = 'The following swim: fish, whales.'
  t.same(refined(ops, reply, { source }), [reply])
  t.same(refined(ops, reply, { source, quirks: 'compat' }), ['fish, whales.'])
  t.end()
})
