import t from 'tap'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tableFromIPC } from '../../dist/io/arrow.js'
import { plainField } from '../../dist/io/schema.js'
import { openFolderSink } from '../../dist/io/sink.js'
import { batchOf, constants, generatedRow, reject, seedRow } from '../io/sink-rows.ts'

const python = process.env['PYTHON'] ?? 'python3'
const script = fileURLToPath(new URL('sink.py', import.meta.url))
const absent = spawnSync(python, ['-c', 'import pyarrow, duckdb']).status !== 0
const skip = absent && `${python} has no pyarrow and duckdb (set PYTHON to one that has)`

t.test('pyarrow and DuckDB read what the sink writes, every kind of kept column included', { skip }, async (t) => {
  const dir = t.testdir()
  const [input, folder] = [join(dir, 'in.arrows'), join(dir, 'out')]
  execFileSync(python, [script, 'make', input])
  const table = tableFromIPC(readFileSync(input))
  const [batch] = table.batches
  const sink = await openFolderSink({
    folder, runId: 'r1', partBytes: 60, constants, createdBy: 'seedstream 0',
    keptFields: table.schema.fields.map(plainField),
  })
  const indices = [0, 1, 2, 3, 3, 2, 1, 0]
  const rows = indices.map((index, n) =>
    generatedRow(n, `grüße ${n}`, { seed: { ...seedRow(n), columns: { table: batch!, index } } }))
  // Several parts, so that a reader has to put their schemas together.
  await sink.write(batchOf(0, rows.slice(0, 5), [reject(1), reject(2, { detail: 'of s1' })]))
  await sink.write(batchOf(1, rows.slice(5)))
  await sink.write(batchOf(2, [generatedRow(8, 'no seed columns')]))
  await sink.finish()
  t.equal(sink.progress.parts, 2)

  const found = JSON.parse(execFileSync(python, [script, 'check', input, folder], { encoding: 'utf8' })) as Found
  t.same(found.problems, [])
  t.equal(found.rows, 9)
  t.same(found.text, ['grüße 0', 'grüße 1', 'grüße 2'])
  t.same(found.own, [
    'id string not null', 'seed_id string not null', 'text string not null', 'recipe string not null',
    'step string not null', 'variant string not null', 'sample int32 not null', 'chunk int32', 'strategy string not null',
    'genre string', 'audience string', 'model string not null', 'finish_reason string not null',
    'prompt_tokens int32', 'completion_tokens int32', 'token_count int32', 'quality double', 'judge_score double',
    'seed int64', 'created_at timestamp[us, tz=UTC] not null',
  ])
  t.match(found.duck, {
    id: 'VARCHAR', sample: 'INTEGER', seed: 'BIGINT', created_at: 'TIMESTAMP WITH TIME ZONE', ts_s: 'TIMESTAMP',
    ts_ns: 'TIMESTAMP_NS', date64: 'DATE', time_s: 'TIME', dec128: 'DECIMAL(20,2)', list: 'VARCHAR[]',
    struct: 'STRUCT("at" TIMESTAMP, tags VARCHAR[])', map: 'MAP(VARCHAR, BIGINT)', vector: 'FLOAT[]', flag: 'BOOLEAN',
  })
  t.same(found.counted, [9, 9, constants.createdAt.getTime() * 1000, 8 * 7 + 15, 6, 2 * (1_700_000_000_000 - 1000), 3])
  t.same(found.rejected, [
    ['s1', 'dedupe', 'dropped', 'duplicate', '', 'seed 1'], ['s2', 'dedupe', 'dropped', 'duplicate', 'of s1', 'seed 2'],
  ])
  t.equal(found.created_by, 'seedstream 0')
  t.same(found.codecs, ['ZSTD'])
})

interface Found {
  problems: string[]
  rows: number
  own: string[]
  text: string[]
  duck: Record<string, string>
  counted: unknown[]
  rejected: unknown[][]
  created_by: string
  codecs: string[]
}
