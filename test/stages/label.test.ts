import t from 'tap'
import { RequestStatusError } from '../../dist/errors.js'
import type { StageContext } from '../../dist/flow/stage.js'
import { label } from '../../dist/stages/label.js'
import { seed, through } from './harness.ts'

t.test('adds the label to those there are, and tells it', async (t) => {
  const told: string[] = []
  const stage = label({
    name: 'formats', concurrency: 2, onLabel: (given) => told.push(given),
    label: async (rows) => rows.map(({ text }) => (text === '' ? null : `L${text}`)),
  })
  const rows = [seed('1', 'a', { labels: { topics: 'Games' } }), seed('2', ''), seed('3', 'b')]
  const { kept, dropped } = await through(stage, rows)
  t.same(kept.map(({ labels }) => labels), [{ topics: 'Games', formats: 'La' }, { formats: null }, { formats: 'Lb' }])
  t.same(dropped, [])
  t.same(told, ['La', 'unlabelled', 'Lb'])
  t.equal(stage.name, 'label:formats')
})

t.test('a text that the classifier refuses fails alone and is not counted', async (t) => {
  const failed: string[] = []
  const told: string[] = []
  const ctx: StageContext = {
    signal: new AbortController().signal,
    drop: () => t.fail('drops nothing'),
    fail: (row, error) => failed.push(`${(row as { id: string }).id} ${error.code}`),
  }
  const refuse = async () => [new RequestStatusError(413, 'long'), 'FAQs']
  const stage = label({ name: 'formats', concurrency: 1, onLabel: (given) => told.push(given), label: refuse })
  t.same((await stage.process([seed('1', 'x'), seed('2', 'y')], ctx)).map(({ id }) => id), ['2'])
  t.same([failed, told], [['1 STREAM_HTTP_413'], ['FAQs']])
})
