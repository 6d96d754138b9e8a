import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import {
  Bool, Dictionary, Field, Float64, Int32, Int64, LargeUtf8, List, RecordBatch, Schema, Struct, Table, Utf8,
    vectorFromArray, Binary,
} from '../../dist/io/arrow.js'
import { openSource } from '../../dist/io/source.js'
import type { SeedRow } from '../../dist/rows.js'
import { ipcFile, ipcStream, optionsOf, parquetFile, readAll, rowsOf } from './seed-files.ts'

const utf8 = (values: readonly (string | null)[]) => vectorFromArray(values, new Utf8())
const count = (n: number) => Array.from({ length: n }, (_, i) => i)
const texts = (rows: readonly SeedRow[]) => rows.map(({ text }) => text)
const hashed = (file: string, row: number) => createHash('sha256').update(`${file}\0${row}`).digest('hex').slice(0, 32)
const numbered = (n: number, from = 0) => new Table({ text: utf8(count(n).map((i) => `text ${from + i}`)) })

function kept(row: SeedRow): unknown[] {
  const { table, index } = row.columns as { table: RecordBatch; index: number }
  return table.schema.fields.map((_, i) => table.getChildAt(i)!.get(index) as unknown)
}

const odd = () => new Table({
  text: utf8(['plain', null, '', '\ufeffbom', '世界 🚀']),
  id: vectorFromArray([9007199254740993n, null, 1n, -1n, 1n], new Int64()),
  url: vectorFromArray(['a', 'b', null, 'a', 'a'], new Dictionary(new Utf8(), new Int32())),
  quality: vectorFromArray([0.5, null, 1, 2, 3], new Float64()),
  meta: vectorFromArray(count(5).map((i) => i === 2 ? null : { lang: i === 1 ? null : `l${i}`, tags: [`t${i}`] }),
    new Struct([
    new Field('lang', new Utf8(), true), new Field('tags', new List(new Field('item', new Utf8(), true)), true),
  ])),
})

for (const [ending, encode] of Object.entries({ parquet: parquetFile, arrow: ipcFile, arrows: ipcStream })) {
  t.test(`${ending}: text, ids, scores and kept columns come through`, async (t) => {
    const dir = t.testdir({ [`x.${ending}`]: encode(odd()) })
    const source = await openSource(optionsOf([dir], { scoreColumn: 'quality', keepColumns: ['meta', 'url'] }))
    t.strictSame(source.keptFields.map(({ name, type }) => `${name}: ${type}`),
      ['meta: Struct<{lang:Utf8, tags:List<Utf8>}>', 'url: Utf8'])
    const rows = await rowsOf(source)
    t.strictSame(texts(rows), ['plain', '', '', '\ufeffbom', '世界 🚀'])
    t.strictSame(rows.map(({ id }) => id), ['9007199254740993', hashed(`x.${ending}`, 1), '1', '-1', '1'])
    t.strictSame(rows.map(({ score }) => score), [0.5, null, 1, 2, 3])
    t.strictSame(rows.map(({ locator }) => locator), count(5).map((row) => ({ file: `x.${ending}`, row })))
    t.strictSame(JSON.parse(JSON.stringify(rows.map(kept))), [
      [{ lang: 'l0', tags: ['t0'] }, 'a'], [{ lang: null, tags: ['t1'] }, 'b'], [null, null],
      [{ lang: 'l3', tags: ['t3'] }, 'a'], [{ lang: 'l4', tags: ['t4'] }, 'a'],
    ])
    t.equal(await source.estimateRows(), 5)
    await source.close()
    await source.close()
    await t.rejects(rowsOf(source), { code: 'STREAM_ABORTED' })
  })

  t.test(`${ending}: labels, and int_score out of score`, async (t) => {
    const scores = [0.5, 1.5, 2.5, 3.499, 7, null, -1]
    const table = (score: string) => new Table({
      text: utf8(scores.map(String)), [score]: vectorFromArray(scores, new Float64()),
      format: vectorFromArray(['FAQs', null, 'FAQs', 'Listicle', 'a', 'b', 'c'], new Dictionary(new Utf8(), new Int32())),
      topic: vectorFromArray(count(7), new Int32()),
    })
    const dir = t.testdir({ [`x.${ending}`]: encode(table('score')), [`y.${ending}`]: encode(table('int_score')) })
    const labelColumns = { formats: 'format', topics: 'topic' }
    const rows = await readAll([dir], { scoreColumn: 'int_score', labelColumns })
    t.strictSame(rows.slice(0, 7).map(({ score }) => score), [0, 2, 2, 3, 5, null, 0], 'rounded as Python does, clamped')
    t.strictSame(rows.slice(7).map(({ score }) => score), scores, 'as it is where the column is there')
    t.strictSame(rows.slice(0, 3).map(({ labels }) => labels),
      [{ formats: 'FAQs', topics: '0' }, { formats: null, topics: '1' }, { formats: 'FAQs', topics: '2' }])
    await t.rejects(readAll([dir], { labelColumns: { formats: 'fromat' } }),
      { message: /no column "fromat" \(label\); did you mean "format"/ })
  })

  t.test(`${ending}: a dotted name reaches into structs`, async (t) => {
    const dir = t.testdir({ [`x.${ending}`]: encode(odd()) })
    const rows = await readAll([dir], { textColumn: 'meta.lang', idColumn: 'meta.lang' })
    t.strictSame(texts(rows), ['l0', '', '', 'l3', 'l4'])
    t.equal(rows[0]!.id, 'l0')
    t.equal(rows[2]!.id, hashed(`x.${ending}`, 2))
  })

  t.test(`${ending}: no rows`, async (t) => {
    const dir = t.testdir({ [`x.${ending}`]: encode(odd().slice(0, 0)) })
    t.strictSame(await readAll([dir], { keepColumns: ['url'] }), [])
  })
}

