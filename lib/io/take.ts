import { Data, DataType } from './arrow.ts'
import type { Vector } from './arrow.ts'
import { bitmapFor, isSet, isValid } from './bitmap.ts'
import { emptyRange, locator } from './byte-range.ts'
import { widthOf } from './row-bytes.ts'
import { plainType } from './schema.ts'

/**
 * Where each output row comes from. `source[k]` is a position in the list of sources and `index[k]` a row of that
 * source; a negative `source[k]` makes row k null. Both have one entry per output row.
 */
export interface Pick {
  readonly source: Int32Array
  readonly index: Int32Array
}

type Words = Uint8Array | Uint16Array | Uint32Array

const maxOffset = 2 ** 31 - 1

/**
 * Rows of `data` at `indices`, in that order, in the layout of its plainType; a negative index is null. Buffers are
 * copied as they are, so every value keeps every bit. Unions are not supported: refuse them before.
 */
export function take(data: Data, indices: Int32Array | readonly number[]): Data {
  const index = Int32Array.from(indices)
  return gather(plainType(data.type), [data], { source: index.map((at) => (at < 0 ? -1 : 0)), index })
}

/**
 * Like `take`, from many sources at once. Sources have the plain type `type`, each in any Arrow encoding of it.
 * @throws RangeError when the result would need offsets past 2^31 - 1
 */
export function gather(type: DataType, sources: readonly Data[], pick: Pick): Data {
  if (sources.some((data) => DataType.isDictionary(data.type))) return gatherDecoded(type, sources, pick)
  const length = pick.index.length
  if (DataType.isNull(type)) return new Data(type, 0, length, length)
  const { bitmap, nulls } = validity(sources, pick)
  const make = (offsets?: Int32Array, values?: unknown, children?: Data[]): Data =>
    new Data(type, 0, length, nulls, [offsets, values, bitmap] as never, children)

  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const { offsets, bytes } = variableWidth(sources, pick, bitmap)
    return make(offsets, bytes)
  }
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { offsets, items } = listItems(sources, pick, bitmap)
    return make(offsets, undefined, [gather(type.children[0]!.type, childrenOf(sources, 0), items)])
  }
  if (DataType.isFixedSizeList(type)) {
    const items = fixedItems(pick, type.listSize)
    return make(undefined, undefined, [gather(type.children[0]!.type, childrenOf(sources, 0), items)])
  }
  if (DataType.isStruct(type)) {
    // A null struct keeps what its source holds below it, so that fields which must not be null are not.
    const children = type.children.map((field, at) => gather(field.type, childrenOf(sources, at), pick))
    return make(undefined, undefined, children)
  }
  if (DataType.isBool(type)) return make(undefined, bits(sources, pick))
  return make(undefined, fixedWidth(type, sources, pick))
}

/** Replace dictionary sources by the chunks of their dictionaries and look the keys up. */
function gatherDecoded(type: DataType, sources: readonly Data[], pick: Pick): Data {
  const decoded: Data[] = []
  const first = sources.map((data) => {
    const at = decoded.length
    decoded.push(...(DataType.isDictionary(data.type) ? (data.dictionary as Vector).data : [data]))
    return at
  })
  const { length } = pick.index
  const source = new Int32Array(length).fill(-1)
  const index = new Int32Array(length)
  for (let row = 0; row < length; row++) {
    const from = pick.source[row]!
    if (from < 0) continue
    const data = sources[from]!
    let at = pick.index[row]!
    let chunk = first[from]!
    if (DataType.isDictionary(data.type)) {
      if (!isValid(data, at)) continue
      at = Number(data.values[at])
      while (at >= decoded[chunk]!.length) at -= decoded[chunk++]!.length
    }
    source[row] = chunk
    index[row] = at
  }
  return gather(type, decoded, { source, index })
}

/** The validity bitmap of the result; undefined where nothing is null. */
function validity(sources: readonly Data[], pick: Pick): { bitmap: Uint8Array | undefined; nulls: number } {
  const { source, index } = pick
  const { length } = index
  const bitmap = bitmapFor(length)
  const mayBeNull = sources.map((data) => DataType.isNull(data.type) || data.nullCount > 0)
  let nulls = 0
  for (let row = 0; row < length; row++) {
    const from = source[row]!
    if (from < 0 || (mayBeNull[from]! && !isValid(sources[from]!, index[row]!))) nulls++
    else bitmap[row >> 3]! |= 1 << (row & 7)
  }
  return nulls === 0 ? { bitmap: undefined, nulls } : { bitmap, nulls }
}

function childrenOf(sources: readonly Data[], at: number): Data[] {
  return sources.map((data) => data.children[at]!)
}

