import { cellBytes, isText, isVariableBytes } from './cell-bytes.ts'
import {
  Binary, DataType, makeData, Null, RecordBatch, Schema, Struct, Utf8, type Data, type Field, type Vector,
} from './arrow.ts'
import { plainField, plainType } from './schema.ts'

type Numbers = ArrayLike<number>

/** Whether a column of this type can be carried from input to output. */
export function canGather(type: DataType): boolean {
  if (DataType.isDictionary(type)) return canGather(type.dictionary as DataType)
  if (type.children?.length) {
    return !DataType.isUnion(type) && type.children.every((child: Field) => canGather(child.type))
  }
  return DataType.isNull(type) || isVariableBytes(type) || DataType.isBool(type) || stride(type) > 0
    || DataType.isStruct(type)
}

/** A batch of just the given rows with plain types: nothing else of the batch they came from stays alive. */
export function gatherRows(batch: RecordBatch, rows: Numbers): RecordBatch {
  const schema = new Schema(batch.schema.fields.map(plainField))
  const children = batch.data.children.map((child) => gather(child, rows))
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0,
    children }))
}

/** The cells at `rows` as a plain column; row -1 makes a null. */
export function gather(data: Data, rows: Numbers): Data {
  const type = data.type as DataType
  const length = rows.length
  if (DataType.isNull(type)) return makeData({ type: new Null(), length })
  const { nullBitmap, nullCount } = gatherValidity(data, rows)
  const common = { length, nullCount, nullBitmap }
  if (DataType.isDictionary(type)) return gatherDictionary(data, rows, nullBitmap)
  if (isVariableBytes(type)) {
    const { valueOffsets, bytes } = gatherBytes(data, rows, nullBitmap)
    return isText(type)
      ? makeData({ type: new Utf8(), ...common, valueOffsets, data: bytes })
      : makeData({ type: new Binary(), ...common, valueOffsets, data: bytes })
  }
  const plain = plainType(type) as never
  if (DataType.isBool(type)) return makeData({ type: plain, ...common, data: gatherBits(data, rows) } as never)
  if (DataType.isStruct(type)) {
    return makeData({ type: plain, ...common, children: data.children.map((child) => gather(child, rows)) } as never)
  }
  if (DataType.isFixedSizeList(type)) {
    const items = fixedListRows(rows, nullBitmap, type.listSize)
    return makeData({ type: plain, ...common, child: gather(data.children[0]!, items) } as never)
  }
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type)) {
    const { valueOffsets, items } = listRows(data, rows, nullBitmap)
    return makeData({ type: plain, ...common, valueOffsets, child: gather(data.children[0]!, items) } as never)
  }
  return makeData({ type: plain, ...common, data: gatherFixed(data, rows, stride(type)) } as never)
}

/** Elements of the values array that one cell takes; 0 for a type that is not of fixed width. */
function stride(type: DataType): number {
  if (DataType.isDecimal(type)) return type.bitWidth / 32
  if (DataType.isFixedSizeBinary(type)) return type.byteWidth
  const plain = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type) || DataType.isTime(type)
    || DataType.isTimestamp(type) || DataType.isDuration(type)
  return plain ? 1 : 0
}

function gatherValidity(data: Data, rows: Numbers): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array((rows.length + 7) >> 3)
  const whole = data.nullCount === 0
  let nullCount = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row >= 0 && (whole || data.getValid(row))) nullBitmap[i >> 3]! |= 1 << (i & 7)
    else nullCount++
  }
  return { nullBitmap, nullCount }
}

function isSet(bitmap: Uint8Array, index: number): boolean {
  return (bitmap[index >> 3]! & (1 << (index & 7))) !== 0
}

function gatherBytes(data: Data, rows: Numbers, valid: Uint8Array): { valueOffsets: Int32Array; bytes: Uint8Array } {
  const at = cellBytes(data)
  const valueOffsets = new Int32Array(rows.length + 1)
  let size = 0
  for (let i = 0; i < rows.length; i++) {
    if (isSet(valid, i)) size += at(rows[i]!).length
    if (size > 0x7fff_ffff) throw new Error('kept values of one batch exceed 2 GiB')
    valueOffsets[i + 1] = size
  }
  const bytes = new Uint8Array(size)
  for (let i = 0; i < rows.length; i++) if (isSet(valid, i)) bytes.set(at(rows[i]!), valueOffsets[i]!)
  return { valueOffsets, bytes }
}

