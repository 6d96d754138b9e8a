/**
 * Seed documents as Parquet, the way the field ships them: zstd, row groups of 10,000, several files.
 *
 *   node bench/write-seeds.js FOLDER ROWS [CHARS]
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tableFromArrays, tableToIPC, vectorFromArray, Float32, Utf8 } from 'apache-arrow'
import { Compression, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm'
import { englishText } from './english.js'

const rowsPerFile = 50_000
const rowsPerGroup = 10_000

/** Far from the texts of the canned server and the bare loop, so that no document is anybody's answer. */
const firstSeed = 500_000_000

const [folder, rows, chars = 2000] = process.argv.slice(2).map((arg, i) => (i === 0 ? arg : Number(arg)))

function table(first, count) {
  const numbers = Array.from({ length: count }, (_, i) => first + i)
  const strings = (of) => vectorFromArray(numbers.map(of), new Utf8())
  return tableFromArrays({
    id: strings((i) => `doc-${String(i).padStart(9, '0')}`),
    text: strings((i) => englishText(firstSeed + i, chars)),
    url: strings((i) => `https://example.org/${i % 97}/${i}.html`),
    score: vectorFromArray(numbers.map((i) => (i % 50) / 10), new Float32()),
  })
}

await mkdir(folder, { recursive: true })
for (let first = 0, file = 0; first < rows; first += rowsPerFile, file++) {
  const ipc = tableToIPC(table(first, Math.min(rowsPerFile, rows - first)), 'stream')
  const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).setMaxRowGroupSize(rowsPerGroup).build()
  const bytes = writeParquet(Table.fromIPCStream(ipc), properties)
  await writeFile(join(folder, `seeds-${String(file).padStart(3, '0')}.parquet`), bytes)
}
