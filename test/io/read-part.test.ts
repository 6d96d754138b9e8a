import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { PartReader, type PartRow } from '../../dist/io/read-part.js'
import { readMarks, seedMark, type CommittedPart } from '../../dist/io/row-marks.js'
import { openFolderSink } from '../../dist/io/sink.js'
import { batchOf, constants, generatedRow, reject, seedRow } from './sink-rows.ts'

/** Write one batch, and give its parts as the ledger hears of them. */
async function written(folder: string, batch: ReturnType<typeof batchOf>, partBytes = 2 ** 20) {
  const parts: CommittedPart[] = []
  const sink = await openFolderSink({ folder, runId: 'r1', keptFields: [], partBytes, constants, onPart: async (part) => void parts.push(part) })
  await sink.write(batch)
  await sink.finish()
  return new Map(parts.map((part) => [part.name, part]))
}

async function rowsOf(path: string, rejected: boolean): Promise<PartRow[]> {
  const reader = new PartReader()
  try {
    const { rows } = await reader.open(path, rejected)
    const read: PartRow[] = []
    for await (const batch of rows) read.push(...batch)
    return read
  } finally {
    await reader.close()
  }
}

const odd = ['', 'plain', '\ufeffmark', 'nul \0 in it', 'lone \ud800 surrogate', '\u{1F600} 二', 'a\r\nb', 'x'.repeat(3_000_000)]

t.test('what is read back has the digest of what was written, whatever the text', async (t) => {
  const folder = t.testdir()
  const rows = odd.map((text, n) => generatedRow(n, text, { tokenCount: n === 3 ? null : n }))
  const rejects = [
    ...odd.map((text, n) => reject(n, { row: seedRow(n, text), detail: text.slice(0, 20) })),
    reject(50, { row: generatedRow(50), stage: 'infer', status: 'failed', reason: 'STREAM_HTTP_400' }),
    reject(51, { row: { ...generatedRow(51), text: undefined }, stage: 'infer', status: 'failed' }),
  ]
  const parts = await written(folder, batchOf(0, rows, rejects))
  for (const [name, rejected] of [['part-00000-r1.parquet', false], ['_rejected/part-00000-r1.parquet', true]] as const) {
    const marks = [...readMarks(Buffer.from(parts.get(name)!.marks))]
    const read = await rowsOf(join(folder, name), rejected)
    t.same(read.map(({ digest }) => digest), marks.map(({ digest }) => digest), name)
    t.same(read.map(({ id, seedId }) => (id === seedId ? seedMark : id)), marks.map(({ id }) => id))
    t.equal(new Set(marks.map(({ digest }) => digest)).size, marks.length, 'each its own')
    t.same(parts.get(name)!.files, { 0: 'a.parquet' })
  }
  const [first] = readMarks(Buffer.from(parts.get('_rejected/part-00000-r1.parquet')!.marks))
  t.match(first, { id: seedMark, file: 0, row: 0 })
})

t.test('the digest is another one when text, id, seed or count are', async (t) => {
  const folder = t.testdir()
  const row = generatedRow(1)
  const others = [
    { ...row, text: `${row.text} ` }, { ...row, id: generatedRow(2).id }, { ...row, seed: { ...row.seed, id: 's2' } },
    { ...row, tokenCount: 99 },
  ]
  const parts = await written(folder, batchOf(0, [row, ...others]))
  const marks = [...readMarks(Buffer.from(parts.get('part-00000-r1.parquet')!.marks))]
  t.equal(new Set(marks.map(({ digest }) => digest)).size, 5)
})

t.test('marks survive any number of rows and files', async (t) => {
  const row = fc.record({ n: fc.nat(2 ** 32 - 1), file: fc.constantFrom('a', 'b', 'ü/c.parquet'), at: fc.integer({ min: 0, max: 2 ** 40 - 1 }) })
  await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 2000 }), async (all) => {
    const folder = t.testdir()
    const rows = all.map(({ n, file, at }) => generatedRow(n, 'x', { tokenCount: 0, seed: { ...seedRow(1), locator: { file, row: at } } }))
    const part = (await written(folder, batchOf(0, rows))).get('part-00000-r1.parquet')!
    const marks = [...readMarks(Buffer.from(part.marks))].map(({ id, file, row }) => ({ id, file: part.files[file], row }))
    t.strictSame(marks, all.map(({ n, file, at }) => ({ id: generatedRow(n).id, file, row: at })))
  }), { numRuns: 15 })
})

t.test('a file that is no part, and one that is cut short, are refused by name', async (t) => {
  const seeds = new URL('../../fixtures/seeds.parquet', import.meta.url).pathname
  await t.rejects(rowsOf(seeds, false), { code: 'STREAM_INPUT_UNREADABLE', message: /seeds\.parquet has no column seed_id, token_count/ })
  const path = join(t.testdir({ 'part.parquet': 'PAR1 and no more' }), 'part.parquet')
  await t.rejects(rowsOf(path, false), { code: 'STREAM_INPUT_UNREADABLE', message: /part\.parquet cannot be read/ })
})
