import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkBooks, ids, readParts, readSummary, root, run } from './stream-process.js'

const duplicates = join(root, 'fixtures', 'cases', 'duplicates', 'duplicates.parquet')
const brief = ['--recipe', 'summarize', '--quiet']

/** Pages of different words, so that none is near another: every shingle has one of the page's own. */
function page(n: number): string {
  const word = (k: number) => `${'abcdefghij'[k % 10]}ra${'klmnopqrst'[Math.floor(k / 10) % 10]}o${'uvwxyzabcd'[Math.floor(k / 100) % 10]}en`
  return Array.from({ length: 12 }, (_, line) => {
    const own = word(n * 12 + line)
    return `On the ${own} day of ${own} the traveller ${own} wrote with ${own} hands to ${own} and rested.`
  }).join('\n')
}

/** Input and output of a run. */
function places(t: Test, rows: readonly object[]): [input: string, out: string] {
  const folder = t.testdir({ 'in.jsonl': `${rows.map((row) => JSON.stringify(row)).join('\n')}\n` })
  return [join(folder, 'in.jsonl'), join(folder, 'out')]
}

t.test('near duplicates go, the first of each stays, and the reject names it', async (t) => {
  const out = join(t.testdir(), 'out')
  const { code, stderr } = await run([duplicates, out, ...brief, '--keep-columns', 'kind,of'])
  t.equal(code, 0, stderr)
  checkBooks(t, out)
  const rejected = readParts(join(out, '_rejected')).filter(({ stage }) => stage === 'dedupe')
  t.match(readSummary(out).seeds.dropped, { duplicate: 10 }, '6 exact and 4 respelled')
  t.ok(rejected.every(({ detail }) => /^of \S+, estimated Jaccard [01]\.\d\d$/.test(String(detail))))
  t.equal(rejected.filter(({ seed_id }) => seed_id === 'nobody').length, 0)
  const near = rejected.filter(({ reason }) => reason === 'near_duplicate')
  t.ok(near.length >= 5, `one_word and one_sentence copies: ${near.length} of 7 found`)
})

t.test('an index is kept across runs; the same run again does not meet itself there', async (t) => {
  const folder = t.testdir()
  const index = ['--dedupe-index', join(folder, 'index')]
  const first = await run([duplicates, join(folder, 'a'), ...brief, ...index])
  t.equal(first.code, 0, first.stderr)
  const kept = readSummary(join(folder, 'a')).seeds.kept
  t.ok(kept > 0)
  const later = await run([duplicates, join(folder, 'b'), ...brief, ...index])
  t.equal(later.code, 0, later.stderr)
  t.equal(readSummary(join(folder, 'b')).seeds.kept, 0)
  const details = readParts(join(folder, 'b', '_rejected')).map(({ detail }) => String(detail))
  t.ok(details.every((detail) => detail.endsWith(', in an earlier run')), details.join('\n'))
  const again = await run([duplicates, join(folder, 'a'), ...brief, ...index])
  t.equal(again.code, 0, again.stderr)
  t.equal(readSummary(join(folder, 'a')).seeds.kept, kept)
  const other = await run([duplicates, join(folder, 'a'), ...brief, ...index, '--minhash-bands', '20'])
  t.equal(other.code, 2)
  t.match(other.stderr, /index.*14.*20|index.*20.*14/)
  t.equal(readParts(join(folder, 'a')).length, readSummary(join(folder, 'a')).outputs.written, 'what was there is not touched')
})

t.test('a verdict does not hang on how the index is held', async (t) => {
  const folder = t.testdir()
  const kept: string[][] = []
  for (const [n, options] of [[], ['--dedupe-memory', '1KB'], ['--max-concurrency', '1'], ['--samples', '3']].entries()) {
    const out = join(folder, String(n))
    const { code, stderr } = await run([duplicates, out, ...brief, ...options])
    t.equal(code, 0, stderr)
    kept.push(ids(readParts(join(out, '_rejected')).filter(({ stage }) => stage === 'dedupe')))
  }
  for (const each of kept) t.same(each, kept[0])
})

t.test('scores and labels that came along: int_score out of score, quality and label columns', async (t) => {
  const rows = [2.4, 2.5, 3.5, null, 4.9].map((score, n) => ({ id: `s${n}`, text: page(n), score, format: n % 2 ? 'FAQs' : 'listicle' }))
  const [input, out] = places(t, rows)
  const { code, stderr } = await run([input, out, '--recipe', 'summarize', '--quality', 'column:int_score>=3', '--label', 'formats=column:format'])
  t.equal(code, 0, stderr)
  checkBooks(t, out)
  t.same(readSummary(out).seeds.dropped, { quality_below_threshold: 2, quality_unscored: 1 })
  t.same(readSummary(out).labels, { formats: { Listicle: 2 } })
  t.match(stderr, /labels +formats: Listicle 100\.0 %/)
  const kept = readParts(out).map((row) => [row['seed_id'], row['quality'], row['label_formats']])
  t.same(kept.toSorted(), [['s2', 4, 'Listicle'], ['s4', 5, 'Listicle']])
})

