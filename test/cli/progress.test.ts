import t from 'tap'
import { describe, progressMeter } from '../../dist/cli/progress.js'
import { closingLines } from '../../dist/cli/closing.js'
import { clock, reasons, short, whole } from '../../dist/cli/format.js'
import type { Summary } from '../../dist/run/summary.js'

const summary = (part: { received?: number; dropped?: number; planned?: number; written?: number; tokens?: number } = {}): Summary => ({
  run: { id: 'r', status: 'done', recipe: 'summarize', model: 'm', endpoint: 'http://e', config_hash: 'h', resumed: false, seconds: 12.34 },
  seeds: { received: part.received ?? 0, kept: 0, dropped: part.dropped ? { duplicate: part.dropped } : {}, failed: {}, skipped_files: [] },
  requests: { planned: part.planned ?? 0, unasked: 0, sent: 0, cached: 0, completed: 0, failed: {}, retries: 0 },
  endpoints: [],
  outputs: { written: part.written ?? 0, dropped: {}, failed: {}, parts: 1 },
  tokens: { prompt: 1000, cached_prompt: 250, completion: part.tokens ?? 0, kept: 0, counted_with: 'o200k_base' },
  rates: { completion_tokens_per_s: 0, kept_tokens_per_s: 0, seeds_per_s: 0 },
  counts: {}, labels: {}, stages: [],
})

t.test('numbers as people read them', async (t) => {
  t.equal(whole(1234567.4), '1,234,567')
  t.equal(short(1_530_000), '1.53M')
  t.same([0, 42, 725, 11525].map(clock), ['0:00', '0:42', '12:05', '3:12:05'])
  t.equal(reasons('dropped', { too_short: 5, duplicate: 1200 }), '1,205 dropped (duplicate 1,200, too_short 5)')
  t.equal(reasons('failed', {}), '')
})

t.test('progress: share, rate over the window, time left', async (t) => {
  let at = 0
  let now = summary()
  const job = { snapshot: () => now, expectedSeeds: 1000 as number | null, inFlight: 7, limit: 16 }
  const measure = progressMeter(() => at)
  t.match(measure(job), { share: 0, tokensPerSecond: 0, left: null })
  at = 5000
  now = summary({ received: 300, dropped: 100, planned: 400, written: 200, tokens: 50_000 })
  // 100 dropped and half of the other 200 done: 200 of 1,000 in 5 s
  t.match(measure(job), { seeds: 300, share: 0.2, tokensPerSecond: 10_000, left: 20 })
  t.equal(describe(measure(job)), '20 %, 300 of 1,000 seeds, 200 outputs, 10K tokens/s, 7 in flight, 0:20 left')
  t.match(describe(measure(job), true), /7 of 16 in flight/)
  t.equal(describe(progressMeter(() => at)({ ...job, expectedSeeds: null })), '300 seeds, 200 outputs, 0 tokens/s, 7 in flight')
})

t.test('the closing lines name every count that is not zero, and a rule that drops most seeds', async (t) => {
  const stages = [{ name: 'quality', received: 90, kept: 10, emitted: 10, dropped: { gopher_short_doc: 80 }, failed: {}, seconds: 0 }]
  const lines = closingLines({ ...summary({ received: 100, dropped: 10, written: 5 }), stages }, 'out/', true).join('\n')
  t.match(lines, /done after 12\.3 s, recipe summarize/)
  t.match(lines, /100 read, 0 kept, 10 dropped \(duplicate 10\)/)
  t.match(lines, /25 % from the prefix cache/)
  t.match(lines, /quality rule dropped 80 % of the seeds/)
  t.notMatch(lines, /failed|reused|retried/)
  t.match(closingLines(summary(), '-', false)[0], /^stopped after/)
})
