import t from 'tap'
import { observe } from '../../dist/flow/observe.js'
import { newTally } from '../../dist/flow/tally.js'
import type { GeneratedRow } from '../../dist/rows.js'
import { join, type JoinOptions } from '../../dist/stages/join.js'
import { generatedRow, reply, seedRow } from '../rows.js'

const chunk = (whole: string, index: number, count: number, part: Partial<GeneratedRow> = {}) =>
  generatedRow({ id: `${whole}.${index}`, text: `${whole}${index}`, chunk: { index, count, whole, of: 'what was cut', outer: null }, source: 'piece', ...part })
const run = (rows: readonly GeneratedRow[], how: ReturnType<JoinOptions['joinOf']> = { separator: '\n', partial: 'drop' }) =>
  observe(join({ name: 'join', joinOf: (variant) => (variant === 'apart' ? null : how) }), { seq: 0, rows, rejects: [] }, newTally('join'), new AbortController().signal)

t.test('chunks become one row in their order, under the id of the whole, with what was cut as its source', async (t) => {
  const seed = seedRow({ text: 'the seed' })
  const { rows } = await run([chunk('b', 0, 1), chunk('a', 2, 3, { seed }), chunk('a', 0, 3, { seed }), chunk('a', 1, 3, { seed })])
  t.match(rows, [{ id: 'b', text: 'b0' }, { id: 'a', text: 'a0\na1\na2', chunk: null, source: 'what was cut' }])
})

t.test('where a chunk was cut again, the joined row is about that chunk', async (t) => {
  const outer = { index: 3, count: 4, whole: 'w', of: 'the seed', outer: null }
  const { rows } = await run([chunk('a', 0, 1, { chunk: { index: 0, count: 1, whole: 'a', of: 'the third piece', outer } })])
  t.match(rows, [{ id: 'a', source: 'the third piece', chunk: outer }])
})

t.test('tokens add up, and one that was cut off makes the whole one that is cut off', async (t) => {
  const { rows } = await run([chunk('a', 0, 3), chunk('a', 1, 3, { reply: reply({ finishReason: 'length' }) }), chunk('a', 2, 3, { reply: reply({ usage: null }) })])
  t.match(rows[0]!.reply, { finishReason: 'length', usage: { promptTokens: 20, completionTokens: 10 }, latencyMs: 3 })
  const [none] = (await run([chunk('a', 0, 1, { reply: reply({ usage: null, finishReason: 'unasked' }) })])).rows
  t.match(none!.reply, { usage: null, finishReason: 'unasked' })
})

t.test('a missing chunk costs the others, or not', async (t) => {
  const rows = [chunk('a', 0, 3), chunk('a', 2, 3), chunk('b', 0, 1)]
  const dropped = await run(rows)
  t.same(dropped.rows.map(({ id }) => id), ['b'])
  t.match(dropped.rejects, [{ reason: 'incomplete_document', detail: '2 of 3 chunks' }, { reason: 'incomplete_document' }])
  const kept = await run(rows, { separator: ' ', partial: 'keep' })
  t.same(kept.rows.map(({ text }) => text), ['a0 a2', 'b0'])
})

t.test('what is not to be joined, or is no chunk, goes by', async (t) => {
  const { rows } = await run([chunk('a', 0, 2, { variant: 'apart' }), generatedRow({ id: 'x' }), chunk('a', 1, 2, { variant: 'apart' })])
  t.same(rows.map(({ id }) => id), ['a.0', 'x', 'a.1'])
})
