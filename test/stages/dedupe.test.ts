import t from 'tap'
import { dedupe } from '../../dist/stages/dedupe.js'
import { ids, seed, through } from './harness.ts'

const at = (file: string, row: number) => ({ locator: { file, row } })

t.test('keeps the first of each text and names it', async (t) => {
  const stage = dedupe({ mode: 'exact' })
  const first = await through(stage, [
    seed('1', 'One page', at('a.parquet', 0)),
    seed('2', 'Another', at('a.parquet', 1)),
    seed('3', ' one\n PAGE ', at('a.parquet', 2)),
  ])
  t.same(ids(first.kept), ['1', '2'])
  t.same(first.dropped, [['3', 'duplicate', 'same text as a.parquet row 0']])
  const second = await through(stage, [
    seed('4', 'another', at('b/c.parquet', 0)),
    seed('5', 'One page.', at('b/c.parquet', 1)),
    seed('6', 'ONE PAGE.', at('a.parquet', 9)),
  ])
  t.same(ids(second.kept), ['5'], 'across batches and files; a full stop makes another text')
  t.same(second.dropped, [
    ['4', 'duplicate', 'same text as a.parquet row 1'],
    ['6', 'duplicate', 'same text as b/c.parquet row 1'],
  ])
  t.equal(stage.concurrency ?? 1, 1, 'input order decides, so batches go one by one')
})

t.test('the same row again is no duplicate of itself', async (t) => {
  const stage = dedupe({ mode: 'exact' })
  const rows = [seed('1', 'x', at('a', 0)), seed('1', 'X', at('a', 1)), seed('1', 'x', at('b', 0))]
  const once = await through(stage, rows)
  t.same(once.dropped.length, 2, 'equal ids do not matter, places do')
  t.same(await through(stage, rows), once)
})

t.test('mode none keeps all', async (t) => {
  const { kept, dropped } = await through(dedupe({ mode: 'none' }), [seed('1', 'x'), seed('2', 'x')])
  t.same(ids(kept), ['1', '2'])
  t.same(dropped, [])
})
