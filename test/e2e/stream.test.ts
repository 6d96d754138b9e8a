import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { answering, readParts, readSummary, run, seeds, start, type PartRow } from './stream-process.js'

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
const ids = (rows: readonly PartRow[]) => rows.map(({ id }) => String(id)).toSorted()

/** What every finished run promises about its books, checked from the files. */
function checkBooks(t: Test, out: string): void {
  const { seeds, requests, outputs, stages, tokens } = readSummary(out)
  const written = readParts(out)
  const rejected = readParts(join(out, '_rejected'))
  t.equal(seeds.received, seeds.kept + sum(seeds.dropped) + sum(seeds.failed), 'seeds balance')
  for (const stage of stages) t.equal(stage.received, stage.kept + sum(stage.dropped) + sum(stage.failed), `${stage.name} balances`)
  t.equal(requests.planned, outputs.written + sum(outputs.dropped) + sum(outputs.failed), 'every request came to an end')
  t.equal(written.length, outputs.written, 'rows in parts = outputs.written')
  t.equal(rejected.length, sum(seeds.dropped) + sum(seeds.failed) + sum(outputs.dropped) + sum(outputs.failed), 'rows in _rejected')
  t.equal(new Set(ids(written)).size, written.length, 'no id twice')
  t.equal(written.reduce((n, row) => n + Number(row['token_count'] ?? 0), 0), tokens.kept, 'tokens kept')
  const byReason: Record<string, number> = {}
  for (const row of rejected) byReason[String(row['reason'])] = (byReason[String(row['reason'])] ?? 0) + 1
  const counted: Record<string, number> = {}
  for (const counts of [seeds.dropped, seeds.failed, outputs.dropped, outputs.failed]) {
    for (const [reason, n] of Object.entries(counts)) counted[reason] = (counted[reason] ?? 0) + n
  }
  t.same(byReason, counted, 'reasons in _rejected are those of the summary')
}

t.test('the main job, offline: exit 0, books that balance, nothing on stdout', async (t) => {
  const out = join(t.testdir(), 'out')
  const { code, stdout, stderr } = await run([seeds, out, '--keep-columns', 'url,tags'])
  t.equal(code, 0, stderr)
  t.equal(stdout.length, 0)
  t.match(stderr, /offline rewriter.*extractive.*not for training/)
  t.match(stderr, /done after .* recipe beyondweb/)
  checkBooks(t, out)
  const rows = readParts(out)
  t.ok(rows.length > 50)
  t.ok(new Set(rows.map(({ strategy }) => strategy)).size === 3, 'three families')
  t.ok(rows.every(({ url, text }) => typeof url === 'string' && String(text).length > 0))
  t.ok(existsSync(join(out, '_SUCCESS')))
  t.same(readdirSync(out).filter((name) => name.startsWith('.')), [], 'no temporary file is left')
})

t.test('two runs give the same ids and texts; a rerun asks nothing and replaces the parts', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering()
  t.teardown(() => endpoint.close())
  const args = (out: string) => [seeds, join(folder, out), '--endpoint', endpoint.url, '--recipe', 'summarize', '--quiet']
  t.equal((await run(args('a'))).code, 0)
  const asked = endpoint.bodies.length
  t.ok(asked > 10)
  t.equal((await run(args('b'))).code, 0)
  t.equal(endpoint.bodies.length, 2 * asked)
  const [a, b] = [readParts(join(folder, 'a')), readParts(join(folder, 'b'))]
  t.same(ids(a), ids(b))
  t.equal((await run(args('a'))).code, 0)
  t.equal(endpoint.bodies.length, 2 * asked, 'all from state')
  t.same(ids(readParts(join(folder, 'a'))), ids(a))
  t.match(readSummary(join(folder, 'a')), { run: { resumed: true }, requests: { sent: 0, cached: asked } })
  checkBooks(t, join(folder, 'a'))
})

t.test('Arrow on stdin, Arrow on stdout', async (t) => {
  const words = 'The river rises in the hills and it flows to the sea with water that is cold and clear'
  const table = tableFromArrays({
    id: ['p', 'q'],
    text: ['p', 'q'].map((name) => Array.from({ length: 8 }, (_, i) => `${words} for the ${name} town number ${i}.`).join('\n')),
  })
  const { code, stdout, stderr } = await run(['-', '-', '--recipe', 'summarize', '--quiet', '--quality', 'none'], tableToIPC(table, 'stream'))
  t.equal(code, 0, stderr)
  const rows = tableFromIPC(stdout).toArray().map((row) => row!.toJSON() as PartRow)
  t.same(rows.map((row) => row['seed_id']).toSorted(), ['p', 'q'])
  t.ok(rows.every((row) => String(row['text']).includes('river')))
})

