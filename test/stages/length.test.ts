import t from 'tap'
import { length, type LengthOptions } from '../../dist/stages/length.js'
import { generated, ids, through } from './harness.ts'

const words = async (texts: readonly string[]) => texts.map((text) => text.split(' ').length)
const options: LengthOptions = { minTokens: 2, maxTokens: 4, truncated: 'drop', count: words }

t.test('bounds are inclusive', async (t) => {
  const rows = [1, 2, 3, 4, 5].map((tokenCount) => generated(String(tokenCount), 'x', { tokenCount }))
  const { kept, dropped } = await through(length(options), rows)
  t.same(ids(kept), ['2', '3', '4'])
  t.same(dropped, [['1', 'too_short', '1 tokens, limit 2'], ['5', 'too_long', '5 tokens, limit 4']])
  t.equal(kept[0], rows[1], 'a counted row goes on as it is')
  t.same(ids((await through(length({ ...options, maxTokens: null }), rows)).kept), ['2', '3', '4', '5'])
})

t.test('drops blank and cut off outputs', async (t) => {
  const rows = [
    generated('1', '', { tokenCount: 3 }),
    generated('2', ' \n ', { tokenCount: 3 }, 'length'),
    generated('3', 'cut', { tokenCount: 3 }, 'length'),
    generated('4', 'filtered', { tokenCount: 3 }, 'content_filter'),
  ]
  const { kept, dropped } = await through(length(options), rows)
  t.same(ids(kept), ['4'])
  t.same(dropped, [
    ['1', 'empty_output', 'finish_reason stop'],
    ['2', 'empty_output', 'finish_reason length'],
    ['3', 'truncated', 'cut off after 9 tokens'],
  ])
  t.same(ids((await through(length({ ...options, truncated: 'keep' }), rows)).kept), ['3', '4'])
})

t.test('counts what is not counted yet, once, and no more', async (t) => {
  const asked: string[][] = []
  const stage = length({ ...options, count: (texts) => (asked.push([...texts]), words(texts)) })
  const rows = [
    generated('1', 'a b', { tokenCount: null }),
    generated('2', 'known', { tokenCount: 3 }),
    generated('3', 'a b c d e', { tokenCount: null }),
    generated('4', '', { tokenCount: null }),
    generated('5', 'cut', { tokenCount: null }, 'length'),
    generated('6', 'a b c', { tokenCount: null }),
  ]
  const { kept, dropped } = await through(stage, rows)
  t.same(asked, [['a b', 'a b c d e', 'a b c']])
  t.same(kept.map((row) => [row.id, row.tokenCount]), [['1', 2], ['2', 3], ['6', 3]])
  t.same(kept[0], { ...rows[0], tokenCount: 2 })
  const reasons = dropped.map(([id, reason]) => [id, reason]).sort()
  t.same(reasons, [['3', 'too_long'], ['4', 'empty_output'], ['5', 'truncated']])
  t.same(await through(stage, []), { kept: [], dropped: [] })
  t.equal(asked.length, 1)
})
