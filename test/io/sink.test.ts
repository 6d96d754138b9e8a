import t from 'tap'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Field, Int32, List, Struct, Utf8 } from '../../dist/io/arrow.js'
import { openFolderSink } from '../../dist/io/sink.js'
import type { SinkOptions } from '../../dist/io/sink.js'
import { ConfigInvalidError, SinkFailedError } from '../../dist/errors.js'
import { readParquet } from 'parquet-wasm'
import {
  batchOf, columnOf, constants, generatedRow, numbers, partsIn, readPart, reject, rowsIn, seedRow, tableOf,
} from './sink-rows.ts'

const megabyte = 2 ** 20

function optionsFor(folder: string, over: Partial<SinkOptions> = {}): SinkOptions {
  return { folder, runId: 'r1', keptFields: [], partBytes: 256 * megabyte, constants, ...over }
}

t.test('rows come back as they went in, in order', async (t) => {
  const folder = join(t.testdir(), 'deep', 'out')
  const sink = await openFolderSink(optionsFor(folder))
  const empty = generatedRow(3, '', {
    slots: {}, samplingSeed: null, tokenCount: null,
    reply: { ...generatedRow(3).reply, usage: null, finishReason: 'length' },
    seed: { ...seedRow(3), score: null },
  })
  await sink.write(batchOf(0, [generatedRow(0), generatedRow(1, 'grüße \u{1f30d} 水 \u0000 end')]))
  await sink.write(batchOf(1, []))
  await sink.write(batchOf(2, [generatedRow(2, 'lone \ud800 half'), empty]))
  t.same(sink.progress, { written: 4, rejected: 0, parts: 1, keptTokens: 20 + 21 + 22 })
  await sink.finish()

  t.same(readdirSync(folder).sort(), ['_SUCCESS', '_rejected', 'part-00000-r1.parquet'])
  const rows = rowsIn(folder)
  t.equal(rows.length, 4)
  t.match(rows[0], {
    id: '0'.repeat(32), seed_id: 's0', text: 'text 0', recipe: 'demo', step: 'rewrite', variant: 'faq', sample: 0,
    strategy: 'format_transformation', genre: 'essay', audience: 'children', model: 'm', finish_reason: 'stop',
    prompt_tokens: 10, completion_tokens: 20, token_count: 20, quality: 0, judge_score: null, seed: 0n,
    created_at: constants.createdAt.getTime(),
  })
  t.equal(rows[1]!['text'], 'grüße \u{1f30d} 水 \u0000 end')
  t.equal(rows[2]!['text'], 'lone \ufffd half')
  t.match(rows[3], {
    text: '', genre: null, audience: null, prompt_tokens: null, completion_tokens: null, token_count: null,
    quality: null, seed: null, finish_reason: 'length',
  })
  t.same(sink.progress, { written: 4, rejected: 0, parts: 1, keptTokens: 63 })
})

