import t from 'tap'
import { draw, drawSome } from '../../dist/recipes/draw.js'

t.test('uniform over 10,000 neighbouring ids, within 5 % of the fair share', (t) => {
  for (const bound of [2, 3, 4, 7, 12]) {
    const counts = Array.from({ length: bound }, () => 0)
    for (let i = 0; i < 10_000; i++) counts[draw([0, `doc-${i}`, 'rephrase'], bound)]!++
    const fair = 10_000 / bound
    // 4.5 standard deviations of a fair draw.
    const tolerance = 4.5 * Math.sqrt(fair * (1 - 1 / bound))
    for (const n of counts) t.ok(Math.abs(n - fair) < tolerance, `${bound}: ${n} of ${fair}`)
  }
  t.end()
})

t.test('draws of one document for different purposes are independent', (t) => {
  const cells = Array.from({ length: 16 }, () => 0)
  for (let i = 0; i < 10_000; i++) cells[draw([7, i, 'a'], 4) * 4 + draw([7, i, 'b'], 4)]!++
  for (const n of cells) t.ok(Math.abs(n - 625) < 120, String(n))
  t.end()
})

t.test('the same on every machine, and parts do not run together', (t) => {
  const drawn = [[0, 'a', 's'], [1, 'a', 's'], [0, 'é漢', 's']].map((parts) => draw(parts, 1e6))
  t.same(drawn, [141841, 214990, 187555], 'pinned: another draw would change what a rerun asks for')
  t.not(draw(['a', 'bc'], 2 ** 32), draw(['ab', 'c'], 2 ** 32))
  t.end()
})

t.test('drawSome takes distinct places in order, each equally often', (t) => {
  const counts = Array.from({ length: 6 }, () => 0)
  for (let i = 0; i < 9000; i++) {
    const taken = drawSome([3, i], 6, 2)
    t.ok(taken.length === 2 && taken[0]! < taken[1]!)
    for (const place of taken) counts[place]!++
  }
  for (const n of counts) t.ok(Math.abs(n - 3000) < 200, String(n))
  t.same(drawSome(['x'], 3, 9), [0, 1, 2])
  t.end()
})
