import { join } from 'node:path'
import t from 'tap'
import { builtIn } from '../../dist/recipes/built-in.js'
import { loadRecipe, parseRecipe, recipeProblems, recipeToYaml } from '../../dist/recipes/load.js'

const good = `
name: mine
summary: My recipe
source: me
steps:
  - name: one
    shape: chat
    layout: document-first
    choose: { sample: 1 }
    variants:
      - { name: a, strategy: s, instruction: 'Do {{n}}', slots: { n: [1, two] } }
      - { name: b, strategy: s, instruction: '[[DOCUMENT]]', conversational: true, sampling: { max_tokens: 5 } }
    sampling: { temperature: 0.2 }
    maxDocumentChars: 100
filters: { minTokens: 0, maxTokens: null, truncated: keep, collapse: false }
`

async function problems(source: string, name = 'r.yaml'): Promise<readonly string[]> {
  try {
    parseRecipe(source, name)
    return []
  } catch (error) {
    return (error as { problems: string[] }).problems
  }
}

t.test('built-in recipes load by name, are valid and survive export', async (t) => {
  t.ok(builtIn.has('active-reading') && builtIn.has('summarize'))
  for (const [name, recipe] of builtIn) {
    t.equal(await loadRecipe(name), recipe)
    t.same(recipeProblems(recipe), [])
    t.same(parseRecipe(recipeToYaml(recipe), name), recipe, 'YAML and back')
  }
})

t.test('files: .yaml, .yml and .json', async (t) => {
  const recipe = parseRecipe(good, 'x')
  t.same(recipe.steps[0]?.variants[0]?.slots, { n: ['1', 'two'] }, 'numbers are text')
  const dir = t.testdir({ 'a.yaml': good, 'b.yml': good, 'c.json': JSON.stringify(recipe) })
  for (const name of ['a.yaml', 'b.yml', 'c.json']) t.same(await loadRecipe(join(dir, name)), recipe)
})

t.test('unknown names and unreadable files', async (t) => {
  await t.rejects(loadRecipe('beyondwep'), {
    code: 'STREAM_CONFIG_INVALID',
    message: /unknown recipe "beyondwep"; did you mean "beyondweb"\?/,
  })
  await t.rejects(loadRecipe('zzzzzzzzzz'), { message: /known: .*beyondweb, .*summarize.*, or a \.yaml, \.yml or \.json file/ })
  await t.rejects(loadRecipe(join(t.testdirName, 'gone.yaml')), { message: /gone\.yaml cannot be read: ENOENT/ })
})

t.test('every problem is named at once', async (t) => {
  const bad = good
    .replace('summary: My recipe', 'sumary: My recipe')
    .replace('shape: chat', 'shape: talk')
    .replace('temperature: 0.2', 'temprature: 0.2')
    .replace('name: b, strategy: s', 'name: B B, strategy: s')
    .replace('{ sample: 1 }', 'some')
  const found = (await problems(bad)).join('\n')
  t.match(found, 'recipe r.yaml: unknown key "sumary"; did you mean "summary"?')
  t.match(found, 'unknown key "temprature" under steps.0.sampling; did you mean "temperature"?')
  t.match(found, /steps\.0\.shape: /)
  t.match(found, /steps\.0\.variants\.1\.name: must be snake_case/)
  t.match(found, 'steps.0.choose: must be all, one-per-strategy or {sample: N}')
})

t.test('names, slots and draws are checked across the recipe', async (t) => {
  t.same(await problems(good.replace('name: b, strategy', 'name: a, strategy')), [
    'recipe r.yaml: step one: two variants are named "a"',
  ])
  t.same(await problems(good.replace('{{n}}', '{{m}} {{textt}}')), [
    'recipe r.yaml: step one, variant a: unknown slot {{m}}; did you mean {{n}}?',
    'recipe r.yaml: step one, variant a: unknown slot {{textt}}; did you mean {{text}}?',
    'recipe r.yaml: step one, variant a: slot "n" has values but no place {{n}} in the instruction',
  ])
  t.same(await problems(good.replace('sample: 1', 'sample: 3')), [
    'recipe r.yaml: step one: choose.sample is 3, but there are 2 variants',
  ])
  t.same(await problems(good.replace('slots: { n:', 'slots: { text:').replace('{{n}}', '{{text}}')), [
    'recipe r.yaml: step one, variant a: slot "text" is the document and cannot be given values',
  ])
  const twice = good.replace(/( {2}- name: one[^]*?)filters/, '$1$1filters')
  t.same(await problems(twice), ['recipe r.yaml: two steps are named "one"'])
})

