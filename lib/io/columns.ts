import { DataType, makeData, RecordBatch, Schema, Struct, type Data, type Field } from './arrow.ts'
import { idCells, numberCells, textCells } from './cell-text.ts'
import type { Decoded, Wanted } from './decoded.ts'

/**
 * The field that `name` means and the structs around it, outermost first. A column of exactly that name goes before a
 * dotted path into structs. null where there is neither.
 */
export function findField(fields: readonly Field[], name: string): readonly Field[] | null {
  const exact = fields.find((field) => field.name === name)
  if (exact) return [exact]
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const outer = fields.find((field) => field.name === name.slice(0, dot) && DataType.isStruct(field.type))
    const inner = outer && findField(outer.type.children as Field[], name.slice(dot + 1))
    if (inner) return [outer, ...inner]
  }
  return null
}

/** Top-level columns that must be read to get at `wanted`. */
export function topLevel(schema: Schema, wanted: Wanted): string[] {
  const names = [wanted.text, wanted.id, wanted.score, ...wanted.labels].filter((name) => name !== null)
  const found = names.flatMap((name) => findField(schema.fields, name)?.[0]?.name ?? [])
  return [...new Set([...found, ...wanted.keep])]
}

/** See a record batch as decoded rows. The columns wanted must be there; the caller has checked the schema. */
export function decodedBatch(batch: RecordBatch, wanted: Wanted): Decoded {
  const text = cells(batch, wanted.text, textCells)
  const id = wanted.id === null ? null : cells(batch, wanted.id, idCells)
  const score = wanted.score === null ? null : cells(batch, wanted.score, numberCells)
  const labels = wanted.labels.map((name) => cells(batch, name, idCells))
  return {
    length: batch.numRows,
    text: (index) => text(index) ?? '',
    id: (index) => id?.(index) ?? null,
    score: (index) => score?.(index) ?? null,
    label: (column, index) => labels[column]!(index),
    kept: wanted.keep.length === 0 ? null : select(batch, wanted.keep),
  }
}

/** Read cells of the named column; null where the cell, or a struct around it, is null. */
function cells<Cell>(
  batch: RecordBatch, name: string, read: (data: Data) => (index: number) => Cell,
): (index: number) => Cell | null {
  let data = batch.data as Data
  const around: Data[] = []
  for (const field of findField(batch.schema.fields, name) ?? []) {
    const at = (data.type.children as Field[]).findIndex((child) => child.name === field.name)
    data = data.children[at]!
    around.push(data)
  }
  if (DataType.isNull(data.type)) return () => null
  const nullable = around.filter((part) => part.nullCount > 0)
  const cell = read(data)
  if (nullable.length === 0) return cell
  return (index) => nullable.every((part) => part.getValid(index)) ? cell(index) : null
}

function select(batch: RecordBatch, names: readonly string[]): RecordBatch {
  const at = names.map((name) => batch.schema.fields.findIndex((field) => field.name === name))
  const fields = at.map((index) => batch.schema.fields[index]!)
  const children = at.map((index) => batch.data.children[index]!)
  const type = new Struct(fields)
  return new RecordBatch(new Schema(fields), makeData({ type, length: batch.numRows, nullCount: 0, children }))
}
