import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { Table, Utf8, vectorFromArray } from '../../dist/io/arrow.js'
import type { SourceFile, SourceFormat } from '../../dist/io/inputs.js'
import { Reader, READER_LIMITS } from '../../dist/io/reader.js'
import { ipcFile, ipcStream, parquetFile } from './seed-files.ts'

const table = new Table({ text: vectorFromArray(Array.from({ length: 100 }, (_, i) => `text ${i}`), new Utf8()) })
const wanted = { text: 'text', id: null, score: null, labels: [], keep: [] }
const pack = { file: 'x', batchRows: 10, batchBytes: 1 << 20, shard: null, limit: null, labels: 0 }

function fileAt(path: string, format: SourceFormat): SourceFile {
  return { name: path, path, format, bytes: statSync(path).size }
}

async function rows(reader: Reader): Promise<number> {
  let count = 0
  for await (const batch of reader.read(wanted, pack)) count += batch.texts.length
  return count
}

t.test('a decoder that crashes takes its thread along, not the process, and the next file is read', async (t) => {
  // Asking for a column that is not there makes parquet-wasm panic.
  const dir = t.testdir({ 'x.parquet': parquetFile(table) })
  const file = fileAt(join(dir, 'x.parquet'), 'parquet')
  const reader = new Reader()
  await reader.open(file)
  const reading = async () => { for await (const batch of reader.read({ ...wanted, keep: ['absent'] },
    pack)) t.fail(String(batch.texts.length)) }
  await t.rejects(reading(), {
    code: 'STREAM_INPUT_UNREADABLE',
      message: /x\.parquet cannot be read: row group 0: its decoder crashed \(unreachable\)/,
  })
  await reader.open(file)
  t.equal(await rows(reader), 100)
  await reader.close()
})

t.test('a decoder that gets nowhere is given up', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(table) })
  // No file is opened within a millisecond of computing: the thread has to load its decoders first.
  const reader = new Reader({ ...READER_LIMITS, busyMs: 1 })
  await t.rejects(reader.open(fileAt(join(dir, 'x.parquet'), 'parquet')), {
    code: 'STREAM_INPUT_UNREADABLE', message: /its decoder got nowhere in/,
  })
  await reader.close()
})

t.test('a thread whose heap overflows is given up', async (t) => {
  const dir = t.testdir({ 'x.jsonl': '{"text":"a"}\n' })
  // Loading its code alone takes more than 4 MiB.
  const reader = new Reader({ ...READER_LIMITS, heapMb: 4 })
  await t.rejects(reader.open(fileAt(join(dir, 'x.jsonl'), 'jsonl')), {
    code: 'STREAM_INPUT_UNREADABLE', message: /needs more than 4 MiB of heap/,
  })
  await reader.close()
})

t.test('the longest line that is read parses within the heap, at its worst', async (t) => {
  const dir = t.testdir({})
  const path = join(dir, 'x.jsonl')
  const reader = new Reader()
  writeFileSync(path, `{"text":"a","o":[${'{},'.repeat(5_000_000)}{}]}\n{"text":"${'x'.repeat(64 << 20)}"}\n`)
  await reader.open(fileAt(path, 'jsonl'))
  await t.rejects(rows(reader), { code: 'STREAM_INPUT_UNREADABLE', message: /line 2: longer than 64 MiB/ })
  await reader.close()
})

t.test('a consumer that leaves in the middle does not spoil the next read', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(table), 'y.parquet': parquetFile(table) })
  const reader = new Reader()
  await reader.open(fileAt(join(dir, 'x.parquet'), 'parquet'))
  for await (const batch of reader.read(wanted, pack)) if (batch.rows[0]! > 0) break
  await reader.open(fileAt(join(dir, 'y.parquet'), 'parquet'))
  t.equal(await rows(reader), 100)
  await reader.close()
})