t.test('text in every layout of strings', async (t) => {
  const values = ['one', null, 'three, longer than twelve bytes']
  const layouts = {
    large: vectorFromArray(values, new LargeUtf8()),
      dictionary: vectorFromArray(values, new Dictionary(new Utf8(), new Int32())),
    binary: vectorFromArray(values.map((value) => value === null ? null : Buffer.from(value)), new Binary()),
  }
  for (const [name, text] of Object.entries(layouts)) {
    const dir = t.testdir({ 'x.arrow': ipcFile(new Table({ text })), 'x.parquet': parquetFile(new Table({ text })) })
    t.strictSame(texts(await readAll([dir])), [...values, ...values].map((value) => value ?? ''), name)
  }
})

t.test('a missing column is named, with what is there', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(odd()) })
  await t.rejects(readAll([dir], { textColumn: 'texts' }), {
    code: 'STREAM_SCHEMA_MISMATCH', exitCode: 2,
      message: /x\.parquet: no column "texts" \(text\); did you mean "text"\?; it has: text, id, url/,
  })
})

t.test('later files must agree with the first', async (t) => {
  const dir = t.testdir({
    'a.arrow': ipcFile(odd()),
    'b.arrow': ipcFile(new Table({ text: vectorFromArray(['x'], new LargeUtf8()), url: utf8(['y']) })),
    'c.arrow': ipcFile(new Table({ text: utf8(['x']), url: vectorFromArray([1], new Int32()) })),
  })
  const inputs = (...names: string[]) => names.map((name) => join(dir, name))
  t.equal((await readAll(inputs('a.arrow', 'b.arrow'), { keepColumns: ['url'] })).length, 6)
  t.equal((await readAll(inputs('a.arrow', 'c.arrow'))).length, 6)
  await t.rejects(readAll(inputs('a.arrow', 'c.arrow'), { keepColumns: ['url'], onBadFile: 'skip' }), {
    code: 'STREAM_SCHEMA_MISMATCH', message: /c\.arrow: column "url" has type Int32 but Utf8 in .*a\.arrow/,
  })
})

t.test('batches fill up over record batches and keep their columns right', async (t) => {
  const schema = new Schema([new Field('text', new Utf8(), true), new Field('n', new Int32(), true)])
  const parts = count(7).map((p) => new Table({ text: utf8(count(3).map((i) => `${p * 3 + i}`)),
    n: vectorFromArray(count(3).map((i) => p * 3 + i), new Int32()) }))
  const dir = t.testdir({ 'x.arrows': ipcStream(new Table(schema, parts.flatMap(({ batches }) => batches))) })
  const source = await openSource(optionsOf([dir], { keepColumns: ['n'], batchRows: 8, shard: { index: 1, count: 2 } }))
  const batches = []
  for await (const batch of source.batches(new AbortController().signal)) batches.push(batch)
  t.strictSame(batches.map((batch) => batch.map(({ text }) => text)),
    [count(8).map((i) => `${2 * i + 1}`), ['17', '19']])
  t.ok(batches.flat().every((row) => kept(row)[0] === Number(row.text)))
  t.ok(batches.flat().every(({ columns }) => (columns!.table as RecordBatch).numRows <= 2))
  await source.close()
})

