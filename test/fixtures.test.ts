import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { tableFromIPC, util, type Table } from 'apache-arrow'
import { ParquetFile, readParquet } from 'parquet-wasm'
import t from 'tap'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const dataFile = /\.(?:parquet|arrows?|jsonl|gz)$/

type Row = Record<string, any>

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && dataFile.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/').replace(/^\//, ''))
    .sort()
}

const bytesOf = (path: string): Buffer => readFileSync(join(fixtures, path))
const ipcOf = (path: string): Uint8Array =>
  path.endsWith('.parquet') ? readParquet(bytesOf(path)).intoIPCStream() : bytesOf(path)
const tableOf = (path: string): Table => tableFromIPC(ipcOf(path))
const rowsOf = (path: string): Row[] => tableOf(path).toArray().map((row) => row.toJSON())
const linesOf = (bytes: Buffer): Row[] => bytes.toString().trimEnd().split('\n').map((line) => JSON.parse(line))
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
/** A row as JSON, to be compared: nested values too, 64-bit integers as text. */
const plain = (row: Row): Row => JSON.parse(JSON.stringify({ ...row, meta: String(row['meta']) }, withoutBigInt))
const withoutBigInt = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

async function rowGroups(path: string): Promise<number[]> {
  const file = await ParquetFile.fromFile(new Blob([bytesOf(path)]))
  const groups = file.metadata().rowGroups().map((group) => group.numRows())
  file.free()
  return groups
}

t.test('the committed files are what the generator makes, byte for byte', async (t) => {
  const folder = t.testdir()
  await promisify(execFile)(process.execPath, [join(fixtures, 'make.js'), folder])
  const made = filesBelow(folder)
  t.same(made, filesBelow(fixtures), 'as many files')
  for (const path of made) t.equal(sha256(readFileSync(join(folder, path))), sha256(bytesOf(path)), path)
})

t.test('the README has a line for every file, and names no file that is not there', async (t) => {
  const readme = readFileSync(join(fixtures, 'README.md'), 'utf8')
  const named = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path)
  t.same(named.sort(), filesBelow(fixtures))
})

t.test('they are small', async (t) => {
  const total = filesBelow(fixtures).reduce((sum, path) => sum + bytesOf(path).length, 0)
  t.ok(total < 500_000, `${total} bytes`)
})

t.test('seeds.parquet holds what the README says', async (t) => {
  const rows = rowsOf('seeds.parquet')
  t.equal(rows.length, 60)
  t.same(await rowGroups('seeds.parquet'), [16, 16, 16, 12])
  t.equal(new Set(rows.map(({ id }) => id)).size, 60, 'ids are unique')
  const texts = rows.map(({ text }) => text).filter((text) => text?.trim())
  t.equal(texts.length - new Set(texts).size, 2, 'exact copies')
  const normal = texts.map((text) => text.toLowerCase().replace(/\s+/g, ' ').trim())
  t.equal(normal.length - new Set(normal).size, 3, 'copies up to case and white space')
  const languages = new Set(rows.map(({ lang }) => lang).filter(Boolean))
  t.same([...languages].sort(), ['ar', 'de', 'en', 'es', 'fr', 'ja', 'ru', 'zh'])
  t.same(rows.filter(({ text }) => !text?.trim()).map(({ id, text }) => [id, text]).sort(), [
    ['empty-text', ''], ['null-text', null], ['white-space-text', ' \n\t\u00a0 \n'],
  ])
})

