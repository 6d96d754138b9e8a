import { Data, DataType } from './arrow.ts'
import type { Vector } from './arrow.ts'
import { isValid } from './bitmap.ts'
import { emptyRange, locator } from './byte-range.ts'

/** Bytes that row `at` of `data` takes in the plain layout, bitmaps and offsets left out. */
export function rowBytes(data: Data, at: number): number {
  return rangeBytes(data, at, at + 1)
}

function rangeBytes(data: Data, begin: number, end: number): number {
  const { type } = data
  if (begin >= end || DataType.isNull(type)) return 0
  if (DataType.isBool(type)) return Math.ceil((end - begin) / 8)
  if (DataType.isStruct(type)) return data.children.reduce((sum, child) => sum + rangeBytes(child, begin, end), 0)
  if (DataType.isFixedSizeList(type)) {
    return rangeBytes(data.children[0]!, begin * type.listSize, end * type.listSize)
  }
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type)) {
    return rangeBytes(data.children[0]!, Number(data.valueOffsets[begin]), Number(data.valueOffsets[end]))
  }
  if (DataType.isDictionary(type)) {
    let sum = 0
    for (let row = begin; row < end; row++) {
      if (isValid(data, row)) sum += dictionaryEntryBytes(data.dictionary as Vector, Number(data.values[row]))
    }
    return sum
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) {
    const range = emptyRange()
    const locate = locator(data)
    let sum = 0
    for (let row = begin; row < end; row++) {
      locate(row, range)
      sum += range.end - range.start
    }
    return sum
  }
  if (data.valueOffsets) return Number(data.valueOffsets[end]) - Number(data.valueOffsets[begin])
  return (end - begin) * widthOf(type)
}

function dictionaryEntryBytes(dictionary: Vector, key: number): number {
  let at = key
  for (const chunk of dictionary.data) {
    if (at < chunk.length) return rangeBytes(chunk, at, at + 1)
    at -= chunk.length
  }
  return 0
}

/** Bytes of one value of a fixed-width type. */
export function widthOf(type: DataType): number {
  return new Data(type, 0, 0).stride * type.ArrayType.BYTES_PER_ELEMENT
}
