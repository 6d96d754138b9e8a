import { DataType, DateUnit, TimeUnit, type Data, type Decimal } from './arrow.ts'
import { cellBytes, isBytes, isText, utf8 } from './cell-bytes.ts'
import { wholeDictionary } from './gather.ts'

type CellText = (index: number) => string

/** Decimals of a second that a unit has, by its number in Arrow. */
const UNIT_DIGITS = { [TimeUnit.SECOND]: 0, [TimeUnit.MILLISECOND]: 3, [TimeUnit.MICROSECOND]: 6,
  [TimeUnit.NANOSECOND]: 9 }

/** Whether a column can be read as text to be rewritten: strings, or bytes that old writers left unannotated. */
export function isTextLike(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isTextLike(type.dictionary as DataType)
  return isText(type) || isBytes(type) || DataType.isNull(type)
}

/** How to read the (non-null) cells of a text column; bytes are decoded as UTF-8 with replacement. */
export function textCells(data: Data): CellText {
  if (DataType.isDictionary(data.type)) return dictionaryCells(data, textCells)
  const at = cellBytes(data)
  return (index) => utf8(at(index))
}

/** Whether `idCells` can read the column. */
export function isScalar(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isScalar(type.dictionary as DataType)
  return isText(type) || isBytes(type) || DataType.isFixedSizeBinary(type) || DataType.isNull(type)
    || DataType.isBool(type) || isNumeric(type) || DataType.isDate(type) || DataType.isTime(type)
    || DataType.isTimestamp(type) || DataType.isDuration(type)
}

/**
 * How to read the (non-null) cells of a scalar column as text that loses nothing: integers and decimals with all their
 * digits, bytes in hex, dates and times in ISO 8601 with every decimal of their unit, durations as a bare count.
 */
export function idCells(data: Data): CellText {
  const type = data.type as DataType
  if (DataType.isDictionary(type)) return dictionaryCells(data, idCells)
  if (isText(type)) return textCells(data)
  if (isBytes(type)) {
    const at = cellBytes(data)
    return (index) => hex(at(index))
  }
  const values = data.values as never as ArrayLike<number | bigint>
  if (DataType.isFixedSizeBinary(type)) {
    const bytes = data.values as Uint8Array
    return (index) => hex(bytes.subarray(index * type.byteWidth, (index + 1) * type.byteWidth))
  }
  if (DataType.isBool(type)) return (index) => String(bit(data, index))
  if (DataType.isDecimal(type)) return (index) => decimalText(unscaled(data, index), type.scale)
  if (DataType.isFloat(type)) {
    const number = numberCells(data)
    return (index) => String(number(index))
  }
  if (DataType.isDate(type)) {
    return type.unit === DateUnit.DAY
      ? (index) => dateText(Number(values[index]))
      : (index) => instantText(BigInt(values[index]!), 3)
  }
  if (DataType.isTime(type)) return (index) => timeText(BigInt(values[index]!), UNIT_DIGITS[type.unit])
  if (DataType.isTimestamp(type)) {
    const zone = type.timezone ? 'Z' : ''
    return (index) => instantText(BigInt(values[index]!), UNIT_DIGITS[type.unit]) + zone
  }
  return (index) => String(values[index])
}

/** Whether `numberCells` can read the column. */
export function isNumeric(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isNumeric(type.dictionary as DataType)
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)
}

/** How to read the (non-null) cells of a numeric column as the nearest double. */
export function numberCells(data: Data): (index: number) => number {
  const type = data.type as DataType
  if (DataType.isDictionary(type)) return dictionaryCells(data, numberCells)
  if (DataType.isDecimal(type)) return (index) => Number(decimalText(unscaled(data, index), type.scale))
  const values = data.values as never as ArrayLike<number | bigint>
  if (DataType.isFloat(type) && type.precision === 0) return (index) => half(Number(values[index]))
  return (index) => Number(values[index])
}

function dictionaryCells<Cell>(data: Data, read: (data: Data) => (index: number) => Cell): (index: number) => Cell {
  const keys = data.values as never as ArrayLike<number | bigint>
  const cell = read(wholeDictionary(data))
  return (index) => cell(Number(keys[index]))
}

function bit(data: Data, index: number): boolean {
  const at = data.offset + index
  return ((data.values as Uint8Array)[at >> 3]! & (1 << (at & 7))) !== 0
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** A decimal's digits: little-endian 32-bit words in two's complement. */
function unscaled(data: Data, index: number): bigint {
  const words = data.values as Uint32Array
  const width = (data.type as DataType as Decimal).bitWidth / 32
  let value = 0n
  for (let i = width - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[index * width + i]!)
  return BigInt.asIntN(width * 32, value)
}

function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale))
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** IEEE 754 binary16, which has no typed array in Node 20. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function instantText(value: bigint, digits: number): string {
  const perDay = 86_400n * 10n ** BigInt(digits)
  const inDay = ((value % perDay) + perDay) % perDay
  return `${dateText(Number((value - inDay) / perDay))}T${timeText(inDay, digits)}`
}

function timeText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const seconds = Number(value / unit)
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const text = clock.map((part) => String(part).padStart(2, '0')).join(':')
  return digits === 0 ? text : `${text}.${String(value % unit).padStart(digits, '0')}`
}

/**
 * Days since 1970-01-01 to a proleptic Gregorian date. Date cannot do it: timestamps in seconds reach further.
 * Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
function dateText(days: number): string {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const yearText = year >= 0 && year <= 9999
    ? String(year).padStart(4, '0')
    : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
  return `${yearText}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
