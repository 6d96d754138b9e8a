import t from 'tap'
import type { Loop, Settings } from './stalling-loop.ts'
import { quantile, watched } from './stalling-loop.ts'

/** The servers of bench/autopilot.js; of the two unequal ones each. */
const shapes: Readonly<Record<string, Settings>> = {
  'max_num_seqs 16': { maxNumSeqs: 16, baseMs: 20 },
  'max_num_seqs 32': { maxNumSeqs: 32, baseMs: 20 },
  'max_num_seqs 64': { maxNumSeqs: 64 },
  'max_num_seqs 256': {},
  'max_num_seqs 512': { maxNumSeqs: 512 },
  'KV-bound, about 90': { kvTokens: 75_000 },
  'KV-bound, about 240': { kvTokens: 200_000, maxNumSeqs: 1024 },
}

type Case = (settings: NonNullable<Settings>) => Partial<Loop>

/** What happens to servers that are slow, or get slow at second 90, and not stalled. Many answers are as long as max_tokens allows. */
const slow: Readonly<Record<string, Case>> = {
  'as it is': () => ({}),
  'max_num_seqs cut to a quarter': ({ maxNumSeqs = 256 }) => ({ events: [{ at: 90, change: (engine) => engine.configure({ maxNumSeqs: maxNumSeqs / 4 }) }] }),
  'steps four times as long': ({ baseMs = 12 }) => ({ events: [{ at: 90, change: (engine) => engine.configure({ baseMs: 4 * baseMs, perSeqMs: 0.12 }) }] }),
  'a queue of hundreds': () => ({ limit: 1200 }),
  'prompts of 20,000 tokens': () => ({ promptTokens: 20_000, limit: 48 }),
  'answers of one length': () => ({ variation: 0, limit: 200 }),
}

for (const [name, change] of Object.entries(slow)) {
  t.test(`no false alarm: ${name}`, async (t) => {
    for (const [shape, settings] of Object.entries(shapes)) {
      // Prompts that do not fit the small cache would never run.
      if (name.startsWith('prompts') && settings?.kvTokens === 75_000) continue
      for (const maxTokens of [600, 1600]) {
        const { falseAlarms, silences, latencies } = watched({ settings, seconds: 200, maxTokens, seed: 5, ...change(settings!) })
        t.ok(latencies.length > 40, `${shape}: ${latencies.length} replies`)
        t.equal(falseAlarms, 0, `${shape}: nothing that would have come is given up`)
        t.strictSame(silences, [], `${shape}: never taken for silent`)
      }
    }
  })
}

t.test('a request that hangs is noticed within four times the usual p99 latency', async (t) => {
  for (const [shape, settings] of Object.entries(shapes)) {
    for (const maxTokens of [600, 1600]) {
      const { lost, falseAlarms, latencies } = watched({ settings, seconds: 200, hangs: 0.05, maxTokens, seed: 2 })
      const p99 = quantile(latencies, 0.99)
      t.ok(lost.length >= 5 && quantile(lost, 0.5) <= 4 * p99, `${shape}: ${lost.length} hangs, median ${(quantile(lost, 0.5) / p99).toFixed(1)} times p99`)
      t.ok(quantile(lost, 1) <= 5 * p99, `${shape}: at most ${(quantile(lost, 1) / p99).toFixed(1)} times p99`)
      t.equal(falseAlarms, 0, shape)
    }
  }
})

t.test('a server that hangs as a whole is noticed in seconds; nothing is given up while it might come back soon', async (t) => {
  for (const [shape, settings] of Object.entries(shapes)) {
    const events: Loop['events'] = [{ at: 90, change: (engine) => engine.pause() }, { at: 110, change: (engine) => engine.resume() }]
    const { silences, falseAlarms } = watched({ settings, seconds: 200, seed: 1, events })
    t.ok(silences[0]! >= 95 && silences[0]! <= 110, `${shape}: after ${silences[0]! - 90} s`)
    t.equal(falseAlarms, 0, shape)
  }
})
