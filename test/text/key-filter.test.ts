import t, { type Test } from 'tap'
import { KeyFilter } from '../../dist/text/key-filter.js'
import { randomKeys } from './random-keys.ts'

/** Share of keys that were never added of which it says "maybe", at so many bits a key. */
function wrong(t: Test, bits: number): number {
  const count = 40_000
  const added = randomKeys(1, count)
  const others = randomKeys(2, count)
  const filter = new KeyFilter((count * bits) / 8)
  for (let k = 0; k < count; k++) filter.add(added[2 * k]!, added[2 * k + 1]!)
  let maybe = 0
  for (let k = 0; k < count; k++) {
    if (!filter.mayHold(added[2 * k]!, added[2 * k + 1]!)) t.fail(`key ${k} was added and is denied`)
    if (filter.mayHold(others[2 * k]!, others[2 * k + 1]!)) maybe++
  }
  return maybe / count
}

t.test('never denies a key, and is as often wrong as it says', async (t) => {
  t.ok(wrong(t, 8) < 0.04, 'at 8 bits a key')
  t.ok(wrong(t, 5) < 0.15, 'at 5')
  t.ok(wrong(t, 2) < 0.7, 'at 2')
})

t.test('takes no more memory than it may; without any it says maybe', async (t) => {
  t.ok(new KeyFilter(1000).bytes <= 1000)
  const none = new KeyFilter(63)
  none.add(1, 2)
  t.equal(none.bytes, 0)
  t.ok(none.mayHold(1, 2) && none.mayHold(3, 4))
})
