import t from 'tap'
import { refined } from '../refined.js'

const ops = [{ op: 'drop_lines', lines: ['Passage:', 'Passage 1:'] }]

t.test('lines that are nothing else', (t) => {
  const text = 'Passage 1:\nWater boils.\n\n Passage:\nPassage: one\nPassage 4:'
  t.same(refined(ops, text, { quirks: 'compat' }), ['Water boils.\n\n Passage:\nPassage: one\nPassage 4:'], 'compat: to the letter')
  t.same(refined(ops, text), ['Water boils.\n\nPassage: one\nPassage 4:'], 'safe: blanks do not count')
  t.same(refined(ops, 'Passage:'), [''])
  t.end()
})
