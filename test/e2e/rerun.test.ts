import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { englishText } from '../../bench/english.js'
import { startSimulated } from '../../bench/simulated/start.js'
import { checkBooks, ids, readParts, readSummary, root, run, sum } from './stream-process.js'

const recipe = (filters: string) => `
name: rerun
summary: Two rewrites of each document
source: test/e2e/rerun
steps:
  - name: rewrite
    shape: chat
    layout: document-first
    choose: all
    variants:
      - { name: plain, strategy: style, instruction: Write this text anew in plain words. }
      - { name: list, strategy: format, instruction: Set out what this text says as a list. }
    sampling: { temperature: 0.7, max_tokens: 120 }
    maxDocumentChars: 4000
filters: ${filters}
`
const open = '{ minTokens: 1, maxTokens: null, truncated: keep, collapse: false }'
const strict = '{ minTokens: 60, maxTokens: 200, truncated: drop, collapse: true }'

/** Seeds with a score each; all of them pass the Gopher rules but for every fifth, which is too short. */
const seeds = Array.from({ length: 60 }, (_, n) => ({ id: `s${n}`, text: englishText(n, n % 5 === 0 ? 120 : 1500), score: n % 10 }))
const lines = (rows: readonly object[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`

/** The same order in every run of this test, and no other than the first: 37 and 60 have no common divisor. */
const shuffled = seeds.map((_, n) => seeds[(n * 37 + 11) % seeds.length]!)

t.test('other filters, order, batches and parts over the same folder: no request, other rows, proven', async (t) => {
  const folder = t.testdir({ 'open.yaml': recipe(open), 'strict.yaml': recipe(strict), 'seeds.jsonl': lines(seeds) })
  const [input, out] = [join(folder, 'seeds.jsonl'), join(folder, 'out')]
  const endpoint = await startSimulated(['--speed', 200, '--output-mean', 100, '--output-cv', 0.8])
  t.teardown(() => endpoint.stop())
  const received = async () => (await endpoint.stats()).requests.received

  /** One run; its books checked and proven. */
  async function rows(name: string, ...options: string[]) {
    const { code, stderr } = await run([input, out, '--endpoint', endpoint.url, '--recipe', join(folder, `${name}.yaml`), '--keep-columns', 'score', '--quiet', ...options])
    t.equal(code, 0, stderr)
    checkBooks(t, out)
    const verified = spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out, '--json'], { encoding: 'utf8' })
    t.match(JSON.parse(verified.stdout), { status: 'proven' }, verified.stdout)
    const summary = readSummary(out)
    const parts = readdirSync(out).filter((file) => /^part-.*\.parquet$/.test(file)).length
    return { summary, written: readParts(out), parts }
  }

  const all = await rows('open', '--dedupe', 'none')
  const asked = await received()
  t.equal(asked, 2 * seeds.length)
  t.equal(all.written.length, asked, 'nothing is filtered yet')
  t.equal(all.parts, 1)

  writeFileSync(input, lines(shuffled))
  const few = await rows('strict', '--dedupe', 'exact', '--quality', 'gopher,column:score>=3', '--part-size', '4KB', '--max-concurrency', '3')
  t.equal(await received(), asked, 'every reply is found')
  t.match(few.summary, { run: { resumed: true }, requests: { sent: 0, cached: few.summary.requests.planned } })
  const kept = seeds.filter(({ score }, n) => score >= 3 && n % 5 !== 0).map(({ id }) => id)
  t.match(few.summary.seeds, { kept: kept.length, dropped: { gopher_short_doc: 12 } })
  t.equal(few.summary.requests.planned, 2 * kept.length)
  t.ok(sum(few.summary.outputs.dropped) > 0, 'the stricter recipe drops outputs')
  t.ok(few.parts > 1, 'in smaller parts')
  // Exactly those of the first run that the filters let pass, each as it was; nothing collapses here.
  const textOf = new Map(all.written.map((row) => [String(row['id']), row]))
  for (const row of few.written) t.equal(row['text'], textOf.get(String(row['id']))?.['text'])
  const passes = all.written.filter((row) => {
    const tokens = Number(row['token_count'])
    return kept.includes(String(row['seed_id'])) && row['finish_reason'] === 'stop' && tokens >= 60 && tokens <= 200
  })
  t.same(ids(few.written), ids(passes))

  const again = await rows('open', '--dedupe', 'none', '--max-concurrency', '50')
  t.equal(await received(), asked, 'and back')
  t.same(ids(again.written), ids(all.written), 'what was dropped in between is there again')
})
