import t from 'tap'
import { dedupe, type Twin } from '../../dist/stages/dedupe.js'
import { ids, seed, through } from './harness.ts'

const twin = (part: Partial<Twin>): Twin => ({ of: 'first', kind: 'near', jaccard: 0.873, earlierRun: false, ...part })

t.test('drops what has a twin and names it', async (t) => {
  const asked: unknown[] = []
  const stage = dedupe({
    find: async (rows) => {
      asked.push(rows)
      return [null, twin({ kind: 'exact', jaccard: 1 }), twin({}), twin({ of: 'a, b', earlierRun: true })]
    },
  })
  const { kept, dropped } = await through(stage, [seed('1', 'w'), seed('2', 'x'), seed('3', 'y'), seed('4', 'z')])
  t.same(asked, [{ ids: ['1', '2', '3', '4'], texts: ['w', 'x', 'y', 'z'] }])
  t.same(ids(kept), ['1'])
  t.same(dropped, [
    ['2', 'duplicate', 'of first, estimated Jaccard 1.00'],
    ['3', 'near_duplicate', 'of first, estimated Jaccard 0.87'],
    ['4', 'near_duplicate', 'of a, b, estimated Jaccard 0.87, in an earlier run'],
  ])
  t.same(await through(stage, []), { kept: [], dropped: [] })
  t.equal(asked.length, 1, 'an empty batch asks nothing')
  t.not(stage.ordered, false, 'the order of the input decides which is kept')
})