t.test('the schema is fixed', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  await sink.write(batchOf(0, [generatedRow(0)]))
  await sink.finish()
  const { schema } = readPart(join(folder, 'part-00000-r1.parquet'))
  t.same(schema.fields.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`), [
    'id Utf8', 'seed_id Utf8', 'text Utf8', 'recipe Utf8', 'step Utf8', 'variant Utf8', 'sample Int32', 'chunk Int32 null', 'strategy Utf8',
    'genre Utf8 null', 'audience Utf8 null', 'model Utf8', 'finish_reason Utf8', 'prompt_tokens Int32 null',
    'completion_tokens Int32 null', 'token_count Int32 null', 'quality Float64 null', 'judge_score Float64 null',
    'seed Int64 null', 'created_at Timestamp<MICROSECOND, UTC>',
  ])
})

t.test('slots that the recipe names have columns of their own', async (t) => {
  const folder = t.testdir()
  const withSlots = { ...constants, slots: ['verb', 'epoch'] }
  const sink = await openFolderSink(optionsFor(folder, { constants: withSlots, keptFields: [new Field('verb', new Utf8(), true)] }))
  await sink.write(batchOf(0, [generatedRow(0, 'a', { slots: { verb: 'run' } }), generatedRow(1, 'b', { slots: { epoch: '1', other: 'x' } })]))
  await sink.finish()
  t.match(rowsIn(folder).map(({ verb, epoch, seed_verb }) => [verb, epoch, seed_verb]), [['run', null, null], [null, '1', null]])
  t.same(readPart(join(folder, 'part-00000-r1.parquet')).schema.fields.slice(-4).map(({ name }) => name), ['verb', 'epoch', 'created_at', 'seed_verb'])
  await t.rejects(openFolderSink(optionsFor(t.testdirName, { constants: { ...constants, slots: ['Strategy', 'mine'] } })), {
    name: ConfigInvalidError.name, problems: ['recipe demo: columns: every output has a column "Strategy"; leave it out, or rename the slot'],
  })
})

t.test('a part is closed when its text has partBytes; a batch stays in one part', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder, { partBytes: 1000 }))
  for (const seq of numbers(10)) {
    // 4 rows of 100 characters, 2 bytes each: the second batch of a part crosses 1000 bytes.
    await sink.write(batchOf(seq, numbers(4, seq * 4).map((n) => generatedRow(n, 'é'.repeat(100)))))
  }
  t.equal(sink.progress.written, 40)
  await sink.finish()
  t.same(partsIn(folder), numbers(5).map((n) => `part-0000${n}-r1.parquet`))
  for (const name of partsIn(folder)) t.equal(readPart(join(folder, name)).numRows, 8, name)
  t.same(rowsIn(folder).map((row) => row['seed_id']), numbers(40).map((n) => `s${n}`))
  t.equal(sink.progress.parts, 5)
})

t.test('a row larger than a part is a part', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder, { partBytes: 10 }))
  for (const seq of numbers(3)) await sink.write(batchOf(seq, [generatedRow(seq, 'x'.repeat(50))]))
  await sink.finish()
  t.equal(partsIn(folder).length, 3)
  t.same(rowsIn(folder).map((row) => row['seed_id']), ['s0', 's1', 's2'])
})

t.test('a row of 20 MB passes, between small ones', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  const huge = 'long text 水 '.repeat(20 * megabyte / 14)
  await sink.write(batchOf(0, [generatedRow(0), generatedRow(1, huge), generatedRow(2)]))
  await sink.finish()
  const rows = rowsIn(folder)
  t.same(rows.map((row) => row['seed_id']), ['s0', 's1', 's2'])
  t.ok(rows[1]!['text'] === huge)
})

t.test('a run without rows leaves one part without rows', async (t) => {
  const folder = t.testdir()
  const kept = new Field('tags', new List(new Field('item', new Utf8(), true)), true)
  const sink = await openFolderSink(optionsFor(folder, { keptFields: [kept] }))
  await sink.write(batchOf(0, [], [reject(0)]))
  await sink.finish()
  t.same(partsIn(folder), ['part-00000-r1.parquet'])
  const table = readPart(join(folder, 'part-00000-r1.parquet'))
  t.equal(table.numRows, 0)
  t.match(String(table.schema.fields.find(({ name }) => name === 'tags')!.type), /^List<Utf8>$/)
  t.equal(rowsIn(join(folder, '_rejected')).length, 1)
  t.same(sink.progress, { written: 0, rejected: 1, parts: 1, keptTokens: 0 })
})

t.test('rejects: seeds, prompts and completions', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder, { partBytes: 100 }))
  const completion = generatedRow(2, 'loop loop loop')
  const { text: _text, reply: _reply, tokenCount: _tokenCount, ...lineage } = generatedRow(1)
  const prompt = { ...lineage, request: { shape: 'chat', body: '{}', key: 'k' } }
  const short = { stage: 'quality', status: 'dropped', reason: 'gopher_short_doc', detail: '3 words' } as const
  const refused = { stage: 'infer', status: 'failed', reason: 'STREAM_HTTP_400', detail: 'too long' } as const
  const same = { stage: 'dedupe', status: 'dropped', reason: 'duplicate', detail: '' }
  const loop = { stage: 'collapse', status: 'dropped', reason: 'ngram_loop', detail: '' } as const
  await sink.write(batchOf(0, [generatedRow(9)], [
    { row: seedRow(0, 'the whole seed'), ...short }, { row: prompt, ...refused }, { row: completion, ...loop },
  ]))
  await sink.write(batchOf(1, [], [reject(4, { row: seedRow(4, 'y'.repeat(200)) })]))
  await sink.write(batchOf(2, [], [reject(5, { row: seedRow(5, '') })]))
  await sink.finish()
  const rejected = join(folder, '_rejected')
  t.equal(partsIn(rejected).length, 2)
  t.same(rowsIn(rejected), [
    { id: 's0', seed_id: 's0', ...short, text: 'the whole seed' },
    { id: prompt.id, seed_id: 's1', ...refused, text: null },
    { id: completion.id, seed_id: 's2', ...loop, text: 'loop loop loop' },
    { id: 's4', seed_id: 's4', ...same, text: 'y'.repeat(200) },
    { id: 's5', seed_id: 's5', ...same, text: '' },
  ])
  t.same(sink.progress, { written: 1, rejected: 5, parts: 1, keptTokens: 29 })
})

t.test('kept columns: values by table and row, nulls without one, and names that are taken', async (t) => {
  const folder = t.testdir()
  const url = new Field('url', new Utf8(), false)
  const text = new Field('text', new Utf8(), true)
  const meta = new Field('meta', new Struct([new Field('n', new Int32(), true)]), true)
  const fields = [url, text, meta]
  const tables = [0, 1].map((k) => tableOf(fields, [
    columnOf(url, [`u${k}0`, `u${k}1`]), columnOf(text, [`t${k}`, null]), columnOf(meta, [{ n: k }, null]),
  ]))
  const sink = await openFolderSink(optionsFor(folder, { keptFields: fields }))
  const at = [[0, 1], [1, 0], [1, 0], null, [0, 0]] as const
  await sink.write(batchOf(0, at.map((place, n) => generatedRow(n, 'x', {
    seed: seedRow(n, 's', place && { table: tables[place[0]]!, index: place[1] }),
  }))))
  await sink.finish()
  const rows = rowsIn(folder)
  t.same(rows.map((row) => row['url']), ['u01', 'u10', 'u10', null, 'u00'])
  t.same(rows.map((row) => row['seed_text']), [null, 't1', 't1', null, 't0'])
  t.same(rows.map((row) => (row['meta'] as { n: number } | null)?.n), [undefined, 1, 1, undefined, 0])
  t.same(rows.map((row) => row['text']), ['x', 'x', 'x', 'x', 'x'])
})

t.test('kept names that collide all the same are refused before anything is made', async (t) => {
  const folder = join(t.testdir(), 'out')
  const keep = (...names: string[]): SinkOptions =>
    optionsFor(folder, { keptFields: names.map((name) => new Field(name, new Utf8(), true)) })
  const message = /"text" would be written as "seed_text"/
  await t.rejects(openFolderSink(keep('seed_text', 'text')), { name: 'ConfigInvalidError', message })
  await t.rejects(openFolderSink(keep('id')), ConfigInvalidError, 'seed_id is an output column')
  await t.rejects(openFolderSink(keep('a', 'a')), ConfigInvalidError)
  t.notOk(existsSync(folder))
  const sink = await openFolderSink(keep('Text', 'TEXTS', 'A', 'a'))
  await sink.finish()
  const names = readPart(join(folder, 'part-00000-r1.parquet')).schema.fields.map(({ name }) => name)
  t.same(names.slice(-4), ['seed_Text', 'TEXTS', 'A', 'a'])
})

t.test('nothing is visible before it is complete', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  const text = 'x'.repeat(500)
  for (const seq of numbers(20)) {
    await sink.write(batchOf(seq, numbers(200, seq * 200).map((n) => generatedRow(n, text))))
  }
  t.same(readdirSync(folder).sort(), ['.part-00000-r1.parquet.tmp', '_rejected'])
  await sink.finish()
  t.same(readdirSync(folder).sort(), ['_SUCCESS', '_rejected', 'part-00000-r1.parquet'])
  t.equal(rowsIn(folder).length, 4000)
})

t.test('what a dead run left is cleared, what it finished stays', async (t) => {
  const folder = t.testdir()
  mkdirSync(join(folder, '_rejected'))
  const before = await openFolderSink(optionsFor(folder))
  await before.write(batchOf(0, [generatedRow(0)]))
  await before.finish()
  writeFileSync(join(folder, '.part-00001-r1.parquet.tmp'), 'half')
  writeFileSync(join(folder, '_rejected', '.part-00000-old.parquet.tmp'), 'half')
  writeFileSync(join(folder, '.hidden'), 'mine')
  const sink = await openFolderSink(optionsFor(folder))
  t.same(readdirSync(folder).sort(), ['.hidden', '_rejected', 'part-00000-r1.parquet'])
  t.same(readdirSync(join(folder, '_rejected')), [])
  await sink.write(batchOf(0, [generatedRow(1)]))
  await sink.finish()
  t.same(rowsIn(folder).map((row) => row['seed_id']), ['s0', 's1'], 'numbers go on')
})

t.test('abort keeps what was written and no _SUCCESS', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder, { partBytes: 1000 }))
  for (const seq of numbers(5)) {
    await sink.write(batchOf(seq, numbers(3, seq * 3).map((n) => generatedRow(n, 'z'.repeat(200))), [
      reject(seq),
    ]))
  }
  await Promise.all([sink.abort(), sink.abort()])
  t.same(readdirSync(folder).filter((name) => !name.startsWith('part-')), ['_rejected'])
  t.same(rowsIn(folder).map((row) => row['seed_id']), numbers(15).map((n) => `s${n}`))
  t.equal(rowsIn(join(folder, '_rejected')).length, 5)
  t.same(sink.progress, { written: 15, rejected: 5, parts: partsIn(folder).length, keptTokens: 15 * 20 + 105 })
  await t.rejects(sink.write(batchOf(5, [generatedRow(99)])), SinkFailedError)
  await t.rejects(sink.finish(), SinkFailedError)
  await sink.abort()
})

t.test('abort before anything was written leaves no part; abort after finish changes nothing', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  await sink.abort()
  t.same(partsIn(folder), [])
  const done = await openFolderSink(optionsFor(folder))
  await done.write(batchOf(0, [generatedRow(0)]))
  await done.finish()
  await done.abort()
  t.same(readdirSync(folder).sort(), ['_SUCCESS', '_rejected', 'part-00000-r1.parquet'])
  await t.rejects(done.write(batchOf(1, [generatedRow(1)])), SinkFailedError)
})

t.test('many small batches make one part of few row groups', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  for (const n of numbers(3000)) await sink.write(batchOf(n, [generatedRow(n)]))
  await sink.finish()
  const path = join(folder, 'part-00000-r1.parquet')
  t.same(rowsIn(folder).map((row) => row['token_count']), numbers(3000, 20))
  t.equal(readParquet(readFileSync(path)).numBatches, 3, 'read in batches of 1,024 rows')
})

t.test('writes may be called without waiting', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder, { partBytes: 50_000 }))
  const batches = numbers(50).map((seq) =>
    batchOf(seq, numbers(20, seq * 20).map((n) => generatedRow(n, 'w'.repeat(100)))))
  await Promise.all(batches.map((batch) => sink.write(batch)))
  await sink.finish()
  t.same(rowsIn(folder).map((row) => row['seed_id']), numbers(1000).map((n) => `s${n}`))
})