t.test('no grammar mark is left in a page, and copies come after their original', async (t) => {
  const rows = rowsOf('seeds.parquet')
  for (const { id, text } of rows) {
    if (!text || id === 'prompt-templates' || id === 'special-tokens') continue
    t.notMatch(text, /\{\w+\}|<[^<>\n]*\|[^<>\n]*>|undefined|\[object|^\? /m, id)
  }
  const ids = rows.map(({ id }) => id as string)
  for (const id of ids.filter((id) => /-(?:copy|respelled|word|sentence)-\d$/.test(id))) {
    t.ok(ids.indexOf(id) > ids.indexOf(id.replace(/-\w+-\d$/, '')), id)
  }
})

t.test('twelve rows are the same in every format', async (t) => {
  const expected = rowsOf('seeds.none.parquet').map(plain)
  t.equal(expected.length, 12)
  t.equal(expected.filter(({ text }) => text === null).length, 1)
  for (const path of ['seeds.snappy.parquet', 'seeds.gzip.parquet', 'seeds.arrow', 'seeds.arrows']) {
    t.same(rowsOf(path).map(plain), expected, path)
  }
  t.equal(tableOf('seeds.arrow').batches.length, 3)
  t.equal(tableOf('seeds.arrows').batches.length, 3)
  t.same(gunzipSync(bytesOf('seeds.jsonl.gz')), bytesOf('seeds.jsonl'))
  const all = new Map(rowsOf('seeds.parquet').map((row) => [row.id, plain(row)]))
  t.same(expected, expected.map(({ id }) => all.get(id)), 'they are rows of the demo set')
  for (const [i, line] of linesOf(bytesOf('seeds.jsonl')).entries()) {
    const { text, url, lang, score, int_score } = expected[i]!
    t.match(line, { text, url, lang, score, int_score })
    const { published } = expected[i]!
    t.equal(line['published'] && Date.parse(line['published']), published && Math.floor(published))
  }
})

t.test('codecs are what the names say', async (t) => {
  const codecs = { 'seeds.parquet': 5, 'seeds.snappy.parquet': 1, 'seeds.gzip.parquet': 2, 'seeds.none.parquet': 0 }
  for (const [path, codec] of Object.entries(codecs)) {
    const file = await ParquetFile.fromFile(new Blob([bytesOf(path)]))
    const meta = file.metadata()
    t.same(meta.rowGroups().map((group) => group.column(1).compression()), meta.rowGroups().map(() => codec), path)
    t.equal(meta.fileMetadata().createdBy(), 'seedstream fixtures', 'says nothing that an upgrade would change')
    file.free()
  }
})

t.test('duplicates.parquet tells the truth about itself', async (t) => {
  const rows = rowsOf('cases/duplicates/duplicates.parquet')
  const kinds: Record<string, number> = {}
  for (const { kind } of rows) kinds[kind] = (kinds[kind] ?? 0) + 1
  t.same(kinds, { original: 10, exact: 6, respelled: 4, one_word: 4, one_sentence: 3, same_id: 1 })
  const originals = new Map(rows.filter(({ kind }) => kind === 'original').map((row) => [row.id, row.text as string]))
  const normal = (text: string) => text.toLowerCase().replace(/\s+/g, ' ').trim()
  for (const { id, text, kind, of } of rows) {
    const original = originals.get(of)
    if (kind === 'exact') t.equal(text, original, id)
    if (kind === 'respelled') t.ok(text !== original && normal(text) === normal(original!), id)
    if (kind === 'one_word') {
      const words = original!.split(/\s+/)
      t.equal(text.split(/\s+/).filter((word: string, i: number) => word !== words[i]).length, 1, id)
    }
    if (kind === 'one_sentence') {
      const shared = original!.lastIndexOf('. ') + 2
      t.ok(text !== original && text.startsWith(original!.slice(0, shared)), id)
    }
    if (kind === 'same_id') t.ok(originals.has(id) && originals.get(id) !== text, id)
  }
})

t.test('edge cases are the edges that they claim to be', async (t) => {
  t.equal(tableOf('cases/empty/empty.parquet').numRows, 0)
  t.same(tableOf('cases/empty/empty.parquet').schema.names, tableOf('seeds.parquet').schema.names)
  t.notOk(tableOf('cases/no-text-column/no-text-column.parquet').schema.names.includes('text'))
  t.throws(() => readParquet(bytesOf('cases/truncated/truncated.parquet')))
  t.equal(bytesOf('cases/truncated/truncated.parquet').subarray(0, 4).toString(), 'PAR1', 'begins like Parquet')
  t.throws(() => readParquet(bytesOf('cases/not-parquet/not-parquet.parquet')))
  t.same(rowsOf('cases/huge-row/huge-row.parquet').map(({ text }) => text.length > 300_000), [false, true, false])

  const ids = rowsOf('cases/int-ids/int-ids.parquet').map(({ id }) => id as bigint)
  t.equal(new Set(ids).size, 8)
  t.ok(new Set(ids.map(Number)).size < 8, 'some are one and the same as Number')

  const nulls = rowsOf('cases/nulls/nulls.parquet')
  t.equal(nulls.length, 10)
  t.same([nulls.filter(({ id }) => id === null).length, nulls.filter(({ text }) => text === null).length], [2, 3])
  t.ok(nulls.every(({ never }) => never === null))
  t.ok(nulls.some((row) => Object.values(row).every((value) => value === null)))
})

t.test('kept-types.parquet has every value as it was meant', async (t) => {
  const table = tableOf('cases/kept-types/kept-types.parquet')
  t.same(await rowGroups('cases/kept-types/kept-types.parquet'), [5, 5])
  const names = table.schema.names.slice(2).map(String)
  for (const name of names) t.equal(table.getChild(name)!.nullCount, 2, `${name}: two nulls`)
  // The stored values, since get() would bring 64-bit times through Number.
  const at = (name: string, row: number): unknown => {
    const first = table.batches[0]!.numRows
    return table.getChild(name)!.data[row < first ? 0 : 1]!.values[row < first ? row : row - first]
  }
  t.equal(at('at_second', 1), 1_716_025_267n)
  t.equal(at('at_millisecond', 0), -877n)
  t.equal(at('at_microsecond', 1), 1_716_025_267_123_457n)
  t.equal(at('at_nanosecond', 1), 1_716_025_267_123_456_790n)
  t.equal(at('int64', 1), 2n ** 62n + 1n)
  t.equal(at('uint64', 0), 2n ** 64n - 1n)
  const decimals = table.getChild('big_price')!.toArray() as Uint32Array
  t.equal(String(util.BN.decimal(decimals.slice(0, 4) as never)), '12345678901234567890123456789')
  const row = table.get(0)!.toJSON()
  t.same([...row['words']], ['one', null, 'three'])
  t.equal(String(row['counts']), '{"a": 0, "b": null}')
  t.equal(String(row['meta'].source), 'even')
  t.ok(Object.is(table.get(2)!.toJSON()['float64'], -0))
  t.ok(Number.isNaN(table.get(7)!.toJSON()['float64']))
})

t.test('odd-unicode.jsonl is UTF-8 without NUL, and only two rows are ill-formed once parsed', async (t) => {
  const bytes = bytesOf('cases/odd-unicode/odd-unicode.jsonl')
  t.doesNotThrow(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  const rows = linesOf(bytes)
  t.equal(rows.length, 13)
  for (const { id, text, odd } of rows) {
    t.equal(text.slice(text.indexOf('«') + 1, text.lastIndexOf('»')), odd, id)
    t.notOk(text.includes('\0'), 'no NUL')
  }
  const illFormed = rows.filter(({ text }) => text.toWellFormed() !== text).map(({ id }) => id)
  t.same(illFormed, ['unicode-lone-high-surrogate', 'unicode-lone-low-surrogate'])
  t.ok(bytes.includes('\\ud83d'), 'a half pair is an escape, not bytes')
  t.ok(bytes.includes('\u2028'), 'a line separator is itself, which a reader must not split at')
})

t.test('template-text.jsonl has the marks that a careless program would act on', async (t) => {
  const text = linesOf(bytesOf('cases/template-text/template-text.jsonl')).map(({ text }) => text).join('\n')
  const marks = '{{text}} {{document}} [[DOCUMENT]] </document> <|endoftext|> <|im_start|> $& $1 $$ ${text}'
  for (const mark of marks.split(' ')) t.ok(text.includes(mark), mark)
})

t.test('the demo shows the first seed with the most variants, in 80 columns', async (t) => {
  const { showcase } = await import(new URL('../fixtures/demo/showcase.js', import.meta.url).href)
  const made = (seed_id: string, variant: string, text: string): Row =>
    ({ seed_id, variant, strategy: 'style', text, token_count: 7 })
  const long = 'word '.repeat(300)
  const page: string = showcase({
    input: 'in.parquet',
    output: 'out/',
    seeds: [
      { id: 'one', text: 'One.' }, { id: 'two', text: long },
      { id: 'three', text: 'Three.' }, { id: 'none', text: null },
    ],
    outputs: [
      made('one', 'facts', 'No'), made('gone', 'facts', 'No'),
      made('two', 'facts', 'Hello \u001b[31mred\u001b[0m \u202ethere'), made('two', 'lesson_plan', long),
      made('three', 'facts', 'No'), made('three', 'lesson_plan', 'No'),
    ],
    summary: {
      seeds: { dropped: { duplicate: 2 }, failed: {} },
      outputs: { written: 5, dropped: { too_short: 1 }, failed: { STREAM_X: 1 } },
    },
  }, { columns: 60 })
  t.match(page, /seed: two {2,}300 words/)
  t.match(page, /style: lesson plan {2,}7 tokens/)
  t.match(page, /Hello \[31mred\[0m there/)
  t.match(page, /\.\.\. and \d+ more lines/)
  t.match(page, /5 documents/)
  t.match(page, /4 rows left out/)
  t.notMatch(page, /No$/m)
  for (const line of page.split('\n')) if (!line.startsWith('    ')) t.ok(line.length <= 80, line)
})
