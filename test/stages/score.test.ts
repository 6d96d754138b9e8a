import t from 'tap'
import { RequestStatusError } from '../../dist/errors.js'
import type { StageContext } from '../../dist/flow/stage.js'
import { score } from '../../dist/stages/score.js'
import { ids, seed, through } from './harness.ts'

t.test('gives each seed its score and changes nothing else', async (t) => {
  const stage = score({ concurrency: 4, score: async (rows) => rows.map(({ text }) => text.length / 10) })
  const rows = [seed('1', 'abc', { labels: { formats: 'FAQs' } }), seed('2', '', { score: 9 })]
  const { kept } = await through(stage, rows)
  t.same(kept, [{ ...rows[0], score: 0.3 }, { ...rows[1], score: 0 }])
  t.equal(stage.concurrency, 4)
  t.not(stage.ordered, false, 'a top share goes by the order')
})

t.test('a text that the classifier refuses fails alone', async (t) => {
  const failed: [string, string][] = []
  const ctx: StageContext = {
    signal: new AbortController().signal,
    drop: () => t.fail('drops nothing'),
    fail: (row, error) => failed.push([(row as { id: string }).id, error.code]),
  }
  const stage = score({ concurrency: 1, score: async (rows) => rows.map(({ text }) => (text === 'bad' ? new RequestStatusError(422, 'no') : 1)) })
  t.same(ids(await stage.process([seed('1', 'good'), seed('2', 'bad'), seed('3', 'good')], ctx)), ['1', '3'])
  t.same(failed, [['2', 'STREAM_HTTP_422']])
})

t.test('what ends the run is thrown', async (t) => {
  const stage = score({ concurrency: 1, score: async () => Promise.reject(new TypeError('broken')) })
  await t.rejects(through(stage, [seed('1', 'x')]), { message: 'broken' })
  t.same(await through(stage, []), { kept: [], dropped: [] }, 'an empty batch asks nothing')
})
