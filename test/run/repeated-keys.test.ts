import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { nameOf, repeatedKeys, type Key } from '../../dist/run/repeated-keys.js'

const keyOf = (n: number): Key => {
  const bytes = createHash('sha256').update(String(n)).digest()
  return [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12)]
}

t.test('exactly the keys that repeat, with how often', async (t) => {
  fc.assert(fc.property(fc.array(fc.nat(300), { maxLength: 400 }), (numbers) => {
    const times = new Map<string, number>()
    for (const n of numbers) times.set(nameOf(keyOf(n)), (times.get(nameOf(keyOf(n))) ?? 0) + 1)
    const expected = new Map([...times].filter(([, count]) => count > 1))
    t.strictSame(new Map([...repeatedKeys(numbers.length, () => numbers.map(keyOf))].toSorted()), new Map([...expected].toSorted()))
  }))
})

t.test('one repeat, the last of more keys than could be counted one by one', async (t) => {
  const word = (n: number) => Math.imul(n ^ (n >>> 16), 0x85ebca6b) >>> 0
  const cheap = (n: number): Key => [word(n), word(~n), word(n * 7 + 1), word(n * 31 + 5)]
  function* keys() {
    for (let n = 0; n < 1_100_000; n++) yield cheap(n)
    yield cheap(1_099_999)
  }
  t.same([...repeatedKeys(1_100_001, keys)], [[nameOf(cheap(1_099_999)), 2]])
})