t.test('rule sets in a row, then the top share of a score', async (t) => {
  const rows = Array.from({ length: 40 }, (_, n) => ({ id: `s${n}`, text: n % 10 === 0 ? `short ${n}` : page(n), score: (n * 17) % 40 }))
  const [input, out] = places(t, rows)
  const { code, stderr } = await run([input, out, ...brief, '--dedupe', 'none', '--quality', 'gopher,column:score,top:25%'])
  t.equal(code, 0, stderr)
  checkBooks(t, out)
  const { dropped, kept } = readSummary(out).seeds
  t.equal(dropped['gopher_short_doc'], 4)
  t.equal(kept + dropped['quality_below_top']!, 36)
  t.ok(Math.abs(kept - 9) <= 3, `${kept} of 36`)
})

/** A TEI server: two labels, `good` by how often the text says so; a text with `poison` in it is refused. */
async function classifier(t: Test): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = []
  const read = async (request: IncomingMessage): Promise<string> => {
    let body = ''
    for await (const chunk of request) body += chunk
    return body
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return void response.writeHead(404).end()
    const body = await read(request)
    requests.push(`${request.url} ${request.headers.authorization}`)
    const texts = (JSON.parse(body) as { inputs: (string | string[])[] }).inputs.flat()
    const poisoned = texts.some((text) => text.includes('poison'))
    const answer = poisoned
      ? { error: 'Input validation error', error_type: 'Validation' }
      : texts.map((text) => {
        const good = Math.min(1, text.split('good').length / 10)
        return [{ label: 'LABEL_5', score: good }, { label: 'bad', score: 1 - good }].toSorted((a, b) => b.score - a.score)
      })
    response.writeHead(poisoned ? 422 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`, requests }
}

t.test('a classifier server scores and labels; what it refuses fails alone', async (t) => {
  const { url, requests } = await classifier(t)
  const rows = Array.from({ length: 12 }, (_, n) => ({ id: `s${String(n).padStart(2, '0')}`, text: page(n) + ' good'.repeat(n) + (n === 7 ? ' poison' : '') }))
  const [input, out] = places(t, rows)
  const { code, stderr } = await run([
    input, out, ...brief, '--dedupe', 'none', '--quality', `http:${url}#LABEL_5>=0.45`, '--label', `formats=http:${url}`, '--classifier-api-key', 'sk-1',
  ])
  t.equal(code, 0, stderr)
  checkBooks(t, out)
  const { seeds, labels } = readSummary(out)
  t.same(seeds.failed, { STREAM_HTTP_422: 1 })
  t.same(seeds.dropped, { quality_below_threshold: 4 })
  t.same(labels, { formats: { FAQs: 7 } }, 'the sixth of the formats, by its number')
  t.same(readParts(out).map((row) => [row['seed_id'], row['quality']]).toSorted().at(-1), ['s11', 1])
  t.ok(requests.every((request) => request === '/predict Bearer sk-1'))

  const unsaid = await run([input, `${out}-b`, ...brief, '--limit', '3', '--quality', `http:${url}>=0.5`])
  t.equal(unsaid.code, 2, unsaid.stderr)
  t.match(unsaid.stderr, /answers with the labels .*; write http:.*#LABEL to say which is the score/)
})

t.test('a model or column that cannot be used ends the run before anything is written', async (t) => {
  const folder = t.testdir({ 'in.jsonl': '{"text":"a b c"}\n', 'model.bin': 'no model' })
  writeFileSync(join(folder, 'empty.bin'), '')
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['--quality', `fasttext:${join(folder, 'model.bin')}>=0.5`], /--quality: .*model\.bin/],
    [['--quality', `fasttext:${join(folder, 'none.bin')}>=0.5`], /--quality: .*none\.bin/],
    [['--quality', 'http:http://127.0.0.1:9/nothing>=0.5'], /classify.*score.*predict/],
    [['--quality', 'column:scor>=1'], /no column "scor"/],
    [['--label', 'formats=column:nope'], /no column "nope" \(label\)/],
    [['--label', 'formats'], /should read NAME=column:COLUMN/],
  ]
  for (const [options, message] of cases) {
    const out = join(folder, 'out')
    const { code, stderr } = await run([join(folder, 'in.jsonl'), out, ...brief, ...options])
    t.equal(code, 2, stderr)
    t.match(stderr, message)
    t.notOk(existsSync(out))
  }
})
