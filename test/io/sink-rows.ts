import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readParquet } from 'parquet-wasm'
import { RecordBatch, Schema, Struct, Table, makeData, tableFromIPC, vectorFromArray } from '../../dist/io/arrow.js'
import type { Data, Field } from '../../dist/io/arrow.js'
import type { Batch, Reject } from '../../dist/flow/stage.js'
import type { ColumnsRef, GeneratedRow, SeedRow } from '../../dist/rows.js'

export const constants = { recipe: 'demo', createdAt: new Date('2026-11-20T12:34:56.789Z'), labels: [], slots: [] }

export function seedRow(n: number, text = `seed ${n}`, columns: ColumnsRef | null = null): SeedRow {
  return { id: `s${n}`, text, locator: { file: 'a.parquet', row: n }, score: n / 2, labels: {}, columns }
}

export function generatedRow(n: number, text = `text ${n}`, over: Partial<GeneratedRow> = {}): GeneratedRow {
  return {
    id: n.toString(16).padStart(32, '0'),
    seed: seedRow(n), source: `seed ${n}`, chunk: null, judged: null, judgeScore: null,
    step: 'rewrite', variant: 'faq', strategy: 'format_transformation', sample: 0,
    slots: { genre: 'essay', audience: 'children' },
    text,
    reply: {
      text, finishReason: 'stop', usage: { promptTokens: 10 + n, cachedPromptTokens: 0, completionTokens: 20 + n },
      reasoning: null, model: 'm', latencyMs: 1, endpoint: 'http://localhost',
    },
    samplingSeed: n, tokenCount: 20 + n,
    ...over,
  }
}

export function batchOf(
  seq: number, rows: readonly GeneratedRow[], rejects: readonly Reject[] = [],
): Batch<GeneratedRow> {
  return { seq, rows, rejects }
}

/** A table as the reading side hands it over: exactly the kept columns. */
export function tableOf(fields: readonly Field[], columns: readonly Data[]): RecordBatch {
  const length = columns[0]!.length
  const data = makeData({ type: new Struct([...fields]), length, nullCount: 0, children: [...columns] })
  return new RecordBatch(new Schema([...fields]), data)
}

export function columnOf(field: Field, values: readonly unknown[]): Data {
  return vectorFromArray(values as never, field.type as never).data[0]!
}

/** A dropped seed, or whatever `over` makes of it. */
export function reject(n: number, over: Partial<Reject> = {}): Reject {
  return { row: seedRow(n), stage: 'dedupe', status: 'dropped', reason: 'duplicate', detail: '', ...over }
}

export function numbers(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, n) => from + n)
}

export function partsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^part-.*\.parquet$/.test(name)).sort()
}

export function readPart(path: string): Table {
  return tableFromIPC(readParquet(readFileSync(path)).intoIPCStream())
}

/** All rows of a folder's parts, in the order of the parts' names. */
export function rowsIn(folder: string): Record<string, unknown>[] {
  return partsIn(folder).flatMap((name) => rowsOf(readPart(join(folder, name))))
}

export function rowsOf(table: Table): Record<string, unknown>[] {
  return table.toArray().map((row) => row.toJSON() as Record<string, unknown>)
}
