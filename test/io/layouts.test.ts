import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { LayoutName } from '../../dist/io/layout-names.js'
import { layouts } from '../../dist/io/layouts.js'
import { openFolderSink } from '../../dist/io/sink.js'
import { batchOf, constants, generatedRow, readPart, rowsIn, seedRow } from './sink-rows.ts'

// What other readers make of these files is in test/interop/layouts.test.ts.

async function written(folder: string, layout: LayoutName, row: Parameters<typeof generatedRow>[2] = {}) {
  const sink = await openFolderSink({ folder, runId: 'r1', partBytes: 1e6, keptFields: [], constants, layout: layouts[layout] })
  await sink.write(batchOf(0, [generatedRow(0, 'two words', row)]))
  await sink.finish()
  const [part] = readdirSync(folder).filter((name) => name.endsWith('.parquet'))
  return { fields: readPart(join(folder, part!)).schema.fields.map(({ name, type }) => `${name} ${type}`), row: rowsIn(folder)[0]! }
}

t.test('cosmopedia: the columns of its card', async (t) => {
  const requestBody = JSON.stringify({ messages: [{ role: 'user', content: 'the prompt' }] })
  const { fields, row } = await written(t.testdir(), 'cosmopedia', { variant: 'wikihow', slots: { audience: 'college students' }, requestBody })
  t.same(fields, ['prompt Utf8', 'text Utf8', 'text_token_length Int64', 'seed_data Utf8', 'format Utf8', 'audience Utf8'])
  t.same(row, { prompt: 'the prompt', text: 'two words', text_token_length: 20n, seed_data: 'demo', format: 'wikihow', audience: 'college students' })
})

t.test('mind: text, document and style in capitals', async (t) => {
  const { fields, row } = await written(t.testdir(), 'mind', { variant: 'layman_knowall' })
  t.same(fields, ['Text Utf8', 'Document ID Utf8', 'Conversational Style Utf8'])
  t.same(row, { Text: 'two words', 'Document ID': 's0', 'Conversational Style': 'LAYMAN_KNOWALL' })
})

t.test('synth: the fourteen columns of its card', async (t) => {
  const own = generatedRow(0)
  const { fields, row } = await written(t.testdir(), 'synth', {
    seed: seedRow(0, 'An article.'), source: 'A part of it.', slots: { query: 'Why?', language: 'en', constraints: 'short' },
    reply: { ...own.reply, reasoning: 'Since.' },
  })
  t.same(fields.map((field) => field.replace(/ Utf8$/, '')), [
    'synth_id', 'language', 'exercise', 'model', 'query', 'query_seed_url', 'query_seed_text', 'additional_seed_url', 'seed_license', 'constraints',
    'script', 'synthetic_reasoning', 'synthetic_answer', 'words Int32',
  ])
  t.match(row, {
    synth_id: own.id, language: 'en', exercise: 'faq', model: 'm', query: 'Why?', query_seed_url: null, query_seed_text: 'A part of it.', constraints: 'short',
    script: null, synthetic_reasoning: 'Since.', synthetic_answer: 'two words', words: 2,
  })
})
