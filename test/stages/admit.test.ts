import t from 'tap'
import { admit } from '../../dist/stages/admit.js'
import { ids, seed, through } from './harness.ts'

t.test('drops rows without text', async (t) => {
  const rows = ['text', '', ' \n\u00a0\u3000', ' x ', '\ud83d\ude00'].map((text, k) => seed(String(k + 1), text))
  const { kept, dropped } = await through(admit(), rows)
  t.same(ids(kept), ['1', '4', '5'])
  t.same(dropped, [['2', 'empty_text', ''], ['3', 'empty_text', '']])
  t.equal(kept[0], rows[0], 'the row itself goes on')
})

t.test('an empty batch', async (t) => {
  t.same(await through(admit(), []), { kept: [], dropped: [] })
})
