import { DataType, type Data, type Field } from './arrow.ts'
import { isVariableBytes } from './cell-bytes.ts'
import { wholeDictionary } from './gather.ts'

type Offsets = Int32Array | BigInt64Array

/**
 * Check that a column's buffers hold what its lengths and offsets promise. apache-arrow does not: it reads past the
 * end of a corrupt buffer and hands out undefined or somebody else's bytes.
 * @throws Error naming the column
 */
export function checkData(data: Data, column: string): void {
  const type = data.type as DataType
  const length = data.length
  const need = (buffer: ArrayLike<unknown> | undefined, items: number, what: string) => {
    if (items > (buffer?.length ?? 0)) throw new Error(`column "${column}": ${what} too short for ${length} rows`)
  }
  if (!Number.isSafeInteger(length) || length < 0) throw new Error(`column "${column}": impossible length`)
  if (DataType.isNull(type)) return
  if (data.nullCount > 0) need(data.nullBitmap, Math.ceil((data.offset + length) / 8), 'null bitmap')
  if (DataType.isUnion(type)) return
  if (DataType.isStruct(type)) {
    data.children.forEach((child, i) => checkChild(child, (type.children[i] as Field).name, length, column))
    return
  }
  if (DataType.isFixedSizeList(type)) return checkChild(data.children[0]!, 'item', length * type.listSize, column)
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type)) {
    return checkChild(data.children[0]!, 'item', checkOffsets(data, column), column)
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) return checkViews(data, column)
  if (isVariableBytes(type)) return need(data.values as Uint8Array, checkOffsets(data, column), 'values')
  if (DataType.isDictionary(type)) return checkKeys(data, column)
  need(data.values as Uint8Array, valuesFor(type, data.offset, length), 'values')
}

function checkChild(child: Data, name: string, atLeast: number, column: string): void {
  const path = `${column}.${name}`
  if (child.length < atLeast) throw new Error(`column "${path}": ${child.length} values where ${atLeast} are needed`)
  checkData(child, path)
}

/** Returns the end of the last cell. */
function checkOffsets(data: Data, column: string): number {
  const offsets = data.valueOffsets as unknown as Offsets
  if (data.length === 0) return 0
  let previous = offsets[0] ?? -1
  let good = previous >= 0 && offsets.length > data.length
  for (let i = 1; good && i <= data.length; i++) {
    const next = offsets[i]!
    good = next >= previous
    previous = next
  }
  if (!good) throw new Error(`column "${column}": offsets run backwards or end early`)
  return Number(previous)
}

function checkViews(data: Data, column: string): void {
  const views = data.values as Uint8Array
  const at = new DataView(views.buffer, views.byteOffset, views.byteLength)
  const buffers = data.variadicBuffers as readonly Uint8Array[]
  for (let i = 0; i < data.length; i++) {
    if (data.nullCount > 0 && !data.getValid(i)) continue
    const size = i * 16 + 16 <= views.length ? at.getInt32(i * 16, true) : -1
    const inside = size <= 12
      ? size >= 0
      : at.getInt32(i * 16 + 12, true) >= 0
        && at.getInt32(i * 16 + 12, true) + size <= (buffers[at.getInt32(i * 16 + 8, true)]?.length ?? -1)
    if (!inside) throw new Error(`column "${column}": row ${i} points outside its buffers`)
  }
}

function checkKeys(data: Data, column: string): void {
  const keys = data.values as unknown as ArrayLike<number | bigint>
  if (!data.dictionary) throw new Error(`column "${column}": its dictionary is missing`)
  const dictionary = wholeDictionary(data)
  checkData(dictionary, `${column} dictionary`)
  for (let i = 0; i < data.length; i++) {
    if (data.nullCount > 0 && !data.getValid(i)) continue
    const key = keys[i]
    if (key === undefined || key < 0 || key >= dictionary.length) {
      throw new Error(`column "${column}": row ${i} has no entry in the dictionary`)
    }
  }
}

function valuesFor(type: DataType, offset: number, length: number): number {
  if (DataType.isBool(type)) return Math.ceil((offset + length) / 8)
  if (DataType.isDecimal(type)) return length * type.bitWidth / 32
  if (DataType.isFixedSizeBinary(type)) return length * type.byteWidth
  return length
}