t.test('the thread does not run ahead of a slow consumer', async (t) => {
  const lines = `${JSON.stringify({ text: 'old '.repeat(2500) })}\n`.repeat(1000)
  const dir = t.testdir({ 'x.jsonl': lines, 'y.jsonl': lines })
  const path = join(dir, 'x.jsonl')
  const reader = new Reader()
  await reader.open(fileAt(path, 'jsonl'))
  const batches = reader.read(wanted, pack)
  await batches.next()
  // Another thread reads the same amount to its end: time enough for the first, if it did not wait.
  const other = new Reader()
  await other.open(fileAt(join(dir, 'y.jsonl'), 'jsonl'))
  t.equal(await rows(other), 1000)
  await other.close()
  writeFileSync(path, lines.replaceAll('old', 'new'))
  let last = ''
  for await (const batch of batches) last = batch.texts.at(-1)!
  t.equal(last.slice(0, 3), 'new')
  await reader.close()
})

t.test('closing ends a call that waits, and every later one', async (t) => {
  const dir = t.testdir({ 'x.parquet': parquetFile(table) })
  const reader = new Reader()
  const opening = t.rejects(reader.open(fileAt(join(dir, 'x.parquet'), 'parquet')), { code: 'STREAM_ABORTED' })
  await Promise.all([reader.close(), reader.close(), opening])
  await t.rejects(reader.open(fileAt(join(dir, 'x.parquet'), 'parquet')), { code: 'STREAM_ABORTED' })
})

t.test('a file that is gone', async (t) => {
  const dir = t.testdir({})
  const reader = new Reader()
  for (const format of ['parquet', 'arrow-file', 'arrow-stream', 'jsonl', 'jsonl.gz'] as const) {
    const path = join(dir, `gone.${format}`)
    await t.rejects(reader.open({ name: 'gone', path, format, bytes: 10 }),
      { code: 'STREAM_INPUT_UNREADABLE', message: /gone\..* cannot be read: / })
  }
  await reader.close()
})

t.test('a file cut short never passes for a shorter one', async (t) => {
  const batch = (from: number) => new Table({ text: vectorFromArray(Array.from({ length: 50 },
    (_, i) => `text ${from + i}`), new Utf8()) })
  const long = new Table([0, 50, 100, 150].flatMap((from) => batch(from).batches))
  const whole = { parquet: parquetFile(long, 50), 'arrow-file': ipcFile(long), 'arrow-stream': ipcStream(long) }
  const path = join(t.testdir({}), 'cut')
  const reader = new Reader()
  const cuts = fc.tuple(fc.constantFrom('parquet', 'arrow-file', 'arrow-stream'),
    fc.double({ min: 0, max: 0.9999, noNaN: true }))
  await fc.assert(fc.asyncProperty(cuts, async ([format, part]) => {
    const bytes = whole[format as 'parquet']
    writeFileSync(path, bytes.subarray(0, Math.floor(part * bytes.length)))
    const texts: string[] = []
    try {
      await reader.open(fileAt(path, format as SourceFormat))
      for await (const batch of reader.read(wanted, pack)) texts.push(...batch.texts)
      // A stream that ends between two messages is whole by its format, with or without the end marker.
      assert.ok(format === 'arrow-stream' && texts.length % 50 === 0, `${format} cut at ${part}`)
    } catch (error) {
      assert.equal((error as { code: string }).code, 'STREAM_INPUT_UNREADABLE', String(error))
    }
    assert.deepEqual(texts, texts.map((_, i) => `text ${i}`))
  }), { numRuns: 150 })
  await reader.close()
})

t.test('Parquet: rows are counted against the footer', async (t) => {
  const bytes = parquetFile(table)
  // 100 as Thrift writes it in an i64 field, in the footer: rows of the file, values of the column, rows of its group.
  const hundred = Buffer.from([0x16, 0xc8, 0x01])
  const group = bytes.lastIndexOf(hundred)
  const file = bytes.indexOf(hundred)
  const path = join(t.testdir({}), 'x.parquet')
  const reader = new Reader()
  const fails = async (at: readonly number[], message: RegExp) => {
    const changed = Buffer.from(bytes)
    for (const place of at) changed[place + 1]! += 2
    writeFileSync(path, changed)
    await reader.open(fileAt(path, 'parquet'))
    await t.rejects(rows(reader), { code: 'STREAM_INPUT_UNREADABLE', message })
  }
  await fails([file, group], /row group 0: 100 rows could be decoded where the footer promises 101/)
  await fails([file], /its footer promises 101 rows but lists row groups of 100/)
  await reader.close()
})
