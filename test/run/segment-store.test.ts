import { readdirSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { merging } from '../../dist/run/segment-merge.js'
import { bitsFor, blockOf, findIn, removeSegments, SegmentStore, type Segment } from '../../dist/run/segment-store.js'
import { randomKeys } from '../text/random-keys.ts'

/** Keys `from` .. `to` - 1 as a segment; the number of a key is its own. */
function write(store: SegmentStore, id: number, bits: number, keys: Uint32Array, from: number, to: number): Segment {
  const segment = { id, bits, entries: to - from }
  const blocks = Array.from({ length: 2 ** bits }, (): number[] => [])
  for (let k = from; k < to; k++) blocks[blockOf(keys[2 * k]!, bits)]!.push(keys[2 * k]!, keys[2 * k + 1]!, k)
  blocks.forEach((entries, block) => store.writeBlock(segment, block, Uint32Array.from(entries)))
  return segment
}

t.test('segments of any division are merged into any other, with reads between the steps', async (t) => {
  const keys = randomKeys(5, 120_000)
  const folder = t.testdir()
  const from = new SegmentStore(await mkdtemp(join(folder, 'from')))
  const to = new SegmentStore(await mkdtemp(join(folder, 'to')))
  const sources = [write(from, 1, 6, keys, 0, 100_000), write(from, 2, 0, keys, 100_000, 100_010), write(from, 3, 11, keys, 100_010, 119_000)]
  for (const bits of [0, 3, 8]) {
    const target = { id: 10 + bits, bits, entries: 119_000 }
    let steps = 0
    for (const _ of merging(from, sources, to, target)) {
      steps++
      for (let k = 0; k < 70; k++) findIn(from, sources[0]!, keys[0]!, keys[1]!)
    }
    if (bits === 8) t.ok(steps > 1, `${steps} steps`)
    for (let k = 0; k < 119_000; k += 97) if (findIn(to, target, keys[2 * k]!, keys[2 * k + 1]!) !== k) t.fail(`key ${k} in 2^${bits} blocks`)
    for (let k = 119_000; k < 120_000; k++) if (findIn(to, target, keys[2 * k]!, keys[2 * k + 1]!) !== -1) t.fail(`key ${k} was never added`)
  }
  from.close()
  to.close()
})

t.test('what is finished can be opened elsewhere; what is removed is gone, and nothing else', async (t) => {
  const folder = t.testdir({ 'notes.txt': 'mine' })
  const store = new SegmentStore(folder)
  const keys = randomKeys(6, 5000)
  const segments = [1, 2].map((id) => write(store, id, id + 1, keys, 0, 5000))
  store.writeGroup(2, 0, Buffer.from('a group'))
  for (const { id } of segments) store.finish(id)
  const other = new SegmentStore(folder)
  for (let k = 0; k < 5000; k += 9) t.equal(findIn(other, segments[0]!, keys[2 * k]!, keys[2 * k + 1]!), k)
  t.equal(Buffer.from(other.readGroup(2, 0)).toString(), 'a group')
  store.remove(1)
  t.same(readdirSync(folder).toSorted(), ['notes.txt', 'records-2', 'segment-2'])
  t.equal(findIn(store, segments[1]!, keys[0]!, keys[1]!), 0)
  for (const each of [store, other, store]) each.close()
  removeSegments(folder)
  t.same(readdirSync(folder), ['notes.txt'])
})

t.test('blocks are written in order', async (t) => {
  const store = new SegmentStore(t.testdir())
  store.writeBlock({ id: 1 }, 0, Uint32Array.of(1, 2, 3))
  t.throws(() => store.writeBlock({ id: 1 }, 2, Uint32Array.of(1, 2, 3)), { message: 'segment-1 has 1 blobs, not 2' })
  t.throws(() => store.readBlock({ id: 1 }, 1), { message: 'segment-1 blob 1 of 1 was never written' })
  store.close()
})

t.test('blocks hold 500 to 1,000 entries', async (t) => {
  t.same([1, 1000, 1001, 2000, 2001, 1_000_000].map(bitsFor), [0, 0, 1, 1, 2, 10])
  t.equal(blockOf(2 ** 32 - 1, 0), 0)
  t.equal(blockOf(2 ** 32 - 1, 5), 31)
})
