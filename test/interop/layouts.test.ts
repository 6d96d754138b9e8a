import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { layoutNames, type LayoutName } from '../../dist/io/layout-names.js'
import { layouts } from '../../dist/io/layouts.js'
import { openFolderSink } from '../../dist/io/sink.js'
import { batchOf, constants, generatedRow, seedRow } from '../io/sink-rows.ts'

// A Python for each layout.
t.setTimeout(600_000)
const python = process.env['PYTHON'] ?? 'python3'
const script = fileURLToPath(new URL('layouts.py', import.meta.url))
const absent = spawnSync(python, ['-c', 'import pyarrow, duckdb']).status !== 0
const skip = absent && `${python} has no pyarrow and duckdb (set PYTHON to one that has)`

interface Found {
  readonly schema: string[]
  readonly rows: Record<string, unknown>[]
  readonly duck: Record<string, string>
  readonly duck_rows: number
}

const score = (n: number, value: number | null) => ({ ...seedRow(n), score: value })
const rows = [
  generatedRow(0, 'grüße', { variant: 'diverse_qa', seed: score(0, 12), slots: { genre: 'essay', audience: 'children', doc_program: 'keep_doc()', query: 'why?' } }),
  generatedRow(1, 'second', { variant: 'wikipedia', seed: score(1, 11), slots: {}, chunk: { index: 2, count: 3, whole: 'w', of: 'all', outer: null }, source: 'a chunk' }),
  generatedRow(2, 'third', { variant: 'two_profs', seed: score(2, null), slots: {}, tokenCount: null, requestBody: '{"messages":[{"content":"s"},{"content":"ask"}]}' }),
]

async function written(folder: string, name: LayoutName): Promise<Found> {
  const sink = await openFolderSink({ folder, runId: 'r1', partBytes: 1e6, keptFields: [], constants, layout: layouts[name] })
  await sink.write(batchOf(0, rows))
  await sink.finish()
  t.equal(sink.progress.written, 3)
  rmSync(join(folder, '_rejected'), { recursive: true })
  return JSON.parse(execFileSync(python, [script, folder], { encoding: 'utf8' })) as Found
}

const schemas: Record<Exclude<LayoutName, 'standard' | 'nemotron-cc'>, string[]> = {
  cosmopedia: ['prompt string', 'text string', 'text_token_length int64', 'seed_data string', 'format string', 'audience string'],
  maga: ['content_split string', 'meta struct<chunk_id: string not null, docid: string not null, meta_extra: string not null, '
    + 'source: string not null, split: string not null, genre: string, audience: string, raw_text: string not null>'],
  mind: ['Text string', 'Document ID string', 'Conversational Style string'],
  prox: ['raw_content string', 'doc_content string', 'text string', 'metadata struct<doc_program: string, chunk_program: string>'],
  synth: [...['synth_id', 'language', 'exercise', 'model', 'query', 'query_seed_url', 'query_seed_text', 'additional_seed_url', 'seed_license',
    'constraints', 'script', 'synthetic_reasoning', 'synthetic_answer'].map((name) => `${name} string`), 'words int32'],
}

t.test('pyarrow and DuckDB read every layout, structs and folders included', { skip }, async (t) => {
  const folder = t.testdir()
  const found = {} as Record<LayoutName, Found>
  for (const name of layoutNames) found[name] = await written(join(folder, name), name)
  for (const [name, schema] of Object.entries(schemas)) {
    t.same(found[name as LayoutName].schema, schema, name)
    t.equal(found[name as LayoutName].duck_rows, 3, name)
  }
  const { maga, prox, cosmopedia, mind, synth } = found
  t.match(maga.rows[0], { content_split: 'grüße', meta: { chunk_id: 's0_0', docid: 's0', source: 'a.parquet', split: 'train', genre: 'essay', audience: 'children', raw_text: 'seed 0' } })
  t.match(maga.rows[1], { meta: { chunk_id: 's1_2', genre: null, audience: null, raw_text: 'a chunk' } })
  t.match(JSON.parse((maga.rows[0]!['meta'] as { meta_extra: string }).meta_extra), { id: '0'.repeat(32), recipe: 'demo', token_count: 20 })
  t.match(maga.duck['meta'], /^STRUCT\(chunk_id VARCHAR, docid VARCHAR, meta_extra VARCHAR, "?source"? VARCHAR, "?split"? VARCHAR/)
  t.same(prox.rows.map(({ metadata }) => metadata), [{ doc_program: 'keep_doc()', chunk_program: null }, { doc_program: null, chunk_program: null }, { doc_program: null, chunk_program: null }])
  t.same(cosmopedia.rows.map(({ prompt, text_token_length: tokens, seed_data, format }) => [prompt, tokens, seed_data, format]),
    [[null, 20, 'demo', 'diverse_qa'], [null, 21, 'demo', 'wikipedia'], ['ask', null, 'demo', 'two_profs']])
  t.same(mind.rows[2], { Text: 'third', 'Document ID': 's2', 'Conversational Style': 'TWO_PROFESSORS' })
  t.match(synth.rows[0], { synth_id: '0'.repeat(32), query: 'why?', language: null, synthetic_answer: 'grüße', words: 1 })

  const nemotron = found['nemotron-cc']
  t.same(nemotron.rows.map(({ quality, kind, kind2, score, text }) => [quality, kind, kind2, score, text]).toSorted(), [
    ['high', 'synthetic', 'diverse_qa_pairs', 12, 'grüße'], ['high', 'synthetic', 'two_profs', null, 'third'], ['low', 'synthetic', 'wrap_medium', 11, 'second'],
  ])
  t.match(nemotron.duck, { quality: 'VARCHAR', kind2: 'VARCHAR', score: 'DOUBLE' })
})