t.test('a poison row fails alone and --max-failures turns it into exit 3', async (t) => {
  const folder = t.testdir()
  let poisoned: string | undefined
  const endpoint = await answering((body) => ((poisoned ??= body) === body ? { status: 400, message: 'prompt is too long' } : undefined))
  t.teardown(() => endpoint.close())
  const args = (out: string) => [seeds, join(folder, out), '--endpoint', endpoint.url, '--recipe', 'summarize', '--quiet']
  t.equal((await run(args('a'))).code, 0)
  t.same(readSummary(join(folder, 'a')).outputs.failed, { STREAM_HTTP_400: 1 })
  t.match(readParts(join(folder, 'a', '_rejected')).filter(({ status }) => status === 'failed'), [{ stage: 'infer', detail: /prompt is too long/ }])
  checkBooks(t, join(folder, 'a'))
  t.equal((await run([...args('b'), '--max-failures', '0'])).code, 3)
  t.equal((await run([...args('c'), '--max-failures', '50%'])).code, 0)
})

t.test('a wrong key ends the run at once with one clear line', async (t) => {
  const endpoint = await answering(() => ({ status: 401, message: 'bad key' }))
  t.teardown(() => endpoint.close())
  const { code, stderr } = await run([seeds, join(t.testdir(), 'out'), '--endpoint', endpoint.url, '--api-key', 'sk-secret'])
  t.equal(code, 1)
  t.match(stderr, /error: .*401.*--api-key.*\[STREAM_ENDPOINT_REFUSED\]/)
  t.notMatch(stderr, /sk-secret/)
})

t.test('kill -9 in the middle: the same command ends with the rows of an uninterrupted run', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const args = (out: string) => [seeds, join(folder, out), '--endpoint', endpoint.url, '--max-concurrency', '4', '--quiet']
  t.equal((await run(args('whole'))).code, 0)
  const needed = endpoint.bodies.length
  endpoint.bodies.length = 0
  let kills = 0
  for (const at of [3, 20, 40]) {
    const { child, ended } = start(args('killed'))
    const seen = endpoint.bodies.length
    while (child.exitCode === null && endpoint.bodies.length < seen + at) await new Promise((resolve) => setImmediate(resolve))
    if (child.kill('SIGKILL')) kills++
    await ended
    t.notOk(existsSync(join(folder, 'killed', '_SUCCESS')))
  }
  t.equal((await run(args('killed'))).code, 0)
  t.equal(kills, 3)
  t.same(ids(readParts(join(folder, 'killed'))), ids(readParts(join(folder, 'whole'))))
  t.ok(endpoint.bodies.length <= needed + kills * 4, `${endpoint.bodies.length} requests for ${needed} and ${kills} kills with 4 in flight`)
  checkBooks(t, join(folder, 'killed'))
})

t.test('Ctrl-C: exit 130, finished rows readable, the same command goes on', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const args = [seeds, join(folder, 'out'), '--endpoint', endpoint.url, '--max-concurrency', '2']
  const { child, ended } = start(args)
  while (endpoint.bodies.length < 40) await new Promise((resolve) => setImmediate(resolve))
  child.kill('SIGINT')
  const { code, stderr } = await ended
  t.equal(code, 130, stderr)
  t.match(stderr, /stopped after .*\n(.*\n)*error: stopped by SIGINT.*goes on from here.*\[STREAM_ABORTED\]/)
  t.notOk(existsSync(join(folder, 'out', '_SUCCESS')))
  t.equal(readSummary(join(folder, 'out')).run.status, 'interrupted')
  t.equal(readParts(join(folder, 'out')).length, readSummary(join(folder, 'out')).outputs.written)
  const before = endpoint.bodies.length
  t.equal((await run(args)).code, 0)
  const { requests } = readSummary(join(folder, 'out'))
  t.equal(requests.cached + requests.sent, requests.planned)
  t.ok(requests.cached >= 30)
  t.equal(endpoint.bodies.length, before + requests.sent)
  checkBooks(t, join(folder, 'out'))
})

t.test('--dry-run shows prompts and the plan, sends nothing, writes nothing', async (t) => {
  const out = join(t.testdir(), 'out')
  const endpoint = await answering()
  t.teardown(() => endpoint.close())
  const { code, stdout, stderr } = await run([seeds, out, '--endpoint', endpoint.url, '--dry-run'])
  t.equal(code, 0, stderr)
  t.match(String(stdout), /"messages"[\s\S]*<document>[\s\S]*plan, from the first \d+ of about \d+ seeds[\s\S]*requests +\d+[\s\S]*prompt tokens/)
  t.equal(endpoint.bodies.length, 0)
  t.notOk(existsSync(out))
})

