import fc from 'fast-check'
import t from 'tap'
import { select, TopShare, type Test } from '../../dist/stages/select.js'
import { ids, seed, through } from './harness.ts'

const atLeast = (value: number): Test => ({ kind: 'threshold', operator: '>=', value })

t.test('a threshold', async (t) => {
  const scores = [2.9, 3, 3.1, null, Number.NaN, Number.POSITIVE_INFINITY]
  const rows = scores.map((score, k) => seed(String(k), 'x', { score }))
  const three = await through(select({ what: 'int_score', tests: [atLeast(3)] }), rows)
  t.same(ids(three.kept), ['1', '2', '5'])
  t.same(three.dropped, [
    ['0', 'quality_below_threshold', 'int_score is 2.9, wanted >= 3'],
    ['3', 'quality_unscored', 'int_score is null'],
    ['4', 'quality_unscored', 'int_score is NaN'],
  ])
  const above = await through(select({ what: 'int_score', tests: [{ kind: 'threshold', operator: '>', value: 3 }] }), rows)
  t.same(ids(above.kept), ['2', '5'])
})

t.test('the top share comes after the threshold and counts what passed it', async (t) => {
  const rows = [5, 1, 4, 6, 2, 3].map((score, k) => seed(String(k), 'x', { score }))
  const { kept, dropped } = await through(select({ what: 's', tests: [atLeast(2), { kind: 'top', share: 0.5 }] }), rows)
  t.same(ids(kept), ['0', '3'])
  t.same(dropped, [
    ['1', 'quality_below_threshold', 's is 1, wanted >= 2'],
    ['2', 'quality_below_top', 's is 4, wanted the top 50 % so far'],
    ['4', 'quality_below_top', 's is 2, wanted the top 50 % so far'],
    ['5', 'quality_below_top', 's is 3, wanted the top 50 % so far'],
  ])
})

/** A small seeded generator, so that shares are the same on every run. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32)
}

t.test('keeps the share asked for, and the best of the scores', async (t) => {
  const shapes: Record<string, (u: number) => number> = {
    uniform: (u) => u,
    'close to 0, as probabilities of a classifier are': (u) => 0.0001 + u ** 8 / 50,
    'of both signs': (u) => Math.log(u / (1 - u)),
    'six values': (u) => Math.floor(6 * u ** 2),
    'one value': () => 3,
  }
  for (const [name, shape] of Object.entries(shapes)) {
    for (const share of [0.01, 0.1, 0.5, 1]) {
      const next = random(7)
      const scores = Array.from({ length: 50_000 }, () => shape(next()))
      const top = new TopShare(share)
      const kept = scores.filter((score) => top.admit(score))
      t.ok(Math.abs(kept.length / scores.length - share) < 0.004, `${name}, ${share}: kept ${kept.length} of ${scores.length}`)
      const border = scores.toSorted((a, b) => b - a)[Math.ceil(share * scores.length) - 1]!
      const better = kept.filter((score) => score >= border * (1 - Math.sign(border) * 0.001)).length
      t.ok(better > 0.97 * kept.length - 20, `${name}, ${share}: ${better} of ${kept.length} are in the true top`)
    }
  }
})

t.test('property: a score is admitted when it is strictly within the share of those so far, never when clearly outside', async (t) => {
  const scores = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })), { maxLength: 80 })
  fc.assert(fc.property(scores, fc.double({ min: 0.01, max: 1, noNaN: true }), (scores, share) => {
    const top = new TopShare(share)
    const coarse = scores.map((score) => Math.fround(score))
    scores.forEach((score, k) => {
      const admitted = top.admit(score)
      const sofar = coarse.slice(0, k + 1)
      // Scores that differ by less than a bin may be held for equal; so may those next to nothing.
      const near = (x: number) => Math.abs(x - coarse[k]!) <= Math.abs(coarse[k]!) / 1000 + 1e-37
      const better = sofar.filter((x) => x > coarse[k]! && !near(x)).length
      const atLeast = sofar.filter((x) => x >= coarse[k]! || near(x)).length
      if (atLeast <= share * (k + 1)) t.ok(admitted)
      if (better >= share * (k + 1) && better > 0) t.notOk(admitted)
    })
  }))
})

t.test('a thousand rows: about a hundred of them are the top 10 %, and nearly all of the true ones are there', async (t) => {
  for (let n = 1; n <= 20; n++) {
    const next = random(n * 7919)
    const rows = Array.from({ length: 1000 }, (_, k) => ({ id: String(k), score: next() }))
    const { kept, dropped } = await through(select({ what: 's', tests: [{ kind: 'top', share: 0.1 }] }), rows.map(({ id, score }) => seed(id, 'x', { score })))
    const best = new Set(rows.toSorted((a, b) => b.score - a.score).slice(0, 100).map(({ id }) => id))
    const found = ids(kept).filter((id) => best.has(id)).length
    t.ok(kept.length >= 75 && kept.length <= 125 && found >= 75, `${n}: ${kept.length} kept, ${found} of the true 100`)
    t.equal(kept.length + dropped.length, 1000)
  }
})
