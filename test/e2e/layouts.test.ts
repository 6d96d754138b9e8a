import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { layoutNames } from '../../dist/io/layout-names.js'
import { verify } from '../../dist/run/verify.js'
import { readParts, readSummary, run, seeds } from './stream-process.js'

const limit = ['--limit', '12', '--quiet', '--seed', '0']
const options = { stateDir: null, most: 10, onPart: () => {} }

/** Every part below a folder, rejects left out. */
function partsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(^|\/)part-[^/]*\.parquet$/.test(name) && !name.startsWith('_'))
}

const rowsBelow = (folder: string) => [...new Set(partsBelow(folder).map((name) => join(folder, name, '..')))].flatMap(readParts)

/** The column that an output's text is in. */
const textColumn: Record<string, string> = { maga: 'content_split', mind: 'Text', synth: 'synthetic_answer' }

const folder = t.testdir()
const plain = join(folder, 'standard')
const texts = (where: string, column = 'text') => rowsBelow(where).map((row) => String(row[column])).toSorted()

// The standard layout is the first: the others are held against it.
for (const layout of layoutNames) {
  t.test(`${layout}: the texts of every layout are the same, and the run is proven; a changed part is not`, async (t) => {
    const out = join(folder, layout)
    const { code, stderr } = await run([seeds, out, '--layout', layout, ...limit])
    t.equal(code, 0, stderr)
    t.ok(texts(plain).length > 12)
    t.same(texts(out, textColumn[layout]), texts(plain))
    const verdict = await verify(out, options)
    t.same(verdict.violations, [])
    t.equal(verdict.status, 'proven')
    t.equal(verdict.proof?.tokens_kept, readSummary(plain).tokens.kept)

    const part = join(out, partsBelow(out)[0]!)
    const whole = readFileSync(part)
    writeFileSync(part, whole.subarray(0, 900))
    t.equal((await verify(out, options)).status, 'broken', 'a part that was cut off')
    writeFileSync(part, whole)
  })
}

t.test('what a row lost is noticed where rows have no ids', async (t) => {
  const [out, other] = [join(folder, 'cosmopedia'), join(folder, 'other')]
  await run([seeds, other, '--layout', 'cosmopedia', '--limit', '11', '--quiet', '--seed', '0'])
  writeFileSync(join(out, partsBelow(out)[0]!), readFileSync(join(other, partsBelow(other)[0]!)))
  const { status, violations } = await verify(out, options)
  t.equal(status, 'broken')
  t.match(violations, [{ what: 'is in the ledger and not in the part' }])
})

t.test('a run in folders replaces an earlier one, whatever its layout', async (t) => {
  const out = join(folder, 'nemotron-cc')
  for (const layout of ['nemotron-cc', 'standard', 'nemotron-cc']) {
    const { code, stderr } = await run([seeds, out, '--layout', layout, ...limit])
    t.equal(code, 0, stderr)
    t.match(await verify(out, options), { status: 'proven' }, layout)
    t.equal(partsBelow(out).every((name) => name.startsWith('quality=')), layout === 'nemotron-cc')
  }
  writeFileSync(join(out, 'quality=high', 'kind=synthetic', 'stray.parquet'), 'x')
  t.match(await verify(out, options), { status: 'broken', violations: [{ part: 'quality=high/kind=synthetic/stray.parquet' }] })
})