function bits(sources: readonly Data[], pick: Pick): Uint8Array {
  const { source, index } = pick
  const values = bitmapFor(index.length)
  for (let row = 0; row < index.length; row++) {
    const data = sources[source[row]!]
    if (!data) continue
    const bit = data.offset + index[row]!
    if ((data.values[bit >> 3]! >> (bit & 7)) & 1) values[row >> 3]! |= 1 << (row & 7)
  }
  return values
}

/** Copied as words, never as numbers: a float keeps its NaN payload, a 64-bit integer becomes no BigInt on the way. */
function fixedWidth(type: DataType, sources: readonly Data[], pick: Pick): unknown {
  const { source, index } = pick
  const width = widthOf(type)
  // Decimals of one precision and scale come in several widths.
  const other = sources.find((data) => widthOf(data.type) !== width)
  if (other) throw new TypeError(`${other.type}: ${widthOf(other.type)}-byte values in a column of ${width} bytes`)
  const buffer = new ArrayBuffer(index.length * width)
  const aligned = (unit: number): boolean =>
    width % unit === 0 && sources.every((data) => data.values.byteOffset % unit === 0)
  const Word = aligned(4) ? Uint32Array : aligned(2) ? Uint16Array : Uint8Array
  const perRow = width / Word.BYTES_PER_ELEMENT
  const out: Words = new Word(buffer)
  const from: Words[] = sources.map(({ values }) =>
    new Word(values.buffer, values.byteOffset, Math.floor(values.byteLength / Word.BYTES_PER_ELEMENT)))
  for (let row = 0; row < index.length; row++) {
    const words = from[source[row]!]
    if (!words) continue
    const start = index[row]! * perRow
    for (let word = 0; word < perRow; word++) out[row * perRow + word] = words[start + word]!
  }
  return new type.ArrayType(buffer)
}

function variableWidth(
  sources: readonly Data[], pick: Pick, bitmap: Uint8Array | undefined,
): { offsets: Int32Array; bytes: Uint8Array } {
  const { source, index } = pick
  const { length } = index
  const locate = sources.map(locator)
  const range = emptyRange()
  const offsets = new Int32Array(length + 1)
  let total = 0
  for (let row = 0; row < length; row++) {
    if (isSet(bitmap, row)) {
      locate[source[row]!]!(index[row]!, range)
      total += range.end - range.start
      checkOffset(total)
    }
    offsets[row + 1] = total
  }
  const bytes = new Uint8Array(total)
  const run = emptyRange()
  let written = 0
  const flush = (): void => {
    if (run.end > run.start) bytes.set(run.bytes.subarray(run.start, run.end), written)
    written += run.end - run.start
  }
  for (let row = 0; row < length; row++) {
    if (!isSet(bitmap, row)) continue
    locate[source[row]!]!(index[row]!, range)
    // Rows that were neighbours in the source are copied at once.
    if (range.bytes !== run.bytes || range.start !== run.end) {
      flush()
      run.bytes = range.bytes
      run.start = range.start
    }
    run.end = range.end
  }
  flush()
  return { offsets, bytes }
}

/** Offsets of the lists, and which rows of the sources' children their items are. Null lists are empty. */
function listItems(
  sources: readonly Data[], pick: Pick, bitmap: Uint8Array | undefined,
): { offsets: Int32Array; items: Pick } {
  const { source, index } = pick
  const { length } = index
  const offsets = new Int32Array(length + 1)
  let total = 0
  for (let row = 0; row < length; row++) {
    if (isSet(bitmap, row)) {
      const from = sources[source[row]!]!.valueOffsets
      total += Number(from[index[row]! + 1]!) - Number(from[index[row]!]!)
      checkOffset(total)
    }
    offsets[row + 1] = total
  }
  const items = { source: new Int32Array(total), index: new Int32Array(total) }
  for (let row = 0; row < length; row++) {
    const begin = offsets[row]!
    const end = offsets[row + 1]!
    if (begin === end) continue
    const first = Number(sources[source[row]!]!.valueOffsets[index[row]!]!)
    for (let item = begin; item < end; item++) {
      items.source[item] = source[row]!
      items.index[item] = first + item - begin
    }
  }
  return { offsets, items }
}

function fixedItems(pick: Pick, listSize: number): Pick {
  const total = pick.index.length * listSize
  checkOffset(total)
  const items = { source: new Int32Array(total), index: new Int32Array(total) }
  for (let item = 0; item < total; item++) {
    const row = Math.floor(item / listSize)
    items.source[item] = pick.source[row]!
    items.index[item] = pick.index[row]! * listSize + (item % listSize)
  }
  return items
}

function checkOffset(total: number): void {
  if (total <= maxOffset) return
  throw new RangeError(`${total} bytes or items in one column block, more than Arrow offsets reach`)
}
