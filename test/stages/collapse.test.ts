import t from 'tap'
import { collapse } from '../../dist/stages/collapse.js'
import { ruleSets } from '../../dist/text/rules.js'
import { generated, ids, through } from './harness.ts'

t.test('drops outputs that go round in circles', async (t) => {
  const judge = async (texts: readonly string[]) => texts.map(ruleSets.gopher_repetition)
  const varied = Array.from({ length: 60 }, (_, k) => `q${k}q`).join(' ')
  const rows = [
    generated('1', varied),
    generated('2', 'and so on '.repeat(50)),
    generated('3', `${varied}\nyes\nyes\nyes`),
    generated('4', `${varied} end`),
  ]
  const { kept, dropped } = await through(collapse({ judge }), rows)
  t.same(ids(kept), ['1', '4'])
  t.same(dropped.map(([id, reason]) => [id, reason]), [['2', 'top_2_gram'], ['3', 'dup_line_frac']])
  t.equal(dropped[1]?.[2], 'share of duplicate lines 0.5, limit 0.3')
  t.same(await through(collapse({ judge }), []), { kept: [], dropped: [] })
})
