import {
  Binary, BinaryView, Bool, Data, DataType, DateDay, DateMillisecond, Decimal, Dictionary, DurationMicrosecond, Field,
  FixedSizeBinary, FixedSizeList, Float16, Float32, Float64, Int16, Int32, Int64, Int8, IntervalDayTime,
  IntervalMonthDayNano, IntervalYearMonth, LargeBinary, LargeList, LargeUtf8, List, Map_, Null, Struct, TimeMicrosecond,
  TimeNanosecond, TimeSecond, TimestampMicrosecond, TimestampMillisecond, TimestampNanosecond, TimestampSecond, Uint16,
  Uint32, Uint64, Uint8, Utf8, Utf8View, Vector,
} from '../../dist/io/arrow.js'

/** Numbers in [0, below), the same for the same seed. */
export type Random = (below: number) => number

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** Every type that has values of its own and that Parquet can hold, in every layout that Arrow has for it. */
export const leafTypes: readonly (() => DataType)[] = [
  () => new Null(), () => new Bool(), () => new Int8(), () => new Int16(), () => new Int32(), () => new Int64(),
  () => new Uint8(), () => new Uint16(), () => new Uint32(), () => new Uint64(), () => new Float16(),
  () => new Float32(), () => new Float64(), () => new Decimal(2, 20, 128), () => new Decimal(3, 60, 256),
  () => new DateDay(), () => new DateMillisecond(), () => new TimeSecond(), () => new TimeMicrosecond(),
  () => new TimeNanosecond(), () => new TimestampSecond(), () => new TimestampMillisecond(),
  () => new TimestampMicrosecond('Europe/Paris'), () => new TimestampNanosecond(), () => new DurationMicrosecond(),
  () => new IntervalYearMonth(), () => new IntervalDayTime(), () => new IntervalMonthDayNano(),
  () => new FixedSizeBinary(3), () => new FixedSizeBinary(8), () => new Utf8(), () => new LargeUtf8(),
  () => new Utf8View(), () => new Binary(), () => new LargeBinary(), () => new BinaryView(),
]

/** How a column may wrap others. */
export const nestings: readonly ((make: () => DataType, random: Random) => DataType)[] = [
  (make) => new List(new Field('item', make(), true)),
  (make) => new LargeList(new Field('item', make(), true)),
  (make, random) => new FixedSizeList(random(4), new Field('item', make(), true)),
  (make) => new Struct([new Field('a', make(), true), new Field('b', make(), true)]),
  (make) => new Map_(new Field('entries', new Struct([
    new Field('key', new Utf8(), false), new Field('value', make(), true),
  ]) as never, false)),
  (make) => new Dictionary(make(), new Int16()),
]

export function randomType(random: Random, depth: number): DataType {
  if (depth === 0 || random(3) === 0) return leafTypes[random(leafTypes.length)]!()
  return nestings[random(nestings.length)]!(() => randomType(random, depth - 1), random)
}

const texts = ['', 'a', 'twelve bytes', 'thirteen byte', 'grüße', '水調歌頭', '\u{1f30d}', 'x'.repeat(40)]

type Make = (
  offsets: unknown, values: unknown, children?: Data[], dictionary?: Vector, buffers?: Uint8Array[],
) => Data

/** Rows of `type` with nulls among them, and with values below the nulls, as real files have. */
export function randomData(type: DataType, length: number, random: Random, nullable = true): Data {
  if (DataType.isNull(type)) return new Data(type, 0, length, length)
  const bitmap = new Uint8Array((length + 7) >> 3)
  let nulls = 0
  for (let row = 0; row < length; row++) {
    if (nullable && random(4) === 0) nulls++
    else bitmap[row >> 3]! |= 1 << (row & 7)
  }
  const valid = nulls > 0 ? bitmap : undefined
  const make: Make = (offsets, values, children, dictionary, buffers) =>
    new Data(type, 0, length, nulls, [offsets, values, valid] as never, children, dictionary, buffers)

  if (DataType.isDictionary(type)) {
    const chunks = [1 + random(3), 1 + random(3)].map((size) => randomData(type.dictionary, size, random))
    const entries = chunks[0]!.length + chunks[1]!.length
    return make(undefined, Int16Array.from({ length }, () => random(entries)), [], new Vector(chunks))
  }
  if (DataType.isStruct(type)) {
    const children = type.children.map((field) => randomData(field.type, length, random, field.nullable))
    return make(undefined, undefined, children)
  }
  if (DataType.isFixedSizeList(type)) {
    return make(undefined, undefined, [randomData(type.children[0]!.type, length * type.listSize, random)])
  }
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type)) {
    const offsets = randomOffsets(length, random, 3)
    const child = randomData(type.children[0]!.type, offsets[length]! + random(3), random, type.children[0]!.nullable)
    return make(DataType.isLargeList(type) ? BigInt64Array.from(offsets, BigInt) : offsets, undefined, [child])
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) return randomViews(length, random, make)
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    const values = Array.from({ length }, () => Buffer.from(texts[random(texts.length)]!))
    let end = 0
    const offsets = Int32Array.from([0, ...values.map((value) => (end += value.length))])
    const large = DataType.isLargeUtf8(type) || DataType.isLargeBinary(type)
    return make(large ? BigInt64Array.from(offsets, BigInt) : offsets, new Uint8Array(Buffer.concat(values)))
  }
  const stride = new Data(type, 0, 0).stride
  // apache-arrow reads instants as numbers, so only those below 2^53 can be compared through it.
  if (DataType.isTimestamp(type) || (DataType.isDate(type) && type.ArrayType === BigInt64Array)) {
    return make(undefined, BigInt64Array.from({ length }, () => BigInt(random(2 ** 32)) * 1000n - 2n ** 40n))
  }
  const bytes = Uint8Array.from({ length: length * stride * type.ArrayType.BYTES_PER_ELEMENT }, () => random(256))
  return make(undefined, new type.ArrayType(bytes.buffer))
}

function randomOffsets(length: number, random: Random, most: number): Int32Array {
  const offsets = new Int32Array(length + 1)
  offsets[0] = random(3)
  for (let row = 0; row < length; row++) offsets[row + 1] = offsets[row]! + random(most + 1)
  return offsets
}

function randomViews(length: number, random: Random, make: Make): Data {
  const buffers: Uint8Array[] = [new Uint8Array(5), new Uint8Array(0)]
  const views = new Uint8Array(length * 16)
  const view = new DataView(views.buffer)
  for (let row = 0; row < length; row++) {
    const bytes = Buffer.from(texts[random(texts.length)]!)
    view.setInt32(row * 16, bytes.length, true)
    if (bytes.length <= 12) {
      views.set(bytes, row * 16 + 4)
      continue
    }
    const buffer = random(2)
    views.set(bytes.subarray(0, 4), row * 16 + 4)
    view.setInt32(row * 16 + 8, buffer, true)
    view.setInt32(row * 16 + 12, buffers[buffer]!.length, true)
    buffers[buffer] = new Uint8Array(Buffer.concat([buffers[buffer]!, bytes]))
  }
  return make(undefined, views, [], undefined, buffers)
}

/** A value as apache-arrow gives it, made comparable: bits of floats, digits of big integers, entries of maps. */
export function comparable(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value !== 'object') return value
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, comparable)
  return Array.from(value as Iterable<unknown>, comparable)
}
