import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow'
import t from 'tap'
import { answering, checkBooks, readParts, readSummary, run, seeds, type PartRow } from './stream-process.js'

t.test('the main job, offline: exit 0, books that balance, nothing on stdout', async (t) => {
  const out = join(t.testdir(), 'out')
  const { code, stdout, stderr } = await run([seeds, out, '--keep-columns', 'url,tags'])
  t.equal(code, 0, stderr)
  t.equal(stdout.length, 0)
  t.match(stderr, /offline rewriter.*extractive.*not for training/)
  t.match(stderr, /done after .* recipe beyondweb/)
  checkBooks(t, out)
  t.equal(readSummary(out).tokens.counted_with, 'o200k_base')
  const rows = readParts(out)
  t.ok(rows.length > 50)
  t.ok(new Set(rows.map(({ strategy }) => strategy)).size === 3, 'three families')
  t.ok(rows.every(({ url, text }) => typeof url === 'string' && String(text).length > 0))
  t.ok(existsSync(join(out, '_SUCCESS')))
  t.same(readdirSync(out).filter((name) => name.startsWith('.')), [], 'no temporary file is left')
})

t.test('Arrow on stdin, Arrow on stdout', async (t) => {
  const words = 'The river rises in the hills and it flows to the sea with water that is cold and clear'
  const table = tableFromArrays({
    id: ['p', 'q'],
    text: ['p', 'q'].map((name) => Array.from({ length: 8 }, (_, i) => `${words} for the ${name} town number ${i}.`).join('\n')),
  })
  const { code, stdout, stderr } = await run(['-', '-', '--recipe', 'summarize', '--quiet', '--dedupe', 'exact'], tableToIPC(table, 'stream'))
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

t.test('--json prints the summary on stdout', async (t) => {
  const out = join(t.testdir(), 'out')
  const { code, stdout } = await run([seeds, out, '--json', '--quiet', '--limit', '5'])
  t.equal(code, 0)
  t.same(JSON.parse(String(stdout)), readSummary(out))
})

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
