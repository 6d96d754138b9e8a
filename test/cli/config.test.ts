import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { printable, resolveConfig } from '../../dist/cli/config.js'
import { settings } from '../../dist/cli/options.js'
import { schemas } from '../../dist/cli/schemas.js'
import { builtIn } from '../../dist/recipes/built-in.js'
import { recipeToYaml } from '../../dist/recipes/load.js'
import { toYaml } from '../../dist/yaml.js'

const resolve = (flags: Record<string, unknown> = {}, file: string | null = null, env = {}) =>
  resolveConfig(['in.parquet', 'out'], flags, file, env)

t.test('defaults, and the environment below flags', async (t) => {
  t.match(await resolve(), {
    inputs: ['in.parquet'], output: 'out', recipe: { name: 'beyondweb' }, endpoints: [], apiKey: 'EMPTY', maxConcurrency: 16,
    textColumn: 'text', dedupe: 'minhash', minhash: { ngram: 5, bands: 14, hashes: 8 }, label: [], quality: 'none', partSize: 256_000_000, resume: 'auto', limit: null,
  })
  const env = { OPENAI_BASE_URL: 'http://a, http://b', OPENAI_API_KEY: 'k' }
  t.match(await resolve({}, null, env), { endpoints: ['http://a', 'http://b'], apiKey: 'k', maxConcurrency: 'auto' })
  t.match(await resolve({ 'max-concurrency': '64' }, null, env), { maxConcurrency: 64 })
  t.match(await resolve({ 'max-concurrency': 'auto' }), { maxConcurrency: 'auto' })
  for (const wrong of ['0', '1.5', 'many', '']) {
    await t.rejects(resolve({ 'max-concurrency': wrong }), { message: /max-concurrency.*expected auto or a whole number from 1/ })
  }
  t.match(await resolve({ endpoint: 'http://c', 'api-key': 'x' }, null, env), { endpoints: ['http://c'], apiKey: 'x' })
})

t.test('--quirks goes over what the recipe says', async (t) => {
  const own = async (flags: Record<string, unknown>) => (await resolve(flags)).recipe.quirks
  t.equal(await own({}), undefined)
  t.equal(await own({ quirks: 'compat' }), 'compat')
  const file = join(t.testdir({ 'mine.yaml': recipeToYaml({ ...builtIn.get('summarize')!, quirks: 'compat' }) }), 'mine.yaml')
  t.equal(await own({ recipe: file }), 'compat')
  t.equal(await own({ recipe: file, quirks: 'safe' }), 'safe')
  await t.rejects(resolve({ quirks: 'both' }), { message: /quirks/ })
})

t.test('--variants leaves only those in the steps that have any', async (t) => {
  const { recipe } = await resolve({ variants: 'fact_list, multiple_choice' })
  t.same(recipe.steps.map(({ variants }) => variants.map(({ name }) => name)), [['multiple_choice', 'fact_list']])
  await t.rejects(resolve({ variants: 'fact_lst' }), { message: /recipe beyondweb has no variant "fact_lst"; did you mean "fact_list"\?/ })
})

t.test('every problem at once, each with what was expected', async (t) => {
  const flags = { limit: 'x', shard: '8/8', 'max-failures': '1.5', 'extra-body': '[1]', header: ['novalue'], 'part-size': '-1', dedupe: 'minhash2' }
  const error = await resolve(flags).then(() => undefined, (error) => error as { problems: string[] })
  t.equal(error?.problems.length, 7)
  t.match(error?.problems.join('\n'), /shard: expected K\/N with K from 0 to N-1, such as 0\/8, got 8\/8/)
  t.match(error?.problems.join('\n'), /header: expected NAME=VALUE/)
})

t.test('unknown keys of a config file are errors with the nearest name', async (t) => {
  const folder = t.testdir({ 'run.yaml': 'max-tokns: 5\nzzz: 1\n', 'broken.yaml': 'a: [1\nb: }' })
  await t.rejects(resolve({}, join(folder, 'run.yaml')), { message: /unknown key "max-tokns"; did you mean "max-tokens"\?.*unknown key "zzz"/ })
  await t.rejects(resolve({}, join(folder, 'broken.yaml')), { code: 'STREAM_CONFIG_INVALID', message: /broken\.yaml: .*line 2/ })
})

t.test('property: what --print-config prints gives the same configuration back', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'run.yaml')
  const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
  const flags = fc.record({
    recipe: some(fc.constantFrom('beyondweb', 'summarize')),
    quirks: some(fc.constantFrom('compat', 'safe')),
    endpoint: some(fc.constantFrom('http://a:1', 'http://a:1,http://b:2/v1', '@hosts.txt', 'http://a:1,@a.txt,@b.txt')),
    shard: some(fc.constantFrom('0/1', '3/8')),
    'max-failures': some(fc.constantFrom('5', '2.5%')),
    'part-size': some(fc.constantFrom('1MB', '2.5GB', '1000')),
    'keep-columns': some(fc.constantFrom('a', 'a,b c')),
    'extra-body': some(fc.constantFrom('{"top_k": 40}', '{}')),
    temperature: some(fc.constantFrom('0', '0.7')),
    'max-tokens': some(fc.integer({ min: 1, max: 9999 }).map(String)),
    limit: some(fc.integer({ min: 1, max: 9 }).map(String)),
    tokenizer: some(fc.constantFrom('cl100k_base', 'tokenizer.json')),
    layout: some(fc.constantFrom('maga', 'nemotron-cc')),
    seed: some(fc.integer({ min: 0, max: 99 }).map(String)),
    quality: some(fc.constantFrom('none', 'column:score>=3')),
    label: some(fc.constantFrom('formats=column:f', ['formats=column:f', 'topics=http:http://x/classify'])),
    'minhash-bands': some(fc.constantFrom('20')),
    'dedupe-memory': some(fc.constantFrom('1GB')),
    'dedupe-index': some(fc.constantFrom('index')),
  })
  await fc.assert(
    fc.asyncProperty(flags, async (flags) => {
      const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
      const config = await resolve(given)
      writeFileSync(file, toYaml(printable(config)))
      t.same(await resolveConfig([], {}, file, {}), config)
    }),
    { numRuns: 40 },
  )
})

t.test('every setting has a schema and every schema a setting', async (t) => {
  t.same(Object.keys(schemas), settings.map(({ name }) => name))
})

t.test('no secret is printed', async (t) => {
  const config = await resolve({ 'api-key': 'sk-1', header: ['x-token=sk-2'], 'classifier-api-key': 'sk-3' })
  t.notMatch(toYaml(printable(config)), /sk-/)
})

t.test('README and --help speak of settings that exist', async (t) => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const known = new Set([...settings.map(({ name }) => name), 'help', 'config', 'dry-run', 'print-config', 'recipe-list', 'recipe-export', 'arms', 'budget', 'json', 'quiet'])
  for (const [, name] of readme.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)) t.ok(known.has(name!), `--${name}`)
})
