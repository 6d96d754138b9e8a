import t from 'tap'
import {
  Binary, BinaryView, Bool, DateDay, DateMillisecond, Decimal, Dictionary, DurationSecond, FixedSizeBinary, Float16,
    Float32, Float64,
  Int32, Int64, Int8, LargeBinary, LargeUtf8, List, Field, makeData, TimeMicrosecond, Timestamp, TimeUnit, TimeSecond,
    Uint64,
  Utf8, Utf8View, vectorFromArray, type Data, type DataType,
} from '../../dist/io/arrow.js'
import { idCells, isNumeric, isScalar, isTextLike, numberCells, textCells } from '../../dist/io/cell-text.js'

function column(type: DataType, values: readonly unknown[]): Data {
  return vectorFromArray(values, type).data[0]! as Data
}

function raw(type: DataType, data: ArrayBufferView, length: number): Data {
  return makeData({ type, length, data } as never) as Data
}

const DAY = 86_400n

const cases: readonly (readonly [name: string, data: Data, ids: readonly string[]])[] = [
  ['bool', column(new Bool(), [true, false]), ['true', 'false']],
  ['int8', column(new Int8(), [-128, 127]), ['-128', '127']],
  ['int64', column(new Int64(), [-9223372036854775808n, 9007199254740993n]),
    ['-9223372036854775808', '9007199254740993']],
  ['uint64', column(new Uint64(), [18446744073709551615n]), ['18446744073709551615']],
  ['float64', column(new Float64(), [0.1, 1e300, -0.5]), ['0.1', '1e+300', '-0.5']],
  ['float32', column(new Float32(), [1.5]), ['1.5']],
  ['float16', raw(new Float16(), Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x7c00), 4),
    ['1', '-2.5', String(2 ** -24), 'Infinity']],
  ['utf8', column(new Utf8(), ['\ufeffa', '']), ['\ufeffa', '']],
  ['large_utf8', column(new LargeUtf8(), ['é', 'b']), ['é', 'b']],
  ['utf8 view', views(new Utf8View(), ['short', 'longer than twelve bytes']), ['short', 'longer than twelve bytes']],
  ['binary view', views(new BinaryView(), ['\u0001']), ['01']],
  ['dictionary', column(new Dictionary(new Utf8(), new Int32()), ['x', 'y', 'x']), ['x', 'y', 'x']],
  ['binary', column(new Binary(), [Uint8Array.of(0, 255), new Uint8Array(0)]), ['00ff', '']],
  ['large_binary', column(new LargeBinary(), [Uint8Array.of(16)]), ['10']],
  ['uuid', column(new FixedSizeBinary(16), [new Uint8Array(16).fill(171)]), ['ab'.repeat(16)]],
  ['decimal128', raw(new Decimal(2, 38), words([12345n, -5n, -12345n], 4), 3), ['123.45', '-0.05', '-123.45']],
  ['decimal128, scale 0', raw(new Decimal(0, 38), words([10n ** 37n], 4), 1), [String(10n ** 37n)]],
  ['decimal128, scale < 0', raw(new Decimal(-3, 38), words([7n], 4), 1), ['7000']],
  ['decimal256', raw(new Decimal(1, 76, 256), words([10n ** 70n + 1n], 8), 1), [`1${'0'.repeat(69)}.1`]],
  ['date32', raw(new DateDay(), Int32Array.of(0, -1, 19_782, -719_529, 2_932_897), 5),
    ['1970-01-01', '1969-12-31', '2024-02-29', '-000001-12-31', '+010000-01-01']],
  ['date64', raw(new DateMillisecond(), BigInt64Array.of(86_400_001n), 1), ['1970-01-02T00:00:00.001']],
  ['timestamp[s]', raw(new Timestamp(TimeUnit.SECOND), BigInt64Array.of(-1n, DAY * 19_782n), 2),
    ['1969-12-31T23:59:59', '2024-02-29T00:00:00']],
  ['timestamp[ns, UTC]', raw(new Timestamp(TimeUnit.NANOSECOND, 'UTC'),
    BigInt64Array.of(1_700_000_000_123_456_789n, -1n), 2),
    ['2023-11-14T22:13:20.123456789Z', '1969-12-31T23:59:59.999999999Z']],
  ['time32[s]', raw(new TimeSecond(), Int32Array.of(3_723), 1), ['01:02:03']],
  ['time64[us]', raw(new TimeMicrosecond(), BigInt64Array.of(86_399_000_001n), 1), ['23:59:59.000001']],
  ['duration', raw(new DurationSecond(), BigInt64Array.of(-7n), 1), ['-7']],
]

for (const [name, data, ids] of cases) {
  t.test(`id: ${name}`, async (t) => {
    t.ok(isScalar(data.type as DataType))
    const cell = idCells(data)
    t.strictSame(ids.map((_, i) => cell(i)), ids)
  })
}

t.test('dates agree with Date over the years that it knows', async (t) => {
  const days = Array.from({ length: 4000 }, (_, i) => -700_000 + i * 911)
  const cell = idCells(raw(new DateDay(), Int32Array.from(days), days.length))
  t.strictSame(days.map((_, i) => cell(i)), days.map((day) => new Date(day * 86_400_000).toISOString().split('T')[0]))
})

t.test('a slice reads its own cells', async (t) => {
  for (const [name, data, ids] of cases) {
    if (ids.length < 2) continue
    t.equal(idCells(data.slice(1, ids.length - 1))(0), ids[1], name)
  }
})

t.test('score: nearest doubles', async (t) => {
  t.equal(numberCells(column(new Int64(), [9007199254740993n]))(0), 9007199254740992)
  t.equal(numberCells(raw(new Decimal(2, 38), words([-305n], 4), 1))(0), -3.05)
  t.equal(numberCells(column(new Dictionary(new Float64(), new Int32()), [0.5, 2.5]))(1), 2.5)
  t.notOk(isNumeric(new Utf8()))
})

t.test('text: bytes that are no UTF-8 are replaced, and a byte order mark stays', async (t) => {
  const cell = textCells(column(new Binary(), [Uint8Array.of(0x61, 0xff), Uint8Array.of(0xef, 0xbb, 0xbf, 0x62)]))
  t.equal(cell(0), 'a\ufffd')
  t.equal(cell(1), '\ufeffb')
  t.notOk(isTextLike(new Int32()))
  t.notOk(isScalar(new List(new Field('item', new Utf8(), true))))
})

function words(values: readonly bigint[], width: number): Uint32Array {
  return Uint32Array.from(values.flatMap((value) =>
    Array.from({ length: width }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * i))))))
}

/** Short cells stand in the view itself, longer ones in a second buffer. */
function views(type: DataType, cells: readonly string[]): Data {
  const long = Buffer.from(cells.filter((cell) => cell.length > 12).join(''))
  const data = Buffer.alloc(16 * cells.length)
  let at = 0
  cells.forEach((cell, i) => {
    data.writeInt32LE(cell.length, 16 * i)
    data.write(cell.slice(0, cell.length > 12 ? 4 : 12), 16 * i + 4)
    if (cell.length <= 12) return
    data.writeInt32LE(at, 16 * i + 12)
    at += cell.length
  })
  return makeData({ type, length: cells.length, views: new Uint8Array(data), variadicBuffers: [long] } as never) as Data
}
