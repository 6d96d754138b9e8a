import { SchemaMismatchError } from '../errors.ts'
import {
  Data, DataType, DateDay, DateUnit, Field, FixedSizeList, IntervalUnit, List, Map_, Struct, TimeMillisecond, TimeUnit,
  TimestampMillisecond,
} from './arrow.ts'
import { isValid } from './bitmap.ts'

/**
 * Parquet counts no seconds and has no date in milliseconds: arrow-rs stores such columns as bare integers, which
 * pyarrow, DuckDB and Spark then read as integers. So they are stored as pyarrow stores them: seconds as milliseconds,
 * dates in days. Everything else is stored as it is.
 */
export function parquetType(type: DataType): DataType {
  if (DataType.isTimestamp(type) && type.unit === TimeUnit.SECOND) return new TimestampMillisecond(type.timezone)
  if (DataType.isTime(type) && type.unit === TimeUnit.SECOND) return new TimeMillisecond()
  if (DataType.isDate(type) && type.unit === DateUnit.MILLISECOND) return new DateDay()
  if (DataType.isList(type)) return new List(parquetField(type.children[0]!))
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, parquetField(type.children[0]!))
  if (DataType.isStruct(type)) return new Struct(type.children.map(parquetField))
  if (DataType.isMap(type)) return new Map_(parquetField(type.children[0]!) as never, type.keysSorted)
  return type
}

/**
 * `data`, of a plain type and not a slice, as a column of its parquetType.
 * @throws RangeError for an instant in seconds that milliseconds do not reach
 */
export function toParquetType(data: Data): Data {
  const { type } = data
  if (DataType.isTimestamp(type) && type.unit === TimeUnit.SECOND) return withValues(data, milliseconds(data))
  if (DataType.isTime(type) && type.unit === TimeUnit.SECOND) {
    return withValues(data, (data.values as Int32Array).map((seconds) => seconds * 1000))
  }
  if (DataType.isDate(type) && type.unit === DateUnit.MILLISECOND) {
    return withValues(data, Int32Array.from(data.values as BigInt64Array, (ms) => Math.floor(Number(ms) / 86_400_000)))
  }
  if (!data.children.length || String(parquetType(type)) === String(type)) return data
  return data.clone(parquetType(type), 0, data.length, data.nullCount, data as never, data.children.map(toParquetType))
}

/** @throws SchemaMismatchError for a type that Arrow has and Parquet has not */
export function checkParquetType(name: string, type: DataType): void {
  const interval = DataType.isInterval(type) && type.unit === IntervalUnit.MONTH_DAY_NANO
  const empty = DataType.isStruct(type) && type.children.length === 0
  if (interval || empty) {
    const what = empty ? 'a struct without fields' : String(type)
    const advice = 'leave it out of --keep-columns'
    throw new SchemaMismatchError(`column "${name}" holds ${what}, which Parquet cannot; ${advice}`)
  }
  for (const child of type.children ?? []) checkParquetType(name, child.type)
}

function parquetField(field: Field): Field {
  return new Field(field.name, parquetType(field.type), field.nullable)
}

function milliseconds(data: Data): BigInt64Array {
  const seconds = data.values as BigInt64Array
  const most = 2n ** 63n / 1000n
  return seconds.map((value, row) => {
    if (value > -most && value < most) return value * 1000n
    // What stands below a null may be anything.
    if (isValid(data, row)) throw new RangeError(`timestamp of ${value} seconds is out of Parquet's range`)
    return 0n
  })
}

function withValues(data: Data, values: unknown): Data {
  return new Data(parquetType(data.type), 0, data.length, data.nullCount, [undefined, values, data.nullBitmap] as never)
}
