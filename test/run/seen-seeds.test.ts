import fc from 'fast-check'
import t from 'tap'
import { SeenSeeds } from '../../dist/run/seen-seeds.js'

t.test('it is a set of places', async (t) => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2), fc.oneof(fc.nat(40), fc.nat(40_000))), { maxLength: 100 }), (places) => {
    const seen = new SeenSeeds()
    const set = new Set<string>()
    for (const [file, row] of places) {
      const isNew = !set.has(`${file} ${row}`)
      if (seen.has(file, row) === isNew || seen.add(file, row) !== isNew) t.fail(`file ${file} row ${row}`)
      set.add(`${file} ${row}`)
    }
    t.equal(seen.count, set.size)
  }))
})
