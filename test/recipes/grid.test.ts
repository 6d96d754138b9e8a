import fc from 'fast-check'
import t from 'tap'
import { gridCell } from '../../dist/recipes/grid.js'

t.test('so many rows, so many cells: each once in every round', (t) => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), fc.integer(), fc.nat(5), (sides, seed, round) => {
    const cells = sides.reduce((a, b) => a * b, 1)
    const seen = new Set<string>()
    for (let row = 0; row < cells; row++) {
      const cell = gridCell(sides, round * cells + row, [seed, 'x'])
      if (!cell.every((index, i) => index >= 0 && index < sides[i]!)) t.fail(`${cell} is out of ${sides}`)
      seen.add(cell.join())
    }
    t.equal(seen.size, cells)
  }), { numRuns: 50 })
  t.end()
})

t.test('the order depends on the parts', (t) => {
  const order = (seed: number) => Array.from({ length: 60 }, (_, row) => gridCell([5, 4, 3], row, [seed]).join()).join(' ')
  t.equal(order(1), order(1))
  t.not(order(1), order(2))
  t.same(gridCell([], 7, []), [], 'no grid')
  t.end()
})
