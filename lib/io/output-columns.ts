import { ConfigInvalidError, SchemaMismatchError } from '../errors.ts'
import type { GeneratedRow, Lineage, Locator, SeedRow } from '../rows.ts'
import type { Reject } from '../flow/stage.ts'
import { DataType, Field, Float64, Int32, Int64, makeData, Schema, Struct, TimeUnit, Timestamp, Utf8 } from './arrow.ts'
import type { Data, RecordBatch } from './arrow.ts'
import { constantData, float64Data, int32Data, int64Data, utf8Data } from './column-data.ts'
import { rowBytes } from './row-bytes.ts'
import { gather } from './take.ts'

/** Values that are the same on every row of a run. */
export interface RunConstants {
  readonly recipe: string
  readonly createdAt: Date
  /** Names of `--label`: each becomes a column `label_NAME`. */
  readonly labels: readonly string[]
  /** Slots that the recipe wants written: each becomes a column of its name. */
  readonly slots: readonly string[]
}

/** One column of a file that we write: what it is called, what it holds, and how a block of rows becomes it. */
export interface Column<Row> {
  readonly field: Field
  /**
   * Few distinct values, so Parquet's dictionary encoding pays. It does not for seed_id, which repeats only in
   * neighbouring rows: zstd alone makes that 3 to 12 % smaller at the same speed.
   */
  readonly repeats: boolean
  build(rows: readonly Row[]): Data
}

/** A rejected row as it is written. */
export interface RejectRow {
  readonly id: string
  readonly seedId: string
  readonly stage: string
  readonly status: string
  readonly reason: string
  readonly detail: string
  readonly text: string | null
  /** Where its seed came from; not written. */
  readonly locator: Locator
}

/** How a kind of file stores what Arrow holds. */
export interface StoredAs {
  type(type: DataType): DataType
  data(data: Data): Data
}

const asItIs: StoredAs = { type: (type) => type, data: (data) => data }

const microsecondsPerMs = 1000n

/**
 * The columns of `out/part-*.parquet` in order, before the kept seed columns.
 * @throws ConfigInvalidError for a slot that is named like one of the others
 */
export function outputColumns(constants: RunConstants): Column<GeneratedRow>[] {
  const columns = knownColumns(constants)
  const taken = new Set(columns.map(({ field }) => field.name.toLowerCase()))
  const clashes = constants.slots.filter((name) => taken.has(name.toLowerCase()))
  if (clashes.length > 0) {
    throw new ConfigInvalidError(clashes.map((name) => `recipe ${constants.recipe}: columns: every output has a column "${name}"; leave it out, or rename the slot`))
  }
  const own = constants.slots.map((name) => text<GeneratedRow>(name, (row) => row.slots[name] ?? null, { repeats: true, nullable: true }))
  // created_at stays the last.
  return [...columns.slice(0, -1), ...own, ...columns.slice(-1)]
}

function knownColumns({ recipe, createdAt, labels }: RunConstants): Column<GeneratedRow>[] {
  const instant = new Timestamp(TimeUnit.MICROSECOND, 'UTC')
  const createdUs = BigInt(createdAt.getTime()) * microsecondsPerMs
  return [
    text('id', (row) => row.id),
    text('seed_id', (row) => row.seed.id),
    text('text', (row) => row.text),
    text('recipe', () => recipe, { repeats: true }),
    text('step', (row) => row.step, { repeats: true }),
    text('variant', (row) => row.variant, { repeats: true }),
    column('sample', new Int32(), false, int32Data, (row) => row.sample),
    column('chunk', new Int32(), true, int32Data, (row) => row.chunk?.index ?? null),
    text('strategy', (row) => row.strategy, { repeats: true }),
    text('genre', (row) => row.slots['genre'] ?? null, { repeats: true, nullable: true }),
    text('audience', (row) => row.slots['audience'] ?? null, { repeats: true, nullable: true }),
    text('model', (row) => row.reply.model, { repeats: true }),
    text('finish_reason', (row) => row.reply.finishReason, { repeats: true }),
    column('prompt_tokens', new Int32(), true, int32Data, (row) => row.reply.usage?.promptTokens ?? null),
    column('completion_tokens', new Int32(), true, int32Data, (row) => row.reply.usage?.completionTokens ?? null),
    column('token_count', new Int32(), true, int32Data, (row) => row.tokenCount),
    column('quality', new Float64(), true, float64Data, (row) => row.seed.score),
    column('judge_score', new Float64(), true, float64Data, (row) => row.judgeScore),
    ...labels.map((name) => text<GeneratedRow>(`label_${name}`, (row) => row.seed.labels[name] ?? null, { repeats: true, nullable: true })),
    { ...column('seed', new Int64(), true, int64Data, (row: GeneratedRow) => row.samplingSeed), repeats: true },
    {
      field: new Field('created_at', instant, false),
      repeats: true,
      build: (rows) => constantData(instant, createdUs, rows.length),
    },
  ]
}