t.test('what is no YAML, or no recipe', async (t) => {
  t.match(await problems('a: [1\nb: 2'), [/^recipe r\.yaml: .* at line 2/])
  t.ok((await problems('')).length > 0)
  t.ok((await problems('- 1')).length > 0)
})

const steps = (first: string, second = '') => good.replace(/ {2}- name: one[^]*maxDocumentChars: 100\n/, `${first}${second}`)
const step = (name: string, more: string) => `  - name: ${name}
    shape: chat
    layout: document-first
    choose: all
    sampling: {}
    maxDocumentChars: 100
${more}
`

t.test('operations and chunkers: names with the nearest known one, parameters by whom they belong to', async (t) => {
  const one = step('one', `    variants:
      - name: a
        strategy: s
        instruction: Do it
        chunk: { by: sentence, maxTokens: 3 }
        parse: [{ op: tokens, mim: 3 }, { op: trims }, { op: between, open: '<a>' }]
        join: { separator: ' ', partial: keep, parse: [{ op: tokens, max: 0 }] }`)
  t.same(await problems(steps(one)), [
    'recipe r.yaml: step one, variant a: parse.0: unknown key "mim"; did you mean "min"?',
    'recipe r.yaml: step one, variant a: parse.1: unknown operation "trims"; did you mean "trim"?',
    'recipe r.yaml: step one, variant a: parse.2: close: Invalid input: expected string, received undefined',
    'recipe r.yaml: step one, variant a: join.parse.0: max: Too small: expected number to be >0',
    'recipe r.yaml: step one, variant a: chunk: unknown chunker "sentence"; did you mean "sentences"?',
  ])
})

t.test('what cannot be asked is said', async (t) => {
  const one = step('one', `    judge: { mode: report, minScore: 3, share: 1 }
    variants:
      - { name: a, strategy: s, sequential: true, join: { separator: ' ', partial: keep } }
      - { name: c, strategy: s, shape: completion, instruction: x, continues: true }
      - { name: b, strategy: s, instruction: 'x {{output}}', messages: [{ role: user, content: '{{previous}}' }] }`)
  t.same(await problems(steps(one)), [
    'step one: a judge needs outputs of an earlier step',
    'step one, variant a: join without chunk: there is nothing to join',
    'step one, variant a: sequential without chunk: there is only one request',
    'step one, variant a: an instruction is missing',
    'step one, variant c: continues without sequential: there is nothing to go on with',
    'step one, variant c: continues is for the shape chat',
    'step one, variant b: instruction and messages: give one of them',
    'step one, variant b: unknown slot {{previous}}; known: text',
  ].map((problem) => `recipe r.yaml: ${problem}`))
})

t.test('a later step may use the output and the slots of earlier ones', async (t) => {
  const first = step('one', `    variants: [{ name: a, strategy: s, instruction: 'Do {{n}}', slots: { n: [1] } }]`)
  const second = step('two', `    variants: [{ name: a, strategy: s, instruction: '{{n}} {{output}} {{text}}' }]`)
  t.same(await problems(steps(first, second)), [])
  t.same(await problems(steps(second, first)), [
    'recipe r.yaml: step two, variant a: unknown slot {{n}}; known: text', 'recipe r.yaml: step two, variant a: unknown slot {{output}}; known: text',
  ])
})

t.test('columns are slots that a step fills', async (t) => {
  const withColumns = (names: string) => good.replace('steps:', `columns: [${names}]\nsteps:`)
  t.same(await problems(withColumns('n')), [])
  t.same(await problems(withColumns('n, m, n')), [
    'recipe r.yaml: columns: no step fills a slot "m"; known: n', 'recipe r.yaml: columns: "n" is named twice',
  ])
})

t.test('values may have places for labels; then one must be without, and nothing else may stand there', async (t) => {
  const withValues = (values: string) => good.replace("n: [1, two]", `n: [${values}]`)
  t.same(await problems(withValues("'', 'on {{label_topic}}'")), [])
  t.same(await problems(withValues("'on {{label_topic}}'")), [
    'recipe r.yaml: step one, variant a: slot "n" needs a value without places, for documents without the label',
  ])
  t.same(await problems(withValues("'', 'on {{text}}'")), [
    'recipe r.yaml: step one, variant a: slot "n" has a value with the place {{text}}; only labels can be in values, such as {{label_topic}}',
  ])
  const variant = good.replace('strategy: s, instruction', 'strategy: s, when: { slot: label_topic }, instruction')
  t.same(await problems(variant.replace('{{n}}', '{{n}} {{label_topic}}')), [], 'a label that the variant asks for is there')
  t.match(await problems(good.replace('{{n}}', '{{n}} {{label_topic}}')), [/unknown slot \{\{label_topic\}\}/])
})
