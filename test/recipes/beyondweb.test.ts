import { gunzipSync } from 'node:zlib'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { beyondweb } from '../../dist/recipes/beyondweb.js'
import { chooseVariants } from '../../dist/recipes/prompts.js'
import { readParts, run, seeds } from '../e2e/stream-process.ts'

const [step] = beyondweb.steps
const conversational = new Set(step!.variants.filter((variant) => variant.conversational).map(({ name }) => name))

t.test('families and variants have equal weights: one of each family a document, each variant as often as its siblings', async (t) => {
  const drawn = new Map<string, number>()
  for (let n = 0; n < 12_000; n++) {
    const chosen = chooseVariants(step!, { id: `d${n}`, slots: {} } as never, 0)
    t.equal(new Set(chosen.map(({ task }) => task.strategy)).size, 3)
    for (const { task } of chosen) drawn.set(task.name, (drawn.get(task.name) ?? 0) + 1)
  }
  t.equal(drawn.size, 12)
  // 3,000 expected of each; 5 standard deviations are 237.
  for (const [name, count] of drawn) t.ok(Math.abs(count - 3000) < 240, `${name}: ${count}`)
})

/** Share of the tokens of a run's outputs that are conversational. */
async function share(input: string, folder: string): Promise<number> {
  const { code, stderr } = await run([input, folder, '--quiet', '--limit', '120'])
  t.equal(code, 0, stderr)
  const rows = readParts(folder)
  const sum = (of: typeof rows) => of.reduce((n, row) => n + Number(row['token_count']), 0)
  return sum(rows.filter(({ variant }) => conversational.has(String(variant)))) / sum(rows)
}

t.test('at least 20 % of the tokens are conversational', async (t) => {
  const got = await share(seeds, join(t.testdir(), 'out'))
  t.ok(got >= 0.2 && got < 1, `${got}`)
  t.comment(`${(100 * got).toFixed(1)} % of the tokens`)
})

const pages = new URL('../../../shared/data/seeds/web-en.jsonl.gz', import.meta.url)

t.test('and of real pages', { skip: !existsSync(pages) && 'no ../shared/data' }, async (t) => {
  const folder = t.testdir({ 'pages.jsonl': gunzipSync(readFileSync(pages)) })
  const got = await share(join(folder, 'pages.jsonl'), join(folder, 'out'))
  t.ok(got >= 0.2 && got < 1, `${got}`)
  t.comment(`${(100 * got).toFixed(1)} % of the tokens`)
})
