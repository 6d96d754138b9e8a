import { SchemaMismatchError } from '../errors.ts'
import { nearest } from '../validate.ts'
import { eduIntScore } from '../text/python-round.ts'
import { DataType, Field, Utf8, type Schema } from './arrow.ts'
import { isNumeric, isScalar, isTextLike } from './cell-text.ts'
import { findField } from './columns.ts'
import type { Wanted } from './decoded.ts'
import { canGather } from './gather.ts'
import type { SourceFile } from './inputs.ts'
import { plainType, samePlainType } from './schema.ts'

export interface ColumnOptions {
  readonly textColumn: string
  /** null: the column `id` where a file has one. */
  readonly idColumn: string | null
  readonly scoreColumn: string | null
  /** Columns with a label in them, by the name of the label. */
  readonly labelColumns: Readonly<Record<string, string>>
  readonly keepColumns: readonly string[]
}

/** What the first file says about the columns that every other file must agree with. */
export interface Agreement {
  readonly path: string
  /** Plain; null where the first file has no value to tell by. */
  readonly text: DataType | null
  readonly kept: readonly Field[]
}

/**
 * Check that a file has the columns that the run uses, with types that can be used.
 * @throws SchemaMismatchError naming the file, the column, and the columns that are there
 */
export function wantedColumns(file: SourceFile, schema: Schema, options: ColumnOptions): Wanted {
  const text = need(file, schema, options.textColumn, 'text')
  if (!isTextLike(text.type)) throw unfit(file, text, options.textColumn, 'the text column must hold strings')
  const idColumn = options.idColumn ?? (schema.fields.some(({ name }) => name === 'id') ? 'id' : null)
  if (idColumn !== null) {
    const id = need(file, schema, idColumn, 'id')
    if (!isScalar(id.type)) throw unfit(file, id, idColumn, 'the id column must hold single values')
  }
  const scoreColumn = options.scoreColumn === null ? null : presentScore(schema, options.scoreColumn)
  if (scoreColumn !== null) {
    const score = need(file, schema, scoreColumn, 'score')
    if (!isNumeric(score.type) && !DataType.isNull(score.type)) {
      throw unfit(file, score, scoreColumn, 'the score column must hold numbers')
    }
  }
  for (const name of Object.values(options.labelColumns)) {
    const label = need(file, schema, name, 'label')
    if (!isScalar(label.type)) throw unfit(file, label, name, 'a label column must hold single values')
  }
  for (const name of options.keepColumns) {
    const field = schema.fields.find((candidate) => candidate.name === name)
    if (!field) throw missing(file, schema, name, 'kept')
    if (!isJsonl(file) && !canGather(field.type)) throw unfit(file, field, name, 'columns of this type cannot be kept')
  }
  const labels = Object.values(options.labelColumns)
  return { text: options.textColumn, id: idColumn, score: scoreColumn, labels, keep: options.keepColumns }
}

/**
 * The column to read scores from. FineWeb-Edu's `int_score` is its `score` rounded: where a file has only that, it is
 * read instead, and `scoreOf` rounds.
 */
function presentScore(schema: Schema, name: string): string {
  if (!/(^|\.)int_score$/.test(name) || findField(schema.fields, name)) return name
  const exact = name.replace(/int_score$/, 'score')
  return findField(schema.fields, exact) ? exact : name
}

/** What turns the cells of the column that is read into scores of the column that was asked for. */
export function scoreOf(wanted: Wanted, { scoreColumn }: ColumnOptions): (cell: number | null) => number | null {
  if (wanted.score === scoreColumn) return (cell) => cell
  return (cell) => (cell === null ? null : eduIntScore(cell))
}

export function agreement(file: SourceFile, schema: Schema, options: ColumnOptions): Agreement {
  return { path: file.path, text: textType(schema, options), kept: keptFields(file, schema, options.keepColumns) }
}

/** Fields of the columns to keep, with plain types. Without a schema (JSONL without a line) they are strings. */
export function keptFields(file: SourceFile, schema: Schema | null, names: readonly string[]): Field[] {
  return names.map((name) => {
    const field = schema?.fields.find((candidate) => candidate.name === name)
    // Nullable, whatever the first file says: a later one may hold nulls.
    return new Field(name, field && !isJsonl(file) ? plainType(field.type) : new Utf8(), true)
  })
}

/**
 * Check that a later file agrees with the first one.
 * @throws SchemaMismatchError naming both files and the column
 */
export function checkAgreement(first: Agreement, file: SourceFile, schema: Schema, options: ColumnOptions): void {
  if (file.path === first.path) return
  const text = textType(schema, options)
  if (first.text && text && !samePlainType(first.text, text)) {
    throw differs(first, file, options.textColumn, first.text, text)
  }
  keptFields(file, schema, options.keepColumns).forEach((field, i) => {
    const expected = first.kept[i]!
    if (!samePlainType(expected.type, field.type)) throw differs(first, file, field.name, expected.type, field.type)
  })
}

function textType(schema: Schema, options: ColumnOptions): DataType | null {
  const type = plainType(findField(schema.fields, options.textColumn)!.at(-1)!.type)
  return DataType.isNull(type) ? null : type
}

function isJsonl(file: SourceFile): boolean {
  return file.format === 'jsonl' || file.format === 'jsonl.gz'
}

function need(file: SourceFile, schema: Schema, name: string, use: string): Field {
  const path = findField(schema.fields, name)
  if (!path) throw missing(file, schema, name, use)
  return path.at(-1)!
}

function missing(file: SourceFile, schema: Schema, name: string, use: string): SchemaMismatchError {
  const columns = schema.fields.map((field) => field.name)
  const near = nearest(name, columns)
  const shown = columns.length > 40 ? [...columns.slice(0, 40), `and ${columns.length - 40} more`] : columns
  return new SchemaMismatchError(`${file.path}: no column "${name}" (${use})${near ? `; did you mean "${near}"?` : ''}`
    + `; it has: ${shown.join(', ') || 'none'}`)
}

function unfit(file: SourceFile, field: Field, name: string, rule: string): SchemaMismatchError {
  return new SchemaMismatchError(`${file.path}: column "${name}" has type ${field.type}; ${rule}`)
}

function differs(first: Agreement, file: SourceFile, name: string, a: DataType, b: DataType): SchemaMismatchError {
  return new SchemaMismatchError(`${file.path}: column "${name}" has type ${b} but ${a} in ${first.path}`)
}
