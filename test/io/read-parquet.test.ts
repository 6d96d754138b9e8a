import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Table, tableToIPC, Utf8, vectorFromArray } from '../../dist/io/arrow.js'
import { openParquet } from '../../dist/io/read-parquet.js'

interface PlainWriter {
  setRowGroupSize(rows: number): void
  appendRow(row: object): Promise<void>
  close(): Promise<void>
}
interface PlainParquet {
  ParquetSchema: new (fields: object) => object
  ParquetWriter: { openFile(schema: object, path: string, options: object): Promise<PlainWriter> }
}

const require = createRequire(import.meta.url)
const parquet = require('parquet-wasm') as typeof import('parquet-wasm')
const plain = require('parquetjs-lite') as PlainParquet

const ROWS = 40_000
const wanted = { text: 'text', id: null, score: null, labels: [], keep: [] }
const textOf = (row: number) => `${row} ${'0123456789'.repeat(100)}`

/** Read one row group of 40 MB whole; returns what was wrong with the rows, and how much was fetched at once. */
async function readBig(path: string): Promise<{ rows: number; wrong: number; fetches: number[] }> {
  const fetches: number[] = []
  const slice = Blob.prototype.slice
  Blob.prototype.slice = function (start, end, type) {
    const part = slice.call(this, start, end, type)
    fetches.push(part.size)
    return part
  }
  try {
    const file = await openParquet(path)
    let rows = 0
    let wrong = 0
    for await (const decoded of file.rows(wanted, () => {})) {
      for (let i = 0; i < decoded.length; i++) if (decoded.text(i) !== textOf(rows++)) wrong++
    }
    await file.close()
    return { rows, wrong, fetches }
  } finally {
    Blob.prototype.slice = slice
  }
}

t.test('a big row group with a page index is read in windows', async (t) => {
  const path = join(t.testdir({}), 'x.parquet')
  const table = new Table({ text: vectorFromArray(Array.from({ length: ROWS }, (_, i) => textOf(i)), new Utf8()) })
  const properties = new parquet.WriterPropertiesBuilder().setCompression(parquet.Compression.UNCOMPRESSED)
    .setDictionaryEnabled(false).build()
  writeFileSync(path, parquet.writeParquet(parquet.Table.fromIPCStream(tableToIPC(table, 'stream')), properties))
  const { rows, wrong, fetches } = await readBig(path)
  t.strictSame([rows, wrong], [ROWS, 0])
  t.ok(Math.max(...fetches) < 24 << 20, `${Math.max(...fetches)} bytes at once`)
  t.ok(fetches.reduce((a, b) => a + b) < ROWS * 1024 * 1.3)
})

t.test('a big row group without one is fetched whole, and not once for every window', async (t) => {
  const path = join(t.testdir({}), 'x.parquet')
  const schema = new plain.ParquetSchema({ text: { type: 'UTF8' } })
  const writer = await plain.ParquetWriter.openFile(schema, path, { useDataPageV2: false, pageIndex: false })
  writer.setRowGroupSize(ROWS)
  for (let row = 0; row < ROWS; row++) await writer.appendRow({ text: textOf(row) })
  await writer.close()
  const { rows, wrong, fetches } = await readBig(path)
  t.strictSame([rows, wrong], [ROWS, 0])
  t.equal(fetches.filter((size) => size > 32 << 20).length, 2)
})
