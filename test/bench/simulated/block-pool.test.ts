import fc from 'fast-check'
import t from 'tap'
import { BlockPool } from '../../../bench/simulated/block-pool.js'

t.test('blocks are neither made nor lost, and what is held is never evicted', async (t) => {
  const prompts = [[1, 2, 3, 4], [1, 2, 5], [6, 7], [1, 2, 3, 4, 8, 9]]
  const commands = fc.array(fc.record({ prompt: fc.nat(3), fresh: fc.nat(4), release: fc.boolean(), at: fc.nat(20) }), { maxLength: 60 })
  let admitted = 0
  fc.assert(fc.property(fc.integer({ min: 4, max: 24 }), fc.boolean(), commands, (capacity, caching, steps) => {
    const pool = new BlockPool(capacity, caching)
    const live: { held: number[], own: number }[] = []
    for (const { prompt, fresh, release, at } of steps) {
      if (release && live.length > 0) {
        const [gone] = live.splice(at % live.length, 1)
        pool.release(gone!.held, gone!.own)
      } else {
        const hashes = prompts[prompt]!
        const found = pool.match(hashes, hashes.length)
        if (!caching && found > 0) return false
        const before = pool.available
        if (!pool.admit(hashes, found, hashes.length - found + fresh)) {
          if (pool.available !== before) return false
          continue
        }
        admitted++
        const sequence = { held: hashes.slice(0, found), own: hashes.length - found + fresh }
        for (const hash of hashes.slice(found)) {
          if (!pool.publish(hash)) continue
          sequence.held.push(hash)
          sequence.own--
        }
        live.push(sequence)
      }
      const distinct = new Set(live.flatMap(({ held }) => held))
      const own = live.reduce((sum, each) => sum + each.own, 0)
      if (pool.available !== capacity - distinct.size - own) return false
      if (Math.abs(pool.usage - (distinct.size + own) / capacity) > 1e-9) return false
      if ([...distinct].some((hash) => pool.match([hash], 1) === 0)) return false
    }
    for (const each of live) pool.release(each.held, each.own)
    return pool.available === capacity
  }), { numRuns: 500 })
  t.ok(admitted > 1000)
})

t.test('a match ends at the first block that is missing, and at the limit', async (t) => {
  const pool = new BlockPool(10, true)
  pool.take(3)
  for (const hash of [1, 2, 4]) t.equal(pool.publish(hash), true)
  t.equal(pool.publish(2), false, 'it is there already')
  t.equal(pool.match([1, 2, 3, 4], 4), 2)
  t.equal(pool.match([1, 2], 1), 1)
  t.equal(pool.match([9], 1), 0)
})
