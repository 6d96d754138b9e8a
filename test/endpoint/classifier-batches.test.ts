import fc from 'fast-check'
import t from 'tap'
import { classifiable, planBatches } from '../../dist/endpoint/classifier-batches.js'

t.test('texts as they are sent', async (t) => {
  t.equal(classifiable('half \ud83d, whole \ud83d\ude00'), 'half \ufffd, whole \ud83d\ude00')
  t.equal(classifiable('x'.repeat(250_000)).length, 250_000)
  const long = classifiable(`${'x'.repeat(249_999)}\ud83d\ude00`)
  t.equal(long, `${'x'.repeat(249_999)}\ufffd`, 'a pair that is cut through is no half pair')
})

t.test('runs', async (t) => {
  t.strictSame(planBatches([], 3), [])
  t.strictSame(planBatches(['', ''], 3), [[0, 2]])
  t.strictSame(planBatches(['a', 'b', 'c', 'd'], 3), [[0, 3], [3, 4]])
  t.strictSame(planBatches(['aaa', 'bb', 'c', 'dddddddd', 'e'], 3, 5), [[0, 2], [2, 3], [3, 4], [4, 5]])
  t.strictSame(planBatches(['\u00e9\u00e9', 'b'], 3, 4), [[0, 1], [1, 2]], 'bytes, not characters')
  t.strictSame(planBatches(Array.from({ length: 4 }, () => 'x'.repeat(300_000)), 32), [[0, 3], [3, 4]])
})

t.test('every text once and in order, no run over its bounds, none that its neighbour had room for', async (t) => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 40 })
  t.doesNotThrow(() => fc.assert(fc.property(texts, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }), (texts, size, most) => {
    const bytes = ([from, to]: [number, number]): number => Buffer.byteLength(texts.slice(from, to).join(''))
    let end = 0
    for (const run of planBatches(texts, size, most)) {
      const [from, to] = run
      if (from !== end || to <= from || to - from > size) return false
      if (to - from > 1 && bytes(run) > most) return false
      if (to < texts.length && to - from < size && bytes([from, to + 1]) <= most) return false
      end = to
    }
    return end === texts.length
  })))
})
