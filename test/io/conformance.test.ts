/**
 * Files of other people's writers, sound and broken: the Parquet and Arrow projects' own test files, fuzz reproducers,
 * and the seed documents as pyarrow and DuckDB write them. Not part of the project; skipped where they are not there.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { Schema, type Field } from '../../dist/io/arrow.js'
import { isTextLike } from '../../dist/io/cell-text.js'
import { keptFields } from '../../dist/io/check-schema.js'
import { canGather } from '../../dist/io/gather.js'
import type { SourceFile, SourceFormat } from '../../dist/io/inputs.js'
import { Reader, READER_LIMITS } from '../../dist/io/reader.js'
import { fromWire } from '../../dist/io/wire-columns.js'
import { readAll, SHARED } from './seed-files.ts'

const shared = fileURLToPath(SHARED)
const seeds = join(shared, 'seeds/parquet')
const parquet = join(shared, 'parquet')
const skip = existsSync(parquet) && existsSync(seeds) ? false : '../shared/data is not there'

interface Manifest { readonly file: string; readonly rows: number; readonly text_sha256: string }
interface Oracle { readonly file: string; readonly rows?: number }

t.test('seed documents come through without loss', { skip }, async (t) => {
  const manifest = JSON.parse(readFileSync(join(seeds, 'manifest.json'), 'utf8')) as Manifest[]
  const rows = await readAll(manifest.map(({ file }) => join(seeds, file)))
  for (const { file, rows: expected, text_sha256 } of manifest) {
    const texts = rows.filter(({ locator }) => locator.file === file).map(({ text }) => text)
    t.equal(texts.length, expected, file)
    // Texts joined with NUL, null as <null>. No text of these is empty.
    const joined = texts.map((text) => text || '<null>').join('\0')
    t.equal(createHash('sha256').update(joined).digest('hex'), text_sha256, file)
  }
})

type Outcome = { readonly column: string; readonly texts: readonly string[] } | { readonly error: string } | 'no text'

/** What each file gives: its first text column, or an error in one line. Every column that can be kept is carried. */
async function outcome(reader: Reader, file: SourceFile): Promise<Outcome> {
  try {
    const schema = await reader.open(file)
    const text = schema!.fields.find(({ type }: Field) => isTextLike(type))
    if (!text) return 'no text'
    const keep = schema!.fields.filter(({ type }) => canGather(type)).map(({ name }) => name)
    const kept = new Schema(keptFields(file, schema, keep))
    const texts: string[] = []
    const pack = { file: file.name, batchRows: 256, batchBytes: 1 << 20, shard: null, limit: null, labels: 0 }
    for await (const batch of reader.read({ text: text.name, id: null, score: null, labels: [], keep }, pack)) {
      texts.push(...batch.texts)
      for (const part of batch.columns) {
        for (const column of fromWire(kept, part).data.children) assert.ok(column.length === part.length)
      }
    }
    return { column: text.name, texts }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    assert.equal(code, 'STREAM_INPUT_UNREADABLE', String((error as Error).stack))
    assert.ok(message.startsWith(file.path) && !message.includes('\n') && message.length < file.path.length + 330,
      message)
    return { error: message }
  }
}

async function outcomes(files: readonly SourceFile[]) {
  const results = new Map<string, Outcome>()
  const queue = [...files]
  await Promise.all([1, 2].map(async () => {
    const reader = new Reader({ ...READER_LIMITS, busyMs: 10_000 })
    for (let file = queue.shift(); file; file = queue.shift()) results.set(file.name, await outcome(reader, file))
    await reader.close()
  }))
  return results
}

function filesBelow(folder: string, format: (name: string) => SourceFormat | null): SourceFile[] {
  return readdirSync(join(parquet, folder),
    { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).flatMap((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    const kind = format(path)
    return kind === null ? [] : [{ name: relative(parquet, path), path, format: kind, bytes: statSync(path).size }]
  })
}

/** Files that the oracle reads and parquet-wasm 0.8 refuses. A shorter list is good news. */
const KNOWN_GAPS = new Set([
  'hyparquet-files/strings.parquet', 'parquet-testing/data/dict-page-offset-zero.parquet',
  'parquet-testing/data/nation.dict-malformed.parquet', 'arrow-testing/data/parquet/ARROW-17100.parquet',
])

t.test('Parquet: the rows that the oracle counts, or one clear error', { skip, timeout: 100_000 }, async (t) => {
  const oracle = new Map(readFileSync(join(parquet, 'pyarrow-duckdb-oracle.jsonl'), 'utf8').trim().split('\n')
    .map((line) => JSON.parse(line) as Oracle).map((line) => [line.file, line]))
  const files = filesBelow('.', (path) => oracle.has(relative(parquet, path)) ? 'parquet' : null)
  t.equal(files.length, oracle.size)
  let read = 0
  for (const [name, result] of await outcomes(files)) {
    const { rows } = oracle.get(name)!
    if (result === 'no text') continue
    if ('texts' in result) {
      t.equal(result.texts.length, rows, name)
      read++
    } else if (rows !== undefined && !/fuzz|bad_data/.test(name)) t.ok(KNOWN_GAPS.has(name), result.error)
  }
  t.ok(read >= 50, `${read} files were read`)
})

t.test('Arrow IPC: golden files are read, fuzz files end', { skip, timeout: 100_000 }, async (t) => {
  const kind = (path: string) => /arrow-ipc-file|\.arrow_file$/.test(path) ? 'arrow-file' : 'arrow-stream'
  const files = filesBelow('arrow-testing/data',
    (path) => path.includes('arrow-ipc-') && !/\.(gz|md)$/.test(path) ? kind(path) : null)
  t.ok(files.length > 100)
  let read = 0
  for (const [name, result] of await outcomes(files)) {
    if (result === 'no text' || !name.includes('/integration/')) continue
    if ('texts' in result) {
      const expected = golden(join(parquet, name.replace(/\.(stream|arrow_file)$/, '.json.gz')), result.column)
      t.equal(result.texts.length, expected.rows, name)
      if (expected.texts) t.strictSame(result.texts, expected.texts, name)
      read++
    } else t.match(result.error, /ListView|RunEndEncoded|Unrecognized type/, name)
  }
  t.ok(read > 20, `${read} files were read`)
})

interface GoldenField { readonly name: string; readonly type: { readonly name: string }; readonly dictionary?: unknown }
interface GoldenColumn {
  readonly name: string
  readonly VALIDITY: readonly number[]
  readonly DATA: readonly unknown[]
}
interface Golden {
  readonly schema: { readonly fields: readonly GoldenField[] }
  readonly batches: readonly { readonly count: number; readonly columns: readonly GoldenColumn[] }[]
}

/** Arrow's JSON form of a golden file: its rows, and the texts of a column where they stand there as plain strings. */
function golden(path: string, column: string): { rows: number; texts: string[] | null } {
  const { schema, batches } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Golden
  const rows = batches.reduce((sum, { count }) => sum + count, 0)
  const field = schema.fields.find(({ name }) => name === column)!
  if (field.dictionary || !['utf8', 'largeutf8'].includes(field.type.name)) return { rows, texts: null }
  return { rows, texts: batches.flatMap(({ columns }) => {
    const { DATA, VALIDITY } = columns.find(({ name }) => name === column)!
    return DATA.map((cell, i) => VALIDITY[i] ? String(cell) : '')
  }) }
}
