import fc from 'fast-check'
import t from 'tap'
import { DocumentRecords, groupSize, recordIn } from '../../dist/run/document-records.js'

const record = fc.record({
  check: fc.constantFrom(0, 5, 2 ** 32 - 1),
  sketch: fc.array(fc.constantFrom(0, 9, 2 ** 32 - 1), { minLength: 2, maxLength: 2 }),
  id: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('')),
})

t.test('reads what was added, from memory and from a packed group', async () => {
  fc.assert(fc.property(fc.array(record, { maxLength: 300 }), fc.integer({ min: 0, max: 300 }), (all, forgetAfter) => {
    const records = new DocumentRecords(2)
    const groups = new Map<number, Uint8Array>()
    for (const [number, { check, sketch, id }] of all.entries()) {
      const { bytes } = records
      const growth = records.growthFor(Buffer.byteLength(id))
      if (records.add(check, Uint32Array.from(sketch), id) !== number) return false
      if (growth === 0 && records.bytes !== bytes) return false
      if (number !== forgetAfter) continue
      const end = records.end - (records.end % groupSize)
      for (let first = 0; first < end; first += groupSize) groups.set(first / groupSize, records.pack(first))
      records.forget(end)
    }
    return records.end === all.length && all.every(({ check, sketch, id }, number) => {
      const group = groups.get(Math.floor(number / groupSize)) ?? records.pack(number - (number % groupSize))
      const read = [recordIn(group, number, 2), ...(number >= records.first ? [records.read(number)] : [])]
      return read.every((each) => each.check === check && each.id === id && String([...each.sketch]) === String(sketch))
    })
  }))
})

t.test('an exact record has no sketch, and an id that is no Unicode is read as it is written to files', async (t) => {
  const records = new DocumentRecords(0)
  records.add(7, new Uint32Array(0), 'a\ud800b')
  t.same(records.read(0), { check: 7, sketch: new Uint32Array(0), id: 'a\ufffdb' })
})
