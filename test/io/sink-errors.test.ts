import t from 'tap'
import type { Test } from 'tap'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DenseUnion, Field, Int32, IntervalMonthDayNano, Utf8 } from '../../dist/io/arrow.js'
import { SinkFailedError } from '../../dist/errors.js'
import { openFolderSink } from '../../dist/io/sink.js'
import type { Sink, SinkOptions } from '../../dist/io/sink.js'
import { batchOf, constants, generatedRow, numbers, partsIn, reject, rowsIn, seedRow } from './sink-rows.ts'

function optionsFor(folder: string, over: Partial<SinkOptions> = {}): SinkOptions {
  return { folder, runId: 'r1', keptFields: [], partBytes: 2 ** 20, constants, ...over }
}

/** Write batches of `size` rows until the sink refuses one. */
async function writeUntilRefused(sink: Sink, text: () => string, size: number, most: number): Promise<unknown> {
  for (const seq of numbers(most)) {
    try {
      const rows = numbers(size, seq * size).map((n) => generatedRow(n, text()))
      await sink.write(batchOf(seq, rows, [reject(seq)]))
    } catch (error) {
      return error
    }
  }
  return undefined
}

/** The counts say what the folder holds, and nothing half-done is left. */
function checkCounts(t: Test, folder: string, sink: Sink): void {
  const { written, rejected, parts, keptTokens } = sink.progress
  const rows = rowsIn(folder)
  t.equal(written, rows.length)
  t.equal(rejected, rowsIn(join(folder, '_rejected')).length)
  t.equal(parts, partsIn(folder).length)
  t.equal(keptTokens, rows.reduce((sum, row) => sum + Number(row['token_count']), 0))
  const names = [...readdirSync(folder), ...readdirSync(join(folder, '_rejected'))]
  t.same(names.filter((name) => name.endsWith('.tmp') || name === '_SUCCESS'), [])
}

t.test('an output path that cannot be a folder', async (t) => {
  const folder = join(t.testdir({ file: 'not a folder' }), 'file', 'out')
  const message = new RegExp(`${folder}.*ENOTDIR`)
  await t.rejects(openFolderSink(optionsFor(folder)), { code: 'STREAM_SINK_FAILED', message })
})

const root = process.getuid?.() === 0 && 'permissions do not bind root'

t.test('a folder without write permission', { skip: root }, async (t) => {
  const folder = t.testdir()
  mkdirSync(join(folder, 'out'), { mode: 0o555 })
  await t.rejects(openFolderSink(optionsFor(join(folder, 'out'))), { code: 'STREAM_SINK_FAILED', message: /EACCES/ })
})

t.test('types that cannot be kept', async (t) => {
  const folder = join(t.testdir(), 'out')
  const union = new DenseUnion([0, 1], [new Field('a', new Int32()), new Field('b', new Utf8())])
  for (const type of [union, new IntervalMonthDayNano()]) {
    const keptFields = [new Field('odd', type, true)]
    const refused = openFolderSink(optionsFor(folder, { keptFields }))
    await t.rejects(refused, { code: 'STREAM_SCHEMA_MISMATCH', message: /"odd"/ })
  }
})

t.test('a part that cannot be renamed is lost with its rows, its neighbours are not', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder, { partBytes: 1000 }))
  mkdirSync(join(folder, 'part-00001-r1.parquet', 'in-the-way'), { recursive: true })
  const error = await writeUntilRefused(sink, () => 'x'.repeat(1000), 1, 20)
  t.match(error, { code: 'STREAM_SINK_FAILED', message: /part-00001-r1\.parquet: .*(EISDIR|ENOTEMPTY|EEXIST)/ })
  await t.rejects(sink.write(batchOf(9, [generatedRow(9)])), error as Error)
  await t.rejects(sink.finish(), error as Error)
  await sink.abort()
  rmSync(join(folder, 'part-00001-r1.parquet'), { recursive: true })
  checkCounts(t, folder, sink)
  const ids = rowsIn(folder).map((row) => row['seed_id'])
  t.equal(ids[0], 's0')
  t.notOk(ids.includes('s1'))
})

t.test('a folder that goes away', async (t) => {
  const folder = join(t.testdir(), 'out')
  const sink = await openFolderSink(optionsFor(folder))
  await sink.write(batchOf(0, [generatedRow(0)]))
  rmSync(folder, { recursive: true })
  await t.rejects(sink.finish(), { code: 'STREAM_SINK_FAILED', message: /part-00000-r1\.parquet: .*ENOENT/ })
  await sink.abort()
  t.same(sink.progress, { written: 0, rejected: 0, parts: 0, keptTokens: 0 })
})

t.test('a block that cannot be encoded costs its rows, not the part', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  await sink.write(batchOf(0, numbers(1024).map((n) => generatedRow(n))))
  const broken = generatedRow(2000, 'x', { samplingSeed: 0.5 })
  await sink.write(batchOf(1, [generatedRow(1024), broken]))
  await t.rejects(sink.finish(), { code: 'STREAM_SINK_FAILED', message: /0\.5/ })
  await sink.abort()
  checkCounts(t, folder, sink)
  t.equal(sink.progress.written, 1024)
})

t.test('a full disk', async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'sink-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    rmSync(disk, { recursive: true })
    t.comment('skipped: a small tmpfs may not be mounted here')
    return
  }
  try {
    const folder = join(disk, 'out')
    const sink = await openFolderSink(optionsFor(folder))
    // Text that hardly compresses, so that a part of 1 MB takes almost as much.
    const error = await writeUntilRefused(sink, () => randomBytes(3000).toString('base64'), 10, 1000)
    t.ok(error instanceof SinkFailedError)
    t.match(error, { message: /part-\d+-r1\.parquet: ENOSPC/ })
    await sink.abort()
    t.ok(sink.progress.written > 0)
    checkCounts(t, folder, sink)
  } finally {
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true })
  }
})

t.test('rejects go on where outputs fail', async (t) => {
  const folder = t.testdir()
  const sink = await openFolderSink(optionsFor(folder))
  mkdirSync(join(folder, 'part-00000-r1.parquet', 'in-the-way'), { recursive: true })
  await sink.write(batchOf(0, [generatedRow(0)], [reject(1), { ...reject(2), row: seedRow(2) }]))
  await t.rejects(sink.finish(), { code: 'STREAM_SINK_FAILED' })
  await sink.abort()
  rmSync(join(folder, 'part-00000-r1.parquet'), { recursive: true })
  checkCounts(t, folder, sink)
  t.match(sink.progress, { written: 0, rejected: 2 })
})