t.test('--print-config prints what a --config file takes back, without the key', async (t) => {
  const folder = t.testdir()
  const { code, stdout } = await run([seeds, 'out', '--print-config', '--api-key', 'sk-secret', '--limit', '7', '--max-failures', '5%'])
  t.equal(code, 0)
  t.notMatch(String(stdout), /sk-secret/)
  t.match(parse(String(stdout)), { input: [seeds], output: 'out', limit: 7, recipe: { name: 'beyondweb' }, dedupe: 'exact' })
  writeFileSync(join(folder, 'run.yaml'), 'limit: 3\nrecipe: summarize\nkeep-columns: [url]\n')
  const merged = await run([seeds, 'out', '--print-config', '--config', join(folder, 'run.yaml'), '--limit', '9'])
  t.match(parse(String(merged.stdout)), { limit: 9, recipe: { name: 'summarize' }, 'keep-columns': ['url'] }, 'flags win over the file')
})

t.test('--json prints the summary on stdout', async (t) => {
  const out = join(t.testdir(), 'out')
  const { code, stdout } = await run([seeds, out, '--json', '--quiet', '--limit', '5'])
  t.equal(code, 0)
  t.same(JSON.parse(String(stdout)), readSummary(out))
})

const wrong: [string, (folder: string) => string[], number, RegExp][] = [
  ['no arguments', () => [], 2, /no input.*\[STREAM_CONFIG_INVALID\]\n.*no output/],
  ['an unknown option', () => [seeds, 'o', '--recip', 'x'], 2, /unknown option '--recip'.*--recipe/],
  ['an unknown recipe', () => [seeds, 'o', '--recipe', 'beyondwed'], 2, /beyondwed.*beyondweb/],
  ['several bad values at once', () => [seeds, 'o', '--limit', '0', '--part-size', 'big'], 2, /limit: .*\n.*part-size: expected a size such as 256MB, got big/],
  ['a bad quality rule', (f) => [seeds, join(f, 'o'), '--quality', 'column:score'], 2, /quality/],
  ['a missing file', (f) => [join(f, 'none.parquet'), join(f, 'o')], 2, /none\.parquet.*\[STREAM_INPUT_NOT_FOUND\]/],
  ['an empty folder', (f) => [join(f, 'empty'), join(f, 'o')], 2, /empty.*\[STREAM_INPUT_NOT_FOUND\]/],
  ['a missing column', (f) => [seeds, join(f, 'o'), '--text-column', 'txt'], 2, /seeds\.parquet.*"?txt"?.*text.*\[STREAM_SCHEMA_MISMATCH\]/],
  ['a file that is not Parquet', (f) => [join(f, 'fake.parquet'), join(f, 'o')], 1, /fake\.parquet.*Parquet.*\[STREAM_INPUT_UNREADABLE\]/],
  ['a bad config file', (f) => [seeds, join(f, 'o'), '--config', join(f, 'bad.yaml')], 2, /bad\.yaml: unknown key "recipee"; did you mean "recipe"\?/],
  ['no such config file', (f) => [seeds, join(f, 'o'), '--config', join(f, 'none.yaml')], 2, /cannot read .*none\.yaml/],
  ['an endpoint that is not there', (f) => [seeds, join(f, 'o'), '--endpoint', 'http://127.0.0.1:9', '--ready-timeout', '0.2'], 1, /127\.0\.0\.1:9.*\[STREAM_ENDPOINT_UNREACHABLE\]/],
]
for (const [name, args, exit, message] of wrong) {
  t.test(`bad usage: ${name}`, async (t) => {
    const folder = t.testdir({ empty: {}, 'fake.parquet': 'this is text', 'bad.yaml': 'recipee: x\n' })
    const { code, stderr, stdout } = await run(args(folder))
    t.equal(code, exit, stderr)
    t.match(stderr, message)
    t.ok(stderr.trimEnd().split('\n').every((line) => line.startsWith('error: ')), `only error lines: ${stderr}`)
    t.equal(stdout.length, 0)
    t.notOk(existsSync(join(folder, 'o')), 'nothing was written')
  })
}

t.test('a broken file among good ones: stop by default, go on with --on-bad-file skip', async (t) => {
  const folder = t.testdir()
  mkdirSync(join(folder, 'in'))
  const bytes = readFileSync(seeds)
  writeFileSync(join(folder, 'in', 'a.parquet'), bytes)
  writeFileSync(join(folder, 'in', 'b.parquet'), bytes.subarray(0, 1000))
  writeFileSync(join(folder, 'in', 'c.parquet'), bytes)
  const args = [join(folder, 'in'), join(folder, 'out'), '--recipe', 'summarize', '--dedupe', 'none']
  const stopped = await run(args)
  t.equal(stopped.code, 1)
  t.match(stopped.stderr, /b\.parquet.*\[STREAM_INPUT_UNREADABLE\]/)
  const skipped = await run([...args, '--on-bad-file', 'skip'])
  t.equal(skipped.code, 0, skipped.stderr)
  t.match(skipped.stderr, /skipped .*b\.parquet/)
  const { seeds: counts } = readSummary(join(folder, 'out'))
  t.match(counts.skipped_files, [{ file: 'b.parquet' }])
  t.ok(counts.received >= 100)
})
