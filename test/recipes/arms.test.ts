import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { armLines } from '../../dist/cli/arm-lines.js'
import { armTokens } from '../../dist/recipes/arm-tokens.js'
import { armSets, type Arm } from '../../dist/recipes/arms.js'
import { builtIn } from '../../dist/recipes/built-in.js'
import { onlyVariants } from '../../dist/recipes/only-variants.js'
import { styleSample } from '../../dist/recipes/style-sample.js'
import { readParts, root, run, seeds } from '../e2e/stream-process.js'

const set = (name: string) => armSets.find((each) => each.name === name)!
const arm = (name: string, of: string) => set(name).arms.find((each) => each.name === of)!
const tokens = (name: string, of: string, budget: number) => armTokens(arm(name, of), budget)

t.test('every arm has the tokens of its budget, to the token', async (t) => {
  t.same(armSets.map(({ name }) => name), ['rq1', 'rq2', 'rq3', 'rq4', 'rq5', 'rq6', 'rq7', 'headline'])
  for (const { name, arms, budget } of armSets) {
    for (const each of arms) {
      for (const amount of [budget, 1, 7, 10_001, 3e12 + 1]) {
        t.equal(armTokens(each, amount).reduce((a, b) => a + b, 0), amount, `${name} ${each.name} ${amount}`)
      }
    }
  }
  t.same(tokens('rq3', 'rewritten_lq', 20e9), [10e9, 10e9])
  t.same(tokens('rq4', 'conversational_3_67', 20e9), [734e6, 19_266e6])
  t.same(tokens('headline', 'beyondweb', 180e9), [108e9, 72e9])
})

t.test('property: tokens are within one of their share and sum to the budget', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 6 }), fc.nat(Number.MAX_SAFE_INTEGER), (parts, budget) => {
      const made: Arm = { name: 'x', reported: null, sources: parts.map((n) => ({ documents: 'hq', recipe: null, parts: n })) }
      const all = BigInt(parts.reduce((a, b) => a + b, 0))
      const got = armTokens(made, budget)
      t.equal(got.reduce((a, b) => a + b, 0), budget)
      for (const [i, n] of got.entries()) {
        const off = BigInt(n) * all - BigInt(budget) * BigInt(parts[i]!)
        t.ok(off < all && off > -all)
      }
    }),
  )
})

t.test('what is made is made of the documents of the real half wherever knowledge is held fixed', async (t) => {
  for (const name of ['rq1', 'rq5', 'rq6', 'rq7']) {
    for (const { sources } of set(name).arms) t.equal(new Set(sources.map(({ documents }) => documents)).size, 1, name)
  }
  t.same(arm('rq2', 'unique').sources.map(({ documents }) => documents), ['hq', 'hq_more'])
  t.same(arm('rq3', 'rewritten_hq').sources.map(({ documents }) => documents), ['hq', 'hq'])
  t.same(arm('rq3', 'rewritten_lq').sources[1]!.documents, arm('rq3', 'lq').sources[1]!.documents, 'the same low documents, rewritten and not')
  t.equal(new Set(set('rq6').arms.map(({ sources }) => sources[1]!.model)).size, 4)
})

t.test('recipes and variants that arms name are there', async (t) => {
  const made = armSets.flatMap(({ arms }) => arms.flatMap(({ sources }) => sources.filter(({ recipe }) => recipe !== null)))
  for (const { recipe, variants } of made) t.doesNotThrow(() => onlyVariants(builtIn.get(recipe!)!, variants ?? [builtIn.get(recipe!)!.steps[0]!.variants[0]!.name]), recipe!)
  t.same(set('headline').arms.map(({ name }) => name), ['rpj', 'cosmopedia', 'qa_wrap', 'nemotron_synth', 'beyondweb'])
  t.same(set('rq5').arms.map(({ name }) => name), ['cosmopedia', 'qa_wrap', 'nemotron_synth', 'beyondweb'])
  t.same(tokens('headline', 'qa_wrap', 180e9), [90e9, 90e9], '50 % RPJ kept')
  t.same(tokens('headline', 'cosmopedia', 180e9), [108e9, 72e9], '60 to 40')
})

