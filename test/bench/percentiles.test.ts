import fc from 'fast-check'
import t from 'tap'
import { percentile, spreadOf } from '../../dist/bench/percentiles.js'

const values = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 })
const ascending = (numbers: readonly number[]) => Float64Array.from(numbers).sort()
/** Room for rounding: a share of the largest value. */
const about = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, scale)

t.test('the percentiles are those of numpy', async (t) => {
  // numpy.percentile of each, default method
  const cases: [readonly number[], number, number][] = [
    [[7], 99, 7],
    [[1, 2], 50, 1.5],
    [[1, 2], 99, 1.99],
    [[10, 20, 30, 40], 90, 37],
    [[15, 20, 35, 40, 50], 40, 29],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 99, 9.91],
    [[3, 1, 2], 0, 1],
    [[3, 1, 2], 100, 3],
  ]
  for (const [numbers, p, expected] of cases) t.ok(about(percentile(ascending(numbers), p), expected, 100), `p${p} of ${numbers}`)
})

t.test('a percentile has its share of the values on either side', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(values, fc.double({ min: 0, max: 100, noNaN: true }), (numbers, p) => {
    const sorted = ascending(numbers)
    const at = percentile(sorted, p)
    const rank = ((sorted.length - 1) * p) / 100
    const below = sorted.filter((value) => value < at).length
    const notAbove = sorted.filter((value) => value <= at).length
    return at >= sorted[0]! && at <= sorted.at(-1)! && below <= Math.ceil(rank) && notAbove >= Math.floor(rank)
  })))
})

t.test('percentiles do not go down as p goes up', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(values, fc.integer({ min: 0, max: 99 }), (numbers, p) => {
    const sorted = ascending(numbers)
    return percentile(sorted, p) <= percentile(sorted, p + 1)
  })))
})

t.test('spread: order does not matter, shifting shifts, scaling scales', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(values, fc.integer({ min: 1, max: 1000 }), (numbers, by) => {
    const scale = 1e7 * by
    const spread = spreadOf(numbers)!
    const turned = spreadOf(numbers.toReversed())!
    const moved = spreadOf(numbers.map((value) => value + by))!
    const scaled = spreadOf(numbers.map((value) => value * by))!
    return (['mean', 'median', 'p90', 'p99'] as const).every(
      (name) => about(turned[name], spread[name], scale) && about(moved[name], spread[name] + by, scale) && about(scaled[name], spread[name] * by, scale),
    ) && about(moved.std, spread.std, scale) && about(scaled.std, spread.std * by, scale)
  })))
})

t.test('mean and deviation against the plain formulas', async (t) => {
  const spread = spreadOf([2, 4, 4, 4, 5, 5, 7, 9])!
  t.equal(spread.mean, 5)
  t.equal(spread.std, 2)
  t.equal(spread.median, 4.5)
  t.equal(spreadOf([42])!.std, 0)
  t.equal(spreadOf([]), null, 'nothing to say about nothing')
  const before = [3, 1, 2]
  spreadOf(before)
  t.same(before, [3, 1, 2], 'the values are left in their order')
})
