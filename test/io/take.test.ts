import t from 'tap'
import fc from 'fast-check'
import {
  Data, DataType, Dictionary, Field, Int32, List, Struct, Utf8, Vector, vectorFromArray,
} from '../../dist/io/arrow.js'
import { plainType } from '../../dist/io/schema.js'
import { gather, take } from '../../dist/io/take.js'
import { comparable, leafTypes, nestings, randomData, randomFrom, randomType } from './random-arrow.ts'
import type { Random } from './random-arrow.ts'

function valuesOf(data: Data): unknown[] {
  const vector = new Vector([data])
  return Array.from({ length: data.length }, (_, row) => comparable(vector.get(row)))
}

function indicesInto(length: number, random: Random): number[] {
  return Array.from({ length: random(30) }, () => random(length + 1) - 1)
}

/** Taking from `data`, whole and sliced, gives what picking values one by one gives. */
function check(type: DataType, random: Random): void {
  const whole = randomData(type, 1 + random(40), random)
  const begin = random(whole.length)
  const rest = whole.length - begin
  for (const data of [whole, whole.slice(begin, rest), whole.slice(begin, random(rest))]) {
    const expected = valuesOf(data)
    const indices = indicesInto(data.length, random)
    const taken = take(data, indices)
    if (String(taken.type) !== String(plainType(type))) throw new Error(`${type}: taken as ${taken.type}`)
    const got = valuesOf(taken)
    for (const [row, at] of indices.entries()) {
      const want = at < 0 ? null : expected[at]
      if (JSON.stringify(got[row]) !== JSON.stringify(want)) {
        throw new Error(`${type}: row ${row} (from ${at}) is ${JSON.stringify(got[row])}, not ${JSON.stringify(want)}`)
      }
    }
  }
}

t.test('take equals picking one by one, for each type and each nesting of it', async (t) => {
  for (const [at, leaf] of leafTypes.entries()) {
    for (let seed = 0; seed < 8; seed++) check(leaf(), randomFrom(seed * 1000 + at))
    for (const [n, nest] of nestings.entries()) {
      const random = randomFrom(at * 100 + n)
      check(nest(leaf, random), random)
    }
  }
  t.pass('no value differs')
})

t.test('take equals picking one by one, for random nested types', async (t) => {
  fc.assert(fc.property(fc.integer(), (seed) => {
    const random = randomFrom(seed)
    check(randomType(random, 3), random)
  }), { numRuns: 400 })
  t.pass('no value differs')
})

t.test('fixed-width values keep every bit: NaN payloads, 64-bit extremes, misaligned sources', async (t) => {
  for (const type of leafTypes.map((make) => make())) {
    const { stride } = new Data(type, 0, 0)
    if (!type.ArrayType || DataType.isBool(type) || DataType.isNull(type) || plainType(type) !== type) continue
    if (DataType.isUtf8(type) || DataType.isBinary(type)) continue
    const width = stride * type.ArrayType.BYTES_PER_ELEMENT
    const random = randomFrom(width)
    const bytes = Uint8Array.from({ length: 20 * width }, () => (random(2) ? 255 : random(256)))
    const data = new Data(type, 0, 20, 0, [undefined, new type.ArrayType(bytes.buffer)] as never)
    const taken = take(data.slice(3, 17), [16, 0, 5])
    const got = Buffer.from(taken.values.buffer, taken.values.byteOffset, taken.values.byteLength)
    const want = Buffer.concat([19, 3, 8].map((row) => bytes.subarray(row * width, (row + 1) * width)))
    t.ok(got.equals(want), String(type))
  }
})

t.test('no rows, and rows of nothing', async (t) => {
  for (const make of leafTypes) {
    const data = randomData(make(), 5, randomFrom(1))
    t.equal(take(data, []).length, 0)
    t.same(valuesOf(take(data, [-1, -1])), [null, null], String(data.type))
    t.same(valuesOf(gather(plainType(data.type), [], { source: Int32Array.of(-1), index: new Int32Array(1) })), [null])
  }
})

t.test('gather takes from many tables with different encodings of one type', async (t) => {
  const plain = vectorFromArray(['a', 'b', null], new Utf8()).data[0]!
  const coded = vectorFromArray(['c', null, 'c', 'd'], new Dictionary(new Utf8(), new Int32())).data[0]!
  const views = randomData(leafTypes.map((make) => make()).find(DataType.isUtf8View)!, 9, randomFrom(4))
  const pick = { source: Int32Array.of(1, 0, 2, -1, 1, 0, 1), index: Int32Array.of(3, 1, 8, 0, 1, 2, 0) }
  const taken = gather(new Utf8(), [plain, coded, views], pick)
  t.same(valuesOf(taken), ['d', 'b', comparable(new Vector([views]).get(8)), null, null, null, 'c'])
})

t.test('a null struct keeps what is below it, so that a field which is never null stays so', async (t) => {
  const type = new Struct([new Field('n', new Int32(), false)])
  const child = new Data(new Int32(), 0, 3, 0, [undefined, Int32Array.of(7, 8, 9)] as never)
  const data = new Data(type, 0, 3, 1, [undefined, undefined, Uint8Array.of(0b101)] as never, [child])
  const taken = take(data, [1, 2])
  t.equal(taken.nullCount, 1)
  t.equal(taken.children[0]!.nullCount, 0)
})

t.test('a null list is empty, whatever its offsets say', async (t) => {
  const type = new List(new Field('item', new Int32(), true))
  const child = new Data(new Int32(), 0, 4, 0, [undefined, Int32Array.of(1, 2, 3, 4)] as never)
  const data = new Data(type, 0, 2, 1, [Int32Array.of(0, 3, 4), undefined, Uint8Array.of(0b10)] as never, [child])
  const taken = take(data, [0, 1, 0])
  t.same([...taken.valueOffsets], [0, 0, 1, 1])
  t.same(valuesOf(taken), [null, ['4'], null])
})