t.test('every command that is printed runs as it stands, and what it makes is of the documents of its pool', async (t) => {
  const folder = t.testdir()
  const printed = armSets.flatMap(({ name }) => armLines(name, '1M').split('\n')).flatMap((line) => /^ {2}(stream\.js .*?) {3}# until/.exec(line)?.[1] ?? [])
  t.ok(printed.every((command) => /^stream\.js '(hq|lq|rpj)\/\*\.parquet' [\w.-]+\/ --recipe /.test(command)))
  // The offline endpoint has one model, and one pool is as good as another here.
  const commands = new Set(printed.map((command) => command.replace(/^.*\/ (?=--)/, '').replace(/ --model \S+/, '')))
  t.equal(commands.size, 7)
  const texts = new Map(readParts(join(root, 'fixtures')).map((row) => [String(row['id']), String(row['text'])]))
  for (const command of commands) {
    const out = join(folder, command.replaceAll(/[^a-z]+/g, '-'))
    const { code, stderr } = await run([seeds, out, ...command.split(' '), '--limit', '20', '--quiet'])
    t.equal(code, 0, `${command}\n${stderr}`)
    const rows = readParts(out)
    const wanted = /--variants (\S+)/.exec(command)?.[1]?.split(',')
    const counted = rows.filter(({ variant }) => wanted?.includes(String(variant)) ?? true)
    t.ok(counted.length > 0, command)
    t.ok(rows.every((row) => texts.has(String(row['seed_id']))), 'source ids are those of the pool')
    if (!command.includes('epoch_1')) continue
    t.same(counted.map((row) => row['text']), [...new Set(counted.map((row) => texts.get(String(row['seed_id']))))], 'every document of the real half once more, not twice more')
  }
})

t.test('what is printed', async (t) => {
  const rq3 = armLines('rq3', '20B')
  t.match(rq3, /^rq3: .* 20,000,000,000 tokens an arm\n/)
  t.match(rq3, /rewritten_lq {2}\(reported 48\.6\)\n +10,000,000,000 {2}hq as it is\n +10,000,000,000 {2}lq by beyondweb\n/)
  t.match(rq3, "stream.js 'lq/*.parquet' lq-beyondweb/ --recipe beyondweb   # until 10,000,000,000 tokens are kept")
  t.equal(rq3.match(/hq-beyondweb/g)?.length, 1, 'made once')
  t.match(armLines('rq5', '1.5M'), '--recipe wrap --variants qa --model meta-llama/Llama-3.1-8B-Instruct   # until 750,000 tokens of qa are kept')
  t.match(armLines('rq2', null), '--recipe repeat --variants epoch_1', 'the documents a second time, not twice')
  t.match(armLines('rq6', null), '--model microsoft/phi-4')
  t.notMatch(armLines('rq4', null), 'what is to be made')
  t.throws(() => armLines('rq9', null), { message: /--arms: expected one of rq1, .*headline, got rq9/ })
  for (const wrong of ['20G', '-1', '0', '1.5', 'x', '1e9']) if (wrong !== '1.5') t.throws(() => armLines('rq1', wrong), { message: /--budget: expected tokens such as 20B/ })
})

t.test('RQ4: exact shares from ten thousand labelled documents', async (t) => {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ id: `d${n}`, conversational: n % 10_000 < 367, tokens: 1 }))
  for (const [share, yes, no] of [[0.0367, 367, 9633], [0.1, 367, 3303], [0.2, 367, 1468], [0.5, 367, 367]] as const) {
    const drawn = styleSample(rows, share)
    t.equal(drawn.filter(({ conversational }) => conversational).length, yes, `${share}`)
    t.equal(drawn.filter(({ conversational }) => !conversational).length, no, `${share}`)
    t.equal(new Set(drawn).size, drawn.length)
  }
  t.same(styleSample(rows.toReversed(), 0.1).map(({ id }) => id).toSorted(), styleSample(rows, 0.1).map(({ id }) => id).toSorted(), 'whatever the order')
  t.notSame(styleSample(rows, 0.1, 1), styleSample(rows, 0.1, 2))
})

t.test('RQ4 by tokens: within half a percent', async (t) => {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ id: `d${n}`, conversational: n % 20 === 0, tokens: 100 + ((n * 7919) % 900) }))
  for (const share of [0.0367, 0.1, 0.2, 0.5]) {
    const drawn = styleSample(rows, share)
    const sum = (of: typeof drawn) => of.reduce((n, row) => n + row.tokens, 0)
    const got = sum(drawn.filter(({ conversational }) => conversational)) / sum(drawn)
    t.ok(Math.abs(got - share) < 0.005, `${share}: ${got}`)
  }
})
