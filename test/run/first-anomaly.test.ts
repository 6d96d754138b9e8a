import fc from 'fast-check'
import t from 'tap'
import { baselineOf, differencesOf, firstAnomalyPosition } from '../../dist/run/first-anomaly.js'

const noise = (n: number, scale = 0.1) => Array.from({ length: n }, (_, i) => 2 + scale * Math.sin(i * 12.9898))
const raised = (losses: readonly number[], from: number, to: number, by: number) =>
  losses.map((loss, i) => (i >= from && i < to ? loss + by : loss))
const sound = { mean: 0, deviation: 0.1 }

t.test('nothing wrong: -1', (t) => {
  t.equal(firstAnomalyPosition([], []), -1, 'no tokens')
  t.equal(firstAnomalyPosition(noise(200), noise(200)), -1, 'no difference at all')
  const wavy = noise(200, 0.3)
  t.equal(firstAnomalyPosition(wavy, noise(200).toReversed()), -1, 'differences all over')
  t.equal(firstAnomalyPosition([5], [1]), -1, 'one token has no deviation to stand out from')
  t.end()
})

t.test('a step at 60 % is found there', (t) => {
  const real = noise(1000)
  const position = firstAnomalyPosition(raised(real, 600, 1000, 3), real, { baseline: sound })
  t.ok(Math.abs(position - 0.6) <= 0.05, `${position} within a window of 0.6`)
  const own = firstAnomalyPosition(raised(real, 600, 1000, 3), real, { k: 1 })
  t.ok(Math.abs(own - 0.6) < 0.01, `${own}: by its own deviation, k = 1`)
  t.equal(firstAnomalyPosition(raised(real, 600, 1000, 3), real), -1, 'by its own with k = 3, two fifths are too much to stand out')
  const burst = firstAnomalyPosition(raised(real, 600, 650, 3), real)
  t.ok(Math.abs(burst - 0.6) < 0.02, `${burst}: a twentieth stands out`)
  t.equal(firstAnomalyPosition(real, raised(real, 600, 650, 3)), burst, 'whichever of the two is higher')
  t.end()
})

t.test('window: a twentieth of the tokens, at least one', (t) => {
  const real = noise(100, 0)
  // One token of 5 in a window of 5 tokens averages 1.
  const peak = raised(real, 50, 51, 5)
  t.equal(firstAnomalyPosition(peak, real, { baseline: { mean: 0.99, deviation: 0 } }), 0.46, 'the first window that holds it')
  t.equal(firstAnomalyPosition(peak, real, { baseline: { mean: 1.01, deviation: 0 } }), -1)
  t.equal(firstAnomalyPosition(peak, real, { baseline: { mean: 1.01, deviation: 0 }, window: 0.01 }), 0.5)
  t.equal(firstAnomalyPosition([1, 1, 9, 1], [1, 1, 1, 1], { baseline: { mean: 1, deviation: 1 } }), 0.5, 'four tokens: a window of one')
  t.equal(firstAnomalyPosition(raised(noise(30), 15, 16, 5), noise(30), { baseline: { mean: 3, deviation: 0 } }), 0.5, 'thirty: one and a half are one')
  t.equal(firstAnomalyPosition([1, 1, 9, 1], [1, 1, 1, 1], { baseline: { mean: -9, deviation: 0 } }), -1, 'the size of the mean counts')
  t.end()
})

t.test('by definition, window by window', (t) => {
  const losses = fc.array(fc.tuple(fc.double({ min: 0, max: 9, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true })), { maxLength: 80 })
  fc.assert(fc.property(losses, fc.double({ min: 0, max: 3, noNaN: true }), (pairs, k) => {
    const [synthetic, real] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
    const got = firstAnomalyPosition(synthetic, real, { k })
    const n = pairs.length
    const width = Math.max(1, Math.floor(n / 20))
    const mean = pairs.reduce((sum, [a, b]) => sum + a - b, 0) / n
    const deviation = Math.sqrt(pairs.reduce((sum, [a, b]) => sum + (a - b - mean) ** 2, 0) / n)
    const means = Array.from({ length: Math.max(0, n - width + 1) }, (_, p) => pairs.slice(p, p + width).reduce((sum, [a, b]) => sum + Math.abs(a - b), 0) / width)
    const bar = Math.abs(mean) + k * deviation
    if (got === -1) return means.every((value) => value <= bar + 1e-9)
    const p = Math.round(got * n)
    return means[p]! > bar - 1e-9 && means.slice(0, p).every((value) => value <= bar + 1e-9)
  }))
  t.end()
})

t.test('lengths that differ are an error; baselines are pooled', (t) => {
  t.throws(() => firstAnomalyPosition([1, 2], [1]), { name: 'RangeError', message: 'losses of 2 and 1 tokens: expected as many' })
  t.same(differencesOf([3, 1], [1, 2]), [2, -1])
  t.same(baselineOf([[1, 3], [5]]), { mean: 3, deviation: Math.sqrt(8 / 3) })
  t.same(baselineOf([]), { mean: 0, deviation: 0 })
  t.end()
})
