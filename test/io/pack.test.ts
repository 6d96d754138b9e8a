import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { Int32, Table, vectorFromArray } from '../../dist/io/arrow.js'
import type { Decoded } from '../../dist/io/decoded.js'
import { locatorHash, pack, type PackedBatch, type PackOptions } from '../../dist/io/pack.js'

const options: PackOptions = { file: 'x', batchRows: 10, batchBytes: 1000, shard: null, limit: null, labels: 1 }

/** Rows whose texts have the given sizes, decoded in slices, with one kept column that holds the ordinal. */
async function* decoded(sizes: readonly number[], slice: number, failure?: Error): AsyncGenerator<Decoded> {
  for (let from = 0; from < sizes.length; from += slice) {
    const part = sizes.slice(from, from + slice)
    const n = vectorFromArray(part.map((_, i) => from + i), new Int32())
    yield {
      length: part.length, text: (i) => 'é'.repeat(part[i]! >> 1) + 'x'.repeat(part[i]! & 1),
        id: (i) => (from + i) % 3 ? `id${from + i}` : null,
      score: (i) => from + i, label: (_, i) => (from + i) % 2 ? `l${from + i}` : null, kept: new Table({ n }).batches[0]!,
    }
  }
  if (failure) throw failure
}

async function all(input: AsyncIterable<Decoded>, given: Partial<PackOptions> = {}): Promise<PackedBatch[]> {
  const batches: PackedBatch[] = []
  for await (const batch of pack(input, { ...options, ...given })) batches.push(batch)
  return batches
}

const shape = fc.record({
  sizes: fc.array(fc.nat({ max: 60 }), { maxLength: 120 }), slice: fc.integer({ min: 1, max: 50 }),
    batchRows: fc.integer({ min: 1, max: 20 }),
  batchBytes: fc.integer({ min: 1, max: 200 }), count: fc.integer({ min: 1, max: 9 }),
    limit: fc.option(fc.integer({ min: 1, max: 50 })),
})

t.test('shards part the rows; every batch keeps its bounds and its columns', async () => {
  await fc.assert(fc.asyncProperty(shape, async ({ sizes, slice, batchRows, batchBytes, count, limit }) => {
    const seen: number[] = []
    for (let index = 0; index < count; index++) {
      const batches = await all(decoded(sizes, slice), { batchRows, batchBytes, limit, shard: { index, count } })
      const mine = sizes.map((_, row) => row).filter((row) => row % count === index).slice(0, limit ?? Infinity)
      assert.deepEqual(batches.flatMap(({ rows }) => [...rows]), mine)
      for (const { texts, ids, rows, scores, labels, columns } of batches) {
        const bytes = texts.map((text) => Buffer.byteLength(text))
        assert.ok(texts.length > 0 && texts.length <= batchRows)
        assert.ok(texts.length === 1 || bytes.reduce((a, b) => a + b) <= batchBytes)
        assert.deepEqual(bytes, [...rows].map((row) => sizes[row]))
        assert.deepEqual(ids, [...rows].map((row) => row % 3 ? `id${row}` : locatorHash('x', row)))
        assert.deepEqual(scores, [...rows])
        assert.deepEqual(labels, [[...rows].map((row) => row % 2 ? `l${row}` : null)])
        assert.deepEqual(columns.flatMap((part) => [...part.columns[0]!.values as Int32Array]), [...rows])
      }
      seen.push(...mine)
    }
    if (limit === null) assert.deepEqual(seen.sort((a, b) => a - b), sizes.map((_, row) => row))
  }), { numRuns: 150 })
})

t.test('batches are filled: two neighbours never fit into one', async () => {
  await fc.assert(fc.asyncProperty(shape, async ({ sizes, slice, batchRows, batchBytes }) => {
    const batches = await all(decoded(sizes, slice), { batchRows, batchBytes })
    const bytes = (batch: PackedBatch) => batch.texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    batches.slice(1).forEach((batch, i) => {
      const before = batches[i]!
      assert.ok(before.texts.length === batchRows || bytes(before) + Buffer.byteLength(batch.texts[0]!) > batchBytes)
    })
  }), { numRuns: 100 })
})

t.test('rows before a failure are delivered before it', async (t) => {
  const batches: PackedBatch[] = []
  const reading = async () => {
    for await (const batch of pack(decoded(Array<number>(25).fill(1), 5, new Error('broken')),
      options)) batches.push(batch)
  }
  await t.rejects(reading(), { message: 'broken' })
  t.strictSame(batches.map(({ texts }) => texts.length), [10, 10, 5])
})

t.test('the id of a row without one', async (t) => {
  // printf 'part-0.parquet\0003' | sha256sum
  t.equal(locatorHash('part-0.parquet', 3), '1f3147d36984527db64cf85b53b69271')
  t.not(locatorHash('a', 1), locatorHash('a', 2))
})
