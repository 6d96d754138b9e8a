import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FileNumbers, RowMarks } from '../../dist/io/row-marks.js'
import { openLedger, readLedger } from '../../dist/run/ledger.js'
import type { Summary } from '../../dist/run/summary.js'

const id = (n: number) => n.toString(16).padStart(32, '0')
const digest = (n: number) => n.toString(16).padStart(16, 'f')

function part(name: string, rows: number, first = 1) {
  const marks = new RowMarks(new FileNumbers())
  for (let n = 0; n < rows; n++) marks.add(id(first + n), { file: n % 2 ? 'b.parquet' : 'a.parquet', row: n }, digest(n))
  return { name, rows, tokens: 7 * rows, marks: marks.bytes, files: marks.files }
}

function folders(t: { testdir(): string }) {
  const folder = join(t.testdir(), 'out')
  mkdirSync(join(folder, '_run'), { recursive: true })
  return { folder, state: join(folder, '_run', 'state') }
}

t.test('what was committed is read back, mark by mark, also where it takes several values', async (t) => {
  const { folder, state } = folders(t)
  const rows = 2 ** 16 + 3
  const ledger = await openLedger(state, { id: 'r1', folder }, null)
  await ledger.commit(part('part-00000-r1.parquet', rows))
  await ledger.commit(part('_rejected/part-00000-r1.parquet', 1))
  await ledger.close()
  const reading = readLedger(state, 'r1')!
  t.equal(reading.run?.summary, null, 'not sealed yet')
  t.match(reading.parts, [{ name: '_rejected/part-00000-r1.parquet', rows: 1 }, { name: 'part-00000-r1.parquet', rows, tokens: 7 * rows }])
  t.same(reading.parts[1]!.files, { 0: 'a.parquet', 1: 'b.parquet' })
  const marks = [...reading.marks(reading.parts[1]!)]
  t.equal(marks.length, rows)
  for (const n of [0, 1, 2 ** 16 - 1, 2 ** 16, rows - 1]) t.same(marks[n], { id: id(1 + n), file: n % 2, row: n, digest: digest(n) })
  await reading.close()
})

t.test('sealed: the summary is there', async (t) => {
  const { folder, state } = folders(t)
  const ledger = await openLedger(state, { id: 'r1', folder }, null)
  await ledger.seal({ run: { id: 'r1' } } as Summary)
  await ledger.close()
  const reading = readLedger(state, 'r1')!
  t.match(reading.run?.summary, { run: { id: 'r1' } })
  await reading.close()
})

t.test('a new run into the folder forgets the one before, and not the run of another folder', async (t) => {
  const { folder, state } = folders(t)
  const other = join(t.testdirName, 'other')
  mkdirSync(join(other, '_run'), { recursive: true })
  for (const [run, where] of [['r1', folder], ['r2', other], ['r3', folder]] as const) {
    const ledger = await openLedger(state, { id: run, folder: where }, null)
    await ledger.commit(part(`part-00000-${run}.parquet`, 5))
    await ledger.close()
  }
  const counts = []
  for (const run of ['r1', 'r2', 'r3']) {
    const reading = readLedger(state, run)!
    counts.push([reading.run !== null, reading.parts.length])
    await reading.close()
  }
  t.same(counts, [[false, 0], [true, 1], [true, 1]])
  const moved = await openLedger(state, { id: 'r4', folder }, 'r2')
  await moved.close()
  const reading = readLedger(state, 'r2')!
  t.same([reading.run, reading.parts], [null, []], 'the run that the folder was said to hold goes too')
  await reading.close()
})

t.test('no ledger is null', async (t) => {
  t.equal(readLedger(t.testdir(), 'r1'), null)
})
