import { gzipSync } from 'node:zlib'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { RecordBatch } from '../../dist/io/arrow.js'
import { openSource } from '../../dist/io/source.js'
import type { SeedRow } from '../../dist/rows.js'
import { optionsOf, readAll, rowsOf } from './seed-files.ts'

const texts = (rows: readonly SeedRow[]) => rows.map(({ text }) => text)

function kept({ columns }: SeedRow): unknown[] {
  const table = columns!.table as RecordBatch
  return table.schema.fields.map((_, i) => table.getChildAt(i)!.get(columns!.index) as unknown)
}

t.test('lines: byte order mark, carriage returns, blank lines, no newline at the end', async (t) => {
  const lines = '\ufeff{"text":"a"}\r\n\r\n  \n{"text":"\ufeffb"}\n{"text":null}\n{}\n{"text":"e\\ud800"}'
  const dir = t.testdir({ 'x.jsonl': lines, 'y.jsonl.gz': gzipSync(lines), 'z.ndjson': '' })
  for (const name of ['x.jsonl', 'y.jsonl.gz']) {
    const rows = await readAll([join(dir, name)])
    t.strictSame(texts(rows), ['a', '\ufeffb', '', '', 'e\ufffd'])
    t.strictSame(rows.map(({ locator }) => locator.row), [0, 1, 2, 3, 4], 'blank lines are no rows')
  }
  t.strictSame(await readAll([join(dir, 'z.ndjson')], { keepColumns: ['any'] }), [])
})

t.test('gzip of several members, and one that is cut short', async (t) => {
  const members = Buffer.concat([gzipSync('{"text":"a"}\n{"te'), gzipSync('xt":"b"}\n'), gzipSync('{"text":"c"}\n')])
  const dir = t.testdir({ 'x.jsonl.gz': members, 'y.jsonl.gz': members.subarray(0, -6) })
  t.strictSame(texts(await readAll([join(dir, 'x.jsonl.gz')])), ['a', 'b', 'c'])
  await t.rejects(readAll([join(dir, 'y.jsonl.gz')]),
    { code: 'STREAM_INPUT_UNREADABLE', message: /unexpected end of file/ })
})

t.test('ids and kept columns keep what the source says', async (t) => {
  const dir = t.testdir({ 'x.jsonl': [
    '{"text":"a","id":12345678901234567890,"n":1.0,"o":{"big":12345678901234567890},"s":"str\\ud800","score":0.5}',
    '{"text":"b","id":"x","n":null,"s":7,"score":null}',
    '{"text":"c","id":true,"o":[1, 2],"n":false}',
  ].join('\n') })
  const source = await openSource(optionsOf([dir], { keepColumns: ['n', 'o', 's'], scoreColumn: 'score', labelColumns: { l: 'id' } }))
  t.strictSame(source.keptFields.map(({ name, type, nullable }) => `${name} ${type} ${nullable}`),
    ['n Utf8 true', 'o Utf8 true', 's Utf8 true'])
  const rows = await rowsOf(source)
  await source.close()
  t.strictSame(rows.map(({ id }) => id), ['12345678901234567890', 'x', 'true'])
  t.strictSame(rows.map(kept), [
    ['1.0', '{"big":12345678901234567890}', 'str\ufffd'], [null, null, '7'], ['false', '[1, 2]', null],
  ])
  t.strictSame(rows.map(({ score }) => score), [0.5, null, null])
  t.strictSame(rows.map(({ labels }) => labels), [{ l: '12345678901234567890' }, { l: 'x' }, { l: 'true' }])
})

t.test('dotted names reach into objects', async (t) => {
  const dir = t.testdir({ 'x.jsonl': [
    '{"doc":{"body":"a"},"meta":{"id":7}}', '{"doc":null,"meta":{"id":8}}', '{"doc.body":"c"}',
  ].join('\n') })
  const rows = await readAll([dir], { textColumn: 'doc.body', idColumn: 'meta.id' })
  t.strictSame(texts(rows), ['a', '', 'c'])
  t.strictSame(rows.slice(0, 2).map(({ id }) => id), ['7', '8'])
})

t.test('bad lines are named', async (t) => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ['{"text":"a"}\n\n{"text"', /line 3: not valid JSON: /],
    ['{"text":"a"}\n[1]', /line 2: a JSON object was expected, not an array/],
    ['{"text":"a"}\nnull', /line 2: a JSON object was expected, not null/],
    ['"text"', /line 1: a JSON object was expected, not a string/],
    ['{"text":"a"}\n{"text":1}', /line 2: "text" is a number, expected a string/],
    ['{"text":"a","id":1}\n{"text":"b","id":{}}', /line 2: "id" is an object, expected a string or a number/],
  ]
  for (const [lines, message] of bad) {
    const dir = t.testdir({ 'x.jsonl': lines })
    await t.rejects(readAll([dir]), { code: 'STREAM_INPUT_UNREADABLE', message })
  }
  const dir = t.testdir({ 'x.jsonl': '{"text":"a","score":1}\n{"text":"b","score":"high"}' })
  await t.rejects(readAll([dir], { scoreColumn: 'score' }),
    { message: /line 2: "score" is a string, expected a number/ })
  await t.rejects(readAll([dir], { textColumn: 'txet' }),
    { code: 'STREAM_SCHEMA_MISMATCH', message: /did you mean "text"/ })
  await t.rejects(readAll([dir], { textColumn: 'score' }), { code: 'STREAM_SCHEMA_MISMATCH' })
})

t.test('a line of 50 MB', async (t) => {
  const dir = t.testdir({})
  const long = '世'.repeat(17_000_000)
  writeFileSync(join(dir, 'x.jsonl'), `{"text":"a"}\n{"text":"${long}"}\n{"text":"c"}\n`)
  const rows = await readAll([dir])
  t.strictSame(rows.map(({ text }) => text.length), [1, 17_000_000, 1])
  t.ok(rows[1]!.text === long)
})
