import fc from 'fast-check'
import t from 'tap'
import { eduIntScore, pythonRound } from '../../dist/text/python-round.js'

const rounded: readonly (readonly [x: number, whole: number])[] = [
  [0, 0], [-0, 0], [0.5, 0], [-0.5, 0], [1.5, 2], [-1.5, -2], [2.5, 2], [-2.5, -2], [3.5, 4], [4.5, 4],
  [0.49999999999999994, 0], [-0.49999999999999994, 0], [0.5000000000000001, 1], [-0.2, 0], [-0.7, -1], [2.4999999999999996, 2],
  [2.5000000000000004, 3], [1e300, 1e300], [4503599627370495.5, 4503599627370496], [4503599627370494.5, 4503599627370494],
  [2 ** 53, 2 ** 53], [5e-324, 0], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], [Number.NaN, Number.NaN],
]

t.test('rounds as Python does', async (t) => {
  for (const [x, whole] of rounded) t.ok(Object.is(pythonRound(x), whole), `${x}: ${pythonRound(x)}`)
})

t.test('is the nearest integer, of two the even one', async () => {
  fc.assert(fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (x) => {
    const whole = pythonRound(x)
    const off = Math.abs(x - whole)
    return Number.isInteger(whole) && !Object.is(whole, -0) && (off < 0.5 || (off === 0.5 && whole % 2 === 0))
  }))
  fc.assert(fc.property(fc.integer({ min: -1e6, max: 1e6 }), (n) => pythonRound(n + 0.5) === (n % 2 === 0 ? n : n + 1) + 0))
})

t.test('int_score of a score', async (t) => {
  const scores: readonly (readonly [number, number])[] = [
    [-1, 0], [-0.3, 0], [0.5, 0], [1.5, 2], [2.5, 2], [2.51, 3], [3.5, 4], [4.5, 4], [4.51, 5], [5, 5], [5.7, 5],
    [Number.POSITIVE_INFINITY, 5], [Number.NEGATIVE_INFINITY, 0], [Number.NaN, Number.NaN],
  ]
  for (const [score, whole] of scores) t.ok(Object.is(eduIntScore(score), whole), `${score}: ${eduIntScore(score)}`)
})