/** The columns of `out/_rejected/part-*.parquet`. */
export function rejectColumns(): Column<RejectRow>[] {
  return [
    text('id', (row) => row.id),
    text('seed_id', (row) => row.seedId),
    text('stage', (row) => row.stage, { repeats: true }),
    text('status', (row) => row.status, { repeats: true }),
    text('reason', (row) => row.reason, { repeats: true }),
    text('detail', (row) => row.detail),
    text('text', (row) => row.text, { nullable: true }),
  ]
}

/**
 * The seed columns that outputs carry, under a name that no output column has: as it is, else `seed_NAME`. Names are
 * compared without case, as Spark and DuckDB do. Always nullable: a row without columns has nulls.
 * @param stored how the file stores a type
 * @throws ConfigInvalidError for a name that collides all the same, SchemaMismatchError for a type that cannot be kept
 */
export function keptColumns(
  fields: readonly Field[], taken: readonly string[], stored: StoredAs = asItIs,
): Column<GeneratedRow>[] {
  const outputs = new Set(taken.map((name) => name.toLowerCase()))
  const names = new Set(taken)
  const problems: string[] = []
  const columns = fields.map((field, at) => {
    refuseUnions(field.name, field.type)
    const name = outputs.has(field.name.toLowerCase()) ? `seed_${field.name}` : field.name
    if (names.has(name) || outputs.has(name.toLowerCase())) {
      problems.push(`--keep-columns: column "${field.name}" would be written as "${name}", which another column has`)
    }
    names.add(name)
    return {
      field: new Field(name, stored.type(field.type), true),
      repeats: false,
      build: (rows: readonly GeneratedRow[]) => stored.data(gatherKept(field.type, rows, at)),
    }
  })
  if (problems.length > 0) throw new ConfigInvalidError(problems)
  return columns
}

export function schemaOf(columns: readonly Column<never>[]): Schema {
  return new Schema(columns.map(({ field }) => field))
}

/** Bytes of the kept columns behind `row`, so that blocks stay small where seeds are large. */
export function keptBytes(row: GeneratedRow): number {
  if (row.seed.columns === null) return 0
  const { table, index } = row.seed.columns
  return (table as RecordBatch).data.children.reduce((sum, data) => sum + rowBytes(data, index), 0)
}

/** What is written of a rejected row. The row is whatever the stage had: a seed, a prompt or a completion. */
export function rejectRow({ row, stage, status, reason, detail }: Reject): RejectRow {
  const what = { stage, status, reason, detail }
  if (isLineage(row)) {
    // What is lost is the output, not what its judge said.
    const { id, seed, text } = row.judged ?? row
    return { id, seedId: seed.id, ...what, text: text === undefined ? null : String(text), locator: seed.locator }
  }
  const { id, text, locator } = row as SeedRow
  return { id, seedId: id, ...what, text, locator }
}

function isLineage(row: unknown): row is Lineage & { readonly text?: unknown; readonly judged: GeneratedRow | null } {
  return typeof row === 'object' && row !== null && 'seed' in row
}

/** A column of strings. */
export function text<Row>(
  name: string, read: (row: Row) => string | null, { repeats = false, nullable = false } = {},
): Column<Row> {
  return { ...column(name, new Utf8(), nullable, utf8Data, read), repeats }
}

/** A column of what `read` gives of each row, put together by `make`. */
export function column<Row, Value>(
  name: string, type: DataType, nullable: boolean, make: (values: readonly Value[]) => Data, read: (row: Row) => Value,
): Column<Row> {
  return { field: new Field(name, type, nullable), repeats: false, build: (rows) => make(rows.map(read)) }
}

/** Several columns as the fields of one, which is never null itself. */
export function struct<Row>(name: string, fields: readonly Column<Row>[]): Column<Row> {
  const type = new Struct(fields.map(({ field }) => field))
  const build = (rows: readonly Row[]): Data =>
    makeData({ type, length: rows.length, nullCount: 0, children: fields.map((field) => field.build(rows)) })
  return { field: new Field(name, type, false), repeats: false, build }
}

function gatherKept(type: DataType, rows: readonly GeneratedRow[], at: number): Data {
  const tables = new Map<object, number>()
  const sources: Data[] = []
  const pick = { source: new Int32Array(rows.length).fill(-1), index: new Int32Array(rows.length) }
  for (const [k, row] of rows.entries()) {
    if (row.seed.columns === null) continue
    const { table, index } = row.seed.columns
    let source = tables.get(table)
    if (source === undefined) {
      source = sources.push((table as RecordBatch).data.children[at]!) - 1
      tables.set(table, source)
    }
    pick.source[k] = source
    pick.index[k] = index
  }
  return gather(type, sources, pick)
}

function refuseUnions(name: string, type: DataType): void {
  if (DataType.isUnion(type)) {
    const advice = 'leave it out of --keep-columns'
    throw new SchemaMismatchError(`column "${name}" holds ${type}, and unions cannot be kept; ${advice}`)
  }
  for (const child of type.children ?? []) refuseUnions(name, child.type)
}