t.test('shards: by file where there are enough of them, else by row', async (t) => {
  const dir = t.testdir({ 'a.arrows': ipcStream(numbered(5)), 'b.arrows': ipcStream(numbered(3)),
    'c.arrows': ipcStream(numbered(4)) })
  const keys = async (index: number, shards: number) =>
    (await readAll([dir], { shard: { index,
      count: shards } })).map(({ locator }) => `${locator.file[0]}${locator.row}`).join(' ')
  t.strictSame(await Promise.all([keys(0, 2), keys(1, 2)]), ['a0 a1 a2 a3 a4 c0 c1 c2 c3', 'b0 b1 b2'])
  t.strictSame(await Promise.all([keys(0, 4), keys(3, 4)]), ['a0 a4 b0 c0', 'a3 c3'])
})

t.test('limit counts the seeds of the shard, over files', async (t) => {
  const dir = t.testdir({ 'a.arrows': ipcStream(numbered(10)), 'b.parquet': parquetFile(numbered(10, 10)),
    'c.jsonl': 'not JSON' })
  const inputs = [join(dir, 'a.arrows'), join(dir, 'b.parquet')]
  t.strictSame(texts(await readAll(inputs, { limit: 13 })), count(13).map((i) => `text ${i}`))
  t.equal((await readAll(inputs, { limit: 10 })).length, 10)
  t.equal((await readAll(inputs, { limit: 0 })).length, 0)
  t.strictSame(texts(await readAll(inputs, { limit: 2, shard: { index: 2, count: 3 } })), ['text 2', 'text 5'])
  t.equal((await readAll([dir], { limit: 20 })).length, 20, 'what lies behind the limit is not opened')
  const source = await openSource(optionsOf(inputs, { limit: 13 }))
  t.equal(await source.estimateRows(), 13)
  await source.close()
})

t.test('estimates: exact for Parquet, scaled for the rest, none for stdin', async (t) => {
  const dir = t.testdir({
    'a.parquet': parquetFile(numbered(1234)), 'b.jsonl': count(5000).map((i) => `{"text":"${i}"}\n`).join(''),
    'c.arrows': ipcStream(new Table(count(9).flatMap(() => numbered(50).batches))),
      'd.arrow': ipcFile(new Table(count(9).flatMap(() => numbered(50).batches))),
  })
  const estimate = async (name: string, options = {}) => {
    const source = await openSource(optionsOf([join(dir, name)], options))
    const rows = (await source.estimateRows())!
    await source.close()
    return rows
  }
  t.equal(await estimate('a.parquet'), 1234)
  t.equal(await estimate('a.parquet', { shard: { index: 0, count: 4 } }), 309)
  t.equal(await estimate('b.jsonl'), 5000)
  t.ok(Math.abs(await estimate('c.arrows') - 450) < 45)
  t.equal(await estimate('d.arrow'), 450)
})

t.test('a bad file stops the run, or is passed over and noted', async (t) => {
  const good = parquetFile(numbered(5))
  const dir = t.testdir({
    'a.parquet': good.subarray(0, 300), 'b.parquet': parquetFile(numbered(5)),
      'c.jsonl': '{"text":"1"}\n{"text":"2"}\n{"text": oops}\n{"text":"4"}\n',
    'd.parquet': 'PAR1 rubbish PAR1', 'e.arrow': 'ARROW1\0\0rubbish', 'f.jsonl.gz': 'no gzip',
      'g.arrows': 'rubbish rubbish', 'h.parquet': '',
  })
  const code = 'STREAM_INPUT_UNREADABLE'
  await t.rejects(readAll([dir]), { code, message: /a\.parquet cannot be read: / })
  await t.rejects(readAll([join(dir, 'c.jsonl')]),
    { code, message: /c\.jsonl cannot be read: line 3: not valid JSON: / })
  const source = await openSource(optionsOf([dir], { onBadFile: 'skip', batchRows: 100 }))
  const rows = await rowsOf(source)
  t.strictSame(texts(rows), [...count(5).map((i) => `text ${i}`), '1', '2'], 'good rows before the bad place are kept')
  t.strictSame(source.skipped.map(({ file }) => file.slice(dir.length + 1)),
    ['a.parquet', 'c.jsonl', 'd.parquet', 'e.arrow', 'f.jsonl.gz', 'g.arrows', 'h.parquet'])
  for (const { file, message } of source.skipped) {
    t.ok(message.startsWith(file) && !message.includes('\n') && message.length < 500, message)
  }
  await source.close()
  await t.rejects(readAll([join(dir, 'a.parquet'), join(dir, 'd.parquet')], { onBadFile: 'skip' }), { code },
    'nothing good at all')
})

