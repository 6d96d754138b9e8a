import { Binary, DataType, Field, FixedSizeList, List, Map_, Struct, Utf8 } from './arrow.ts'

/**
 * The type that a seed column has at rest in our files: the input's logical type with Arrow's encodings of it removed
 * (dictionary, large and view layouts hold the same values as the plain ones, and readers of Parquet cannot tell).
 */
export function plainType(type: DataType): DataType {
  if (DataType.isDictionary(type)) return plainType(type.dictionary as DataType)
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) return new Utf8()
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type)) return new Binary()
  if (DataType.isList(type) || DataType.isLargeList(type)) return new List(plainField(type.children[0]!))
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, plainField(type.children[0]!))
  if (DataType.isStruct(type)) return new Struct(type.children.map(plainField))
  if (DataType.isMap(type)) return new Map_(plainField(type.children[0]!) as never, type.keysSorted)
  return type
}

export function plainField(field: Field): Field {
  return new Field(field.name, plainType(field.type), field.nullable)
}

/** Whether two files give a column the same type at rest: struct fields by name and order, nullability ignored. */
export function samePlainType(a: DataType, b: DataType): boolean {
  return String(plainType(a)) === String(plainType(b)) && decimalWidths(a) === decimalWidths(b)
}

/** Arrow's name of a decimal type leaves out its width, and with another width the same bytes are other numbers. */
function decimalWidths(type: DataType): string {
  const plain = plainType(type)
  if (DataType.isDecimal(plain)) return `${plain.bitWidth},`
  return (plain.children ?? []).map((child: Field) => decimalWidths(child.type)).join('')
}
