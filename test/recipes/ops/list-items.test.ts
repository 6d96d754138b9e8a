import t from 'tap'
import { refined } from '../refined.js'

// Of compat, the first two are golden vectors: what the original logic gives.
const cases: [text: string, compat: string, safe: string][] = [
  ['Here is the list:\n- a\n- b\n  - c\nd', 'a\nb\n- c\nd', 'a\nb\nc\nd'],
  ['* a\n* b', '* b', 'a\nb'],
  ['- a\n- b', 'a\nb', 'a\nb'],
  ['• a\n• b', '• b', 'a\nb'],
  ['1. a\n2. b', '2. b', '1. a\n2. b'],
  ['Facts:\n\n- a\n\n- b', '\na\n\nb', 'a\nb'],
  ['One plain line', '', 'One plain line'],
  ['-5 degrees\n- b', '-5 degrees\nb', 'b'],
  ['', '', ''],
]

t.test('bullets and the line before them go', (t) => {
  for (const [text, compat, safe] of cases) {
    t.same(refined([{ op: 'list_items' }], text, { quirks: 'compat' }), [compat], `compat: ${text}`)
    t.same(refined([{ op: 'list_items' }], text), [safe], `safe: ${text}`)
  }
  t.end()
})
