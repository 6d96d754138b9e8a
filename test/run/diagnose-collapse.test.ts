import fc from 'fast-check'
import { join } from 'node:path'
import t from 'tap'
import { diagnoseCollapse, OutputSample, resampled } from '../../dist/run/diagnose-collapse.js'
import { readSummary, run } from '../e2e/stream-process.ts'
import { completion, scriptedServer } from '../endpoint/scripted-server.ts'

const row = (id: string) => ({ id, source: `source ${id}`, text: `text ${id}` })
const { signal } = new AbortController()

t.test('the sample: the least ids, whatever the order and the batches', (t) => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 4, maxLength: 4 })), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 }), (ids, size, batch) => {
    const sample = new OutputSample(size)
    for (let i = 0; i < ids.length; i += batch) sample.add(ids.slice(i, i + batch).map(row))
    t.same(sample.rows().map(({ id }) => id), ids.toSorted().slice(0, size))
  }))
  t.end()
})

t.test('points are means of equal stretches', (t) => {
  t.same(resampled([1, 3, 5, 7], 2), [2, 6])
  t.same(resampled([1, 2, 3], 3), [1, 2, 3])
  t.same(resampled([1, 2, 3, 4, 5], 2), [1.5, 4])
  t.end()
})

t.test('an output whose losses rise in its last part is found there, whatever its length', async (t) => {
  const losses = {
    async of(text: string) {
      const n = text.startsWith('text') ? 300 : 200
      const flat = Array.from({ length: n }, (_, i) => 2 + 0.1 * Math.sin(i))
      return text === 'text 7' ? flat.map((loss, i) => (i >= 0.6 * n ? loss + 5 : loss)) : flat
    },
  }
  const rows = Array.from({ length: 20 }, (_, i) => row(String(i)))
  const found = await diagnoseCollapse(rows, losses, signal, () => t.fail('no problem'))
  t.match(found, { sampled: 20, compared: 20, anomalies: 1, anomaly_share: 0.05, k: 3 })
  t.ok(Math.abs(found.mean_position! - 0.6) <= 0.05, `${found.mean_position}`)
  t.ok(Math.abs(found.source_loss! - 2) < 0.05 && found.written_loss! > found.source_loss!)
})

t.test('losses that do not come are left out and said once', async (t) => {
  const said: string[] = []
  const losses = { of: async (text: string) => (text.startsWith('text') ? { problem: `no ${text}` } : [1, 2]) }
  t.same(await diagnoseCollapse([row('a'), row('b')], losses, signal, (problem) => said.push(problem)), {
    sampled: 2, compared: 0, anomalies: 0, anomaly_share: 0, mean_position: null, source_loss: null, written_loss: null, k: 3,
  })
  t.equal(said.length, 1)
  t.match(await diagnoseCollapse([], losses, signal, () => {}), { sampled: 0, compared: 0 })
})

t.test('--diagnose-collapse: after the run, into the summary', async (t) => {
  const server = await scriptedServer(({ method, path }) => {
    if (method === 'GET') return { body: { data: [{ id: 'tiny' }] } }
    if (path.endsWith('/chat/completions')) return { body: completion('A short summary of it.') }
    return { body: { choices: [{ text: '', logprobs: { token_logprobs: [null, -2, -3, -1] } }], usage: { prompt_tokens: 3, completion_tokens: 1 } } }
  })
  t.teardown(() => server.close())
  const folder = t.testdir({ 'seeds.jsonl': [1, 2, 3, 4].map((n) => JSON.stringify({ text: `Seed number ${n} of four.` })).join('\n') })
  const out = join(folder, 'out')
  const args = [join(folder, 'seeds.jsonl'), out, '--recipe', 'summarize', '--dedupe', 'none', '--max-concurrency', '2', '--diagnose-collapse', '3']
  const { code, stderr } = await run([...args, '--endpoint', server.url])
  t.equal(code, 0, stderr)
  t.equal(server.received.filter(({ path }) => path === '/v1/completions').length, 6, 'three outputs and their sources')
  t.match(readSummary(out).collapse, { sampled: 3, compared: 3, anomalies: 0, mean_position: null, source_loss: 2.5, written_loss: 2.5 })
  t.match(stderr, / {2}collapse {2}0 of 3 outputs come apart from their source; mean loss 2\.50 of sources, 2\.50 of outputs/)
  t.match(await run([...args, '--resume', 'always']), { code: 2, stderr: /diagnose-collapse: the offline rewriter has no logprobs/ })
})
