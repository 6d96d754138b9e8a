import t from 'tap'
import {
  Binary, Bool, Decimal, Dictionary, Field, FixedSizeList, Int32, Int64, List, makeData, Struct, Utf8, Utf8View,
    vectorFromArray,
  type Data, type DataType,
} from '../../dist/io/arrow.js'
import { checkData } from '../../dist/io/check-data.js'

const item = new Field('item', new Int32(), true)
const make = (parts: { type: DataType; length: number } & Record<string,
  unknown>): Data => makeData(parts as never) as Data
const utf8 = (offsets: readonly number[], bytes: number) =>
  make({ type: new Utf8(), length: 2, valueOffsets: Int32Array.from(offsets), data: new Uint8Array(bytes) })
const ints = (length: number) => make({ type: new Int32(), length, data: new Int32Array(length) })
const list = (offsets: readonly number[], items: number) =>
  make({ type: new List(item), length: 2, valueOffsets: Int32Array.from(offsets), child: ints(items) })
const view = (length: number, buffer: number, offset: number) =>
  make({ type: new Utf8View(), length: 1, views: new Uint8Array(Int32Array.of(length, 0, buffer, offset).buffer),
    variadicBuffers: [new Uint8Array(20)] })
const keyed = (keys: readonly number[]) => make({
  type: new Dictionary(new Utf8(), new Int32()), length: keys.length, data: Int32Array.from(keys),
    dictionary: vectorFromArray(['a', 'b'], new Utf8()),
})

t.test('sound columns pass', async () => {
  for (const data of [utf8([0, 1, 3], 3), ints(3), list([0, 0, 2], 2), view(20, 0, 0), view(12, 9, 9),
    keyed([0, 1])]) checkData(data, 'c')
})

const bad: readonly (readonly [string, Data, RegExp])[] = [
  ['values too short', utf8([0, 1, 4], 3), /column "c": values too short for 2 rows/],
  ['offsets backwards', utf8([0, 3, 1], 3), /offsets run backwards/],
  ['offsets negative', utf8([-1, 0, 1], 3), /offsets run backwards/],
  ['offsets too few', utf8([0, 1], 3), /offsets run backwards or end early/],
  ['integers too few', make({ type: new Int64(), length: 3, data: new BigInt64Array(2) }), /values too short/],
  ['bits too few', make({ type: new Bool(), length: 9, data: new Uint8Array(1) }), /values too short/],
  ['decimals too few', make({ type: new Decimal(2, 38), length: 2, data: new Uint32Array(7) }), /values too short/],
  ['binary too short', make({ type: new Binary(), length: 1, valueOffsets: Int32Array.of(0, 9),
    data: new Uint8Array(8) }), /values too short/],
  ['null bitmap too short', make({ type: new Int32(), length: 9, nullCount: 1, nullBitmap: new Uint8Array(1),
    data: new Int32Array(9) }), /null bitmap/],
  ['list beyond its items', list([0, 1, 5], 2), /column "c\.item": 2 values where 5 are needed/],
  ['fixed list beyond its items', make({ type: new FixedSizeList(3, item), length: 2, child: ints(5) }),
    /5 values where 6 are needed/],
  ['struct with a short child', make({ type: new Struct([item]), length: 2, children: [ints(1)] }),
    /column "c\.item": 1 values where 2/],
  ['view beyond its buffer', view(20, 0, 1), /row 0 points outside/],
  ['view of no buffer', view(20, 1, 0), /row 0 points outside/],
  ['view of negative length', view(-1, 0, 0), /row 0 points outside/],
  ['key beyond the dictionary', keyed([0, 2]), /row 1 has no entry/],
  ['key negative', keyed([-1]), /row 0 has no entry/],
]

for (const [name, data, message] of bad) {
  t.test(name, async (t) => { t.throws(() => checkData(data, 'c'), { message }) })
}