t.test('stopping in the middle', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(numbered(5000)) })
  const source = await openSource(optionsOf([dir], { batchRows: 10 }))
  const controller = new AbortController()
  const reading = (async () => {
    for await (const batch of source.batches(controller.signal)) if (batch[0]!.locator.row === 50) controller.abort()
  })()
  await t.rejects(reading, { code: 'STREAM_ABORTED', exitCode: 130 })
  const aborted = source.batches(AbortSignal.abort())[Symbol.asyncIterator]()
  await t.rejects(aborted.next(), { code: 'STREAM_ABORTED' })
  for await (const batch of source.batches(new AbortController().signal)) if (batch[0]!.locator.row === 50) break
  let again = 0
  for await (const batch of source.batches(new AbortController().signal)) again += batch.length
  t.equal(again, 5000, 'reading can start over')
  await source.close()
})

t.test('closing while a batch is awaited ends the reading', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(numbered(5000)) })
  const source = await openSource(optionsOf([dir], { batchRows: 10 }))
  const batches = source.batches(new AbortController().signal)[Symbol.asyncIterator]()
  await batches.next()
  const waiting = Promise.allSettled(count(10).map(() => batches.next()))
  await Promise.all([source.close(), source.close()])
  t.ok((await waiting).some(({ status }) => status === 'rejected'))
})

t.test('stdin: an Arrow stream goes through, and nothing keeps the process or speaks on stderr', async (t) => {
  const source = new URL('../../dist/io/source.js', import.meta.url)
  const script = `import { openSource } from ${JSON.stringify(source.href)}
    const source = await openSource(${JSON.stringify(optionsOf(['-'], { keepColumns: ['n'] }))})
    const rows = []
    for await (const batch of source.batches(new AbortController().signal)) rows.push(...batch)
    process.stdout.write(JSON.stringify([await source.estimateRows(),
      rows.map((row) => [row.locator.file, row.text, row.columns.table.getChildAt(0).get(row.columns.index)])]))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => { output.stdout += chunk })
  child.stderr.on('data', (chunk: Buffer) => { output.stderr += chunk })
  const bytes = ipcStream(new Table({ text: utf8(['a', 'b']), n: vectorFromArray([true, null], new Bool()) }))
  child.stdin.write(bytes.subarray(0, 101))
  child.stdin.end(bytes.subarray(101))
  const code = await new Promise((resolve) => child.on('close', resolve))
  t.strictSame([code, output.stderr], [0, ''])
  t.strictSame(JSON.parse(output.stdout), [null, [['-', 'a', true], ['-', 'b', null]]])
})

t.test('Parquet says nothing on stderr either', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(numbered(3)), 'y.parquet': 'PAR1 rubbish PAR1' })
  const source = new URL('../../dist/io/source.js', import.meta.url)
  const script = `import { openSource } from ${JSON.stringify(source.href)}
    const source = await openSource(${JSON.stringify(optionsOf([dir], { onBadFile: 'skip' }))})
    for await (const batch of source.batches(new AbortController().signal)) process.stdout.write(String(batch.length))
    process.stdout.write(' ' + source.skipped.length)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => { output.stdout += chunk })
  child.stderr.on('data', (chunk: Buffer) => { output.stderr += chunk })
  const code = await new Promise((resolve) => child.on('close', resolve))
  t.strictSame([code, output.stdout, output.stderr], [0, '3 1', ''])
})