function gatherBits(data: Data, rows: Numbers): Uint8Array {
  const from = data.values as Uint8Array
  const bits = new Uint8Array((rows.length + 7) >> 3)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row >= 0 && isSet(from, data.offset + row)) bits[i >> 3]! |= 1 << (i & 7)
  }
  return bits
}

function gatherFixed(data: Data, rows: Numbers, width: number): unknown {
  const from = data.values as unknown as Uint8Array
  const values = new (from.constructor as Uint8ArrayConstructor)(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row < 0) continue
    if (width === 1) values[i] = from[row]!
    else values.set(from.subarray(row * width, (row + 1) * width), i * width)
  }
  return values
}

function listRows(data: Data, rows: Numbers, valid: Uint8Array): { valueOffsets: Int32Array; items: Int32Array } {
  const offsets = data.valueOffsets as unknown as Int32Array | BigInt64Array
  const valueOffsets = new Int32Array(rows.length + 1)
  let size = 0
  for (let i = 0; i < rows.length; i++) {
    if (isSet(valid, i)) size += Number(offsets[rows[i]! + 1]) - Number(offsets[rows[i]!])
    if (size > 0x7fff_ffff) throw new Error('kept lists of one batch exceed 2,147,483,647 items')
    valueOffsets[i + 1] = size
  }
  const items = new Int32Array(size)
  for (let i = 0; i < rows.length; i++) {
    const first = isSet(valid, i) ? Number(offsets[rows[i]!]) : 0
    for (let at = valueOffsets[i]!; at < valueOffsets[i + 1]!; at++) items[at] = first + at - valueOffsets[i]!
  }
  return { valueOffsets, items }
}

function fixedListRows(rows: Numbers, valid: Uint8Array, size: number): Int32Array {
  const items = new Int32Array(rows.length * size).fill(-1)
  for (let i = 0; i < rows.length; i++) {
    if (isSet(valid, i)) for (let k = 0; k < size; k++) items[i * size + k] = rows[i]! * size + k
  }
  return items
}

function gatherDictionary(data: Data, rows: Numbers, valid: Uint8Array): Data {
  const keys = data.values as unknown as ArrayLike<number | bigint>
  const cells = Int32Array.from({ length: rows.length }, (_, i) => isSet(valid, i) ? Number(keys[rows[i]!]) : -1)
  return gather(wholeDictionary(data), cells)
}

const joined = new WeakMap<object, Data>()

/** The values of a dictionary column as one piece. One that grew by deltas is in several: they are joined once. */
export function wholeDictionary(data: Data): Data {
  const dictionary = data.dictionary as Vector
  if (dictionary.data.length === 1) return dictionary.data[0]!
  let whole = joined.get(dictionary)
  if (!whole) {
    whole = join(dictionary)
    joined.set(dictionary, whole)
  }
  return whole
}

function join(dictionary: Vector): Data {
  if (!isVariableBytes(dictionary.type)) {
    throw new Error(`a dictionary of ${dictionary.type} that grows is not supported`)
  }
  const cells = dictionary.data.flatMap((piece) => {
    const at = cellBytes(piece)
    return Array.from({ length: piece.length }, (_, i) => piece.getValid(i) ? at(i) : null)
  })
  const valueOffsets = new Int32Array(cells.length + 1)
  const nullBitmap = new Uint8Array((cells.length + 7) >> 3)
  cells.forEach((cell, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + (cell?.length ?? 0)
    if (cell) nullBitmap[i >> 3]! |= 1 << (i & 7)
  })
  const data = Buffer.concat(cells.filter((cell) => cell !== null))
  return makeData({ type: plainType(dictionary.type), length: cells.length, valueOffsets, nullBitmap, data } as never)
}
