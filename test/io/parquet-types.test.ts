import t from 'tap'
import type { DataType } from '../../dist/io/arrow.js'
import {
  Data, DateDay, DateMillisecond, Field, Int32, IntervalMonthDayNano, List, Map_, Struct, TimeMillisecond, TimeSecond,
  TimestampMicrosecond, TimestampMillisecond, TimestampSecond, Utf8, Vector,
} from '../../dist/io/arrow.js'
import { checkParquetType, parquetType, toParquetType } from '../../dist/io/parquet-types.js'

function column(type: DataType, values: unknown, nulls = 0, bitmap?: Uint8Array): Data {
  const { length } = values as { length: number }
  return new Data(type, 0, length, nulls, [undefined, values, bitmap] as never)
}

t.test('seconds become milliseconds and dates days, nulls stay, garbage below them is no matter', async (t) => {
  const instants = column(new TimestampSecond('UTC'), BigInt64Array.of(-2n, 2n ** 62n, 5n), 1, Uint8Array.of(0b101))
  const stored = toParquetType(instants)
  t.same(stored.type, new TimestampMillisecond('UTC'))
  t.same([...stored.values], [-2000n, 0n, 5000n])
  t.equal(stored.nullCount, 1)
  t.equal(new Vector([stored]).get(1), null)

  const times = toParquetType(column(new TimeSecond(), Int32Array.of(0, 86_399)))
  t.same(times.type, new TimeMillisecond())
  t.same([...times.values], [0, 86_399_000])

  const dates = toParquetType(column(new DateMillisecond(), BigInt64Array.of(-86_400_000n, 0n, 86_400_000n)))
  t.same(dates.type, new DateDay())
  t.same([...dates.values], [-1, 0, 1])
})

t.test('an instant that milliseconds do not reach is an error, not another instant', async (t) => {
  const far = column(new TimestampSecond(), BigInt64Array.of(2n ** 62n))
  t.throws(() => toParquetType(far), RangeError)
})

t.test('nested columns are stored alike, all others as they are', async (t) => {
  const struct = new Struct([new Field('at', new TimestampSecond(), false)])
  const type = new List(new Field('item', struct, true))
  const at = column(new TimestampSecond(), BigInt64Array.of(1n, 2n))
  const items = new Data(struct, 0, 2, 0, [undefined, undefined] as never, [at])
  const lists = new Data(type, 0, 2, 1, [Int32Array.of(0, 0, 2), undefined, Uint8Array.of(0b10)] as never, [items])
  const stored = toParquetType(lists)
  t.equal(String(stored.type), String(parquetType(type)))
  t.equal(stored.type.children[0]!.type.children[0]!.nullable, false)
  t.same([...stored.children[0]!.children[0]!.values], [1000n, 2000n])
  t.equal(new Vector([stored]).get(0), null)
  const plain = column(new TimestampMicrosecond(), BigInt64Array.of(1n))
  t.equal(toParquetType(plain), plain)
})

t.test('what Parquet cannot hold is refused by name, at any depth', async (t) => {
  const value = new Field('value', new IntervalMonthDayNano(), true)
  const entries = new Struct([new Field('key', new Utf8(), false), value])
  const map = new Map_(new Field('entries', entries as never, false))
  const message = /column "spans" holds .*MONTH_DAY_NANO/
  t.throws(() => checkParquetType('spans', map), { code: 'STREAM_SCHEMA_MISMATCH', message })
  const empty = new List(new Field('item', new Struct([]), true))
  t.throws(() => checkParquetType('nothing', empty), /struct without fields/)
  t.doesNotThrow(() => checkParquetType('n', new Int32()))
})
