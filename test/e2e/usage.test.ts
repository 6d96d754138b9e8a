import { existsSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { builtIn } from '../../dist/recipes/built-in.js'
import { parseRecipe } from '../../dist/recipes/load.js'
import { answering, readParts, run, seeds, start } from './stream-process.js'

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

t.test('--print-config prints the configuration in effect, without the key', async (t) => {
  const { code, stdout } = await run([seeds, 'out', '--print-config', '--api-key', 'sk-secret', '--limit', '7'])
  t.equal(code, 0)
  t.notMatch(String(stdout), /sk-secret/)
  t.match(parse(String(stdout)), { input: [seeds], output: 'out', limit: 7, recipe: { name: 'beyondweb' }, dedupe: 'minhash', 'minhash-bands': 14 })
})

t.test('--recipe-list names every built-in with its summary, and so does --help', async (t) => {
  const { code, stdout, stderr } = await run(['--recipe-list'])
  t.equal(code, 0, stderr)
  const lines = String(stdout).trimEnd().split('\n').map((line) => line.split(/ {2,}/))
  t.same(lines, [...builtIn.values()].map(({ name, summary }) => [name, summary]))
  const help = String((await run(['--help'])).stdout)
  for (const { summary } of builtIn.values()) t.ok(help.includes(summary), summary)
})

t.test('--recipe-export prints recipes that are read back the same', async (t) => {
  for (const [name, recipe] of builtIn) {
    const { code, stdout, stderr } = await run(['--recipe-export', name])
    t.equal(code, 0, stderr)
    t.same(parseRecipe(String(stdout), name), recipe, name)
  }
  const { code, stderr } = await run(['--recipe-export', 'beyondwed'])
  t.equal(code, 2)
  t.match(stderr, /^error: unknown recipe "beyondwed"; did you mean "beyondweb"\?/)
})

t.test('readers that go away end nothing and leave no trace', async (t) => {
  const help = start(['--help'])
  help.child.stdout!.destroy()
  const { code, stderr } = await help.ended
  t.equal(code, 0)
  t.equal(stderr, '')
  const out = join(t.testdir(), 'out')
  const deaf = start([seeds, out, '--limit', '20'])
  deaf.child.stderr!.destroy()
  t.equal((await deaf.ended).code, 0)
  t.ok(readParts(out).length > 20)
})

t.test('an exported recipe gives the same ids and texts', async (t) => {
  const file = join(t.testdir(), 'mine.yaml')
  writeFileSync(file, (await run(['--recipe-export', 'beyondweb'])).stdout)
  const rows = async (recipe: string): Promise<unknown[]> => {
    const out = join(t.testdirName, `out-${basename(recipe)}`)
    const { code, stderr } = await run([seeds, out, '--limit', '20', '--quiet', '--recipe', recipe])
    t.equal(code, 0, stderr)
    return readParts(out).map(({ id, text }) => `${id} ${text}`).toSorted()
  }
  const [own, exported] = [await rows('beyondweb'), await rows(file)]
  t.ok(own.length > 20)
  t.same(exported, own)
})

const wrong: [string, (folder: string) => string[], number, RegExp][] = [
  ['no arguments', () => [], 2, /no input.*\[STREAM_CONFIG_INVALID\]\n.*no output/],
  ['an unknown option', () => [seeds, 'o', '--recip', 'x'], 2, /unknown option '--recip'.*--recipe/],
  ['an unknown recipe', () => [seeds, 'o', '--recipe', 'beyondwed'], 2, /beyondwed.*beyondweb/],
  ['several bad values at once', () => [seeds, 'o', '--limit', '0', '--part-size', 'big'], 2, /limit: .*\n.*part-size: expected a size such as 256MB, got big/],
  ['a bad quality rule', (f) => [seeds, join(f, 'o'), '--quality', 'column:score>='], 2, /quality/],
  ['a missing file', (f) => [join(f, 'none.parquet'), join(f, 'o')], 2, /none\.parquet.*\[STREAM_INPUT_NOT_FOUND\]/],
  ['a tokenizer that is none', (f) => [seeds, join(f, 'o'), '--tokenizer', join(f, 'bad.yaml')], 2, /--tokenizer .*bad\.yaml: it is no JSON.*\[STREAM_CONFIG_INVALID\]/],
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
