import t from 'tap'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ParquetFile, readParquet } from 'parquet-wasm'
import { Field, Int32, IntervalMonthDayNano, Schema, Utf8 } from '../../dist/io/arrow.js'
import type { DataType } from '../../dist/io/arrow.js'
import { toIpc } from '../../dist/io/column-data.js'
import { createParquetFile } from '../../dist/io/write-parquet.js'
import { columnOf } from './sink-rows.ts'

const options = { dictionaryColumns: ['x'], createdBy: 'seedstream 1.2.3' }

function block(type: DataType, values: readonly unknown[]): Uint8Array {
  const field = new Field('x', type, true)
  return toIpc(new Schema([field]), [columnOf(field, values)], values.length)
}

t.test('blocks become one file, renamed when it is complete', async (t) => {
  const folder = t.testdir()
  const [temporary, path] = [join(folder, '.x.tmp'), join(folder, 'x.parquet')]
  const file = await createParquetFile(temporary, options)
  await file.write(block(new Utf8(), ['a', 'b']))
  await file.write(block(new Utf8(), []))
  await Promise.all([file.write(block(new Utf8(), ['c'])), file.write(block(new Utf8(), ['d']))])
  t.same(readdirSync(folder), ['.x.tmp'])
  await file.close(path, 4)
  t.same(readdirSync(folder), ['x.parquet'])
  t.equal(readParquet(readFileSync(path)).recordBatch(0)!.numRows, 4)
  const metadata = (await ParquetFile.fromFile(new Blob([readFileSync(path)]))).metadata()
  t.equal(metadata.fileMetadata().createdBy(), 'seedstream 1.2.3')
})

t.test('a block that the encoder drops in silence is found by the footer', async (t) => {
  const folder = t.testdir()
  for (const [bad, message] of [
    [block(new IntervalMonthDayNano(), [new Int32Array(4)]), /kept 0 of 1 rows/],
    [block(new Int32(), [1]), /kept 2 of 3 rows/],
  ] as const) {
    const file = await createParquetFile(join(folder, '.x.tmp'), options)
    const good = message.source.includes('2 of 3')
    if (good) await file.write(block(new Utf8(), ['a', 'b']))
    await file.write(bad)
    await t.rejects(file.close(join(folder, 'x.parquet'), good ? 3 : 1), { message })
    await file.discard()
    t.same(readdirSync(folder), [])
  }
})

t.test('a block that is no Arrow stream fails the file, at once and for good', async (t) => {
  const folder = t.testdir()
  const file = await createParquetFile(join(folder, '.x.tmp'), options)
  await file.write(block(new Utf8(), ['a']))
  await t.rejects(file.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
  await t.rejects(file.write(block(new Utf8(), ['b'])))
  await t.rejects(file.close(join(folder, 'x.parquet'), 2))
  await file.discard()
  t.same(readdirSync(folder), [])
})

t.test('a name that is taken is an error', async (t) => {
  const folder = t.testdir({ '.x.tmp': 'mine' })
  await t.rejects(createParquetFile(join(folder, '.x.tmp'), options), { code: 'EEXIST' })
  t.ok(existsSync(join(folder, '.x.tmp')))
})
