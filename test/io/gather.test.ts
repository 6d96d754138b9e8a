import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  Binary, Bool, Dictionary, Field, FixedSizeBinary, FixedSizeList, Float64, Int16, Int32, Int64, LargeUtf8, List, Null,
    Struct,
  TimestampMicrosecond, Utf8, Vector, vectorFromArray, DenseUnion, type DataType,
} from '../../dist/io/arrow.js'
import { checkData } from '../../dist/io/check-data.js'
import { canGather, gather } from '../../dist/io/gather.js'
import { plainType } from '../../dist/io/schema.js'

const item = (type: DataType) => new Field('item', type, true)
const maybe = (cell: fc.Arbitrary<unknown>) => fc.option(cell, { nil: null })
const words = fc.string({ unit: 'grapheme', maxLength: 20 })
const kinds: Record<string, readonly [DataType, fc.Arbitrary<unknown>]> = {
  null: [new Null(), fc.constant(null)],
  bool: [new Bool(), fc.boolean()],
  int16: [new Int16(), fc.integer({ min: -30000, max: 30000 })],
  int64: [new Int64(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  float64: [new Float64(), fc.double({ noNaN: true })],
  timestamp: [new TimestampMicrosecond(), fc.integer()],
  utf8: [new Utf8(), words],
  large_utf8: [new LargeUtf8(), words],
  binary: [new Binary(), fc.uint8Array({ maxLength: 9 })],
  fixed_size_binary: [new FixedSizeBinary(3), fc.uint8Array({ minLength: 3, maxLength: 3 })],
  dictionary: [new Dictionary(new Utf8(), new Int32()), words],
  list: [new List(item(new Utf8())), fc.array(maybe(words), { maxLength: 4 })],
  'list of lists': [new List(item(new List(item(new Int32())))),
    fc.array(maybe(fc.array(fc.integer(), { maxLength: 3 })), { maxLength: 3 })],
  fixed_size_list: [new FixedSizeList(2, item(new Int32())), fc.tuple(fc.integer(), fc.integer())],
  struct: [new Struct([new Field('a', new Utf8(), true), new Field('b', new List(item(new Int32())), true)]),
    fc.record({ a: maybe(words), b: maybe(fc.array(fc.integer(), { maxLength: 3 })) })],
}

for (const [name, [type, cell]] of Object.entries(kinds)) {
  t.test(`gather: ${name}`, async (t) => {
    t.ok(canGather(type))
    const cells = fc.array(maybe(cell), { minLength: 1, maxLength: 20 })
    fc.assert(fc.property(cells, fc.array(fc.nat(), { maxLength: 30 }), fc.nat(), (values, picks, cut) => {
      const start = cut % values.length
      const whole = vectorFromArray(values, type).data[0]!
      const data = whole.slice(start, values.length - start)
      const rows = picks.map((pick) => pick % (values.length - start + 1) - 1)
      const picked = gather(data, rows)
      const before = new Vector([whole])
      const after = new Vector([picked])
      checkData(data, name)
      checkData(picked, name)
      assert.equal(String(picked.type), String(plainType(type)))
      assert.equal(picked.length, rows.length)
      assert.deepEqual(show(rows.map((_, i) => after.get(i))),
        show(rows.map((row) => row < 0 ? null : before.get(start + row))))
    }), { numRuns: 60 })
  })
}

t.test('a dictionary that grew by a delta', async (t) => {
  const first = vectorFromArray(['a', 'b'], new Utf8())
  const dictionary = first.concat(vectorFromArray(['c', null], new Utf8()))
  const type = new Dictionary(new Utf8(), new Int32())
  const data = vectorFromArray(['x'], type).data[0]!.clone(type, 0, 3, 0,
    [undefined, Int32Array.of(2, 0, 3), undefined, undefined] as never)
  Object.assign(data, { dictionary })
  t.strictSame([...new Vector([gather(data as never, [0, 1, 2])])], ['c', 'a', null])
})

t.test('unions are not carried', async (t) => {
  t.notOk(canGather(new DenseUnion([0] as never, [item(new Utf8())])))
  t.notOk(canGather(new List(item(new DenseUnion([0] as never, [item(new Utf8())])))))
})

function show(cells: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(cells, (_, value: unknown) => typeof value === 'bigint' ? `${value}n` : value))
}
