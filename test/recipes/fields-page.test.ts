import { readFileSync } from 'node:fs'
import t from 'tap'
import { builtIn } from '../../dist/recipes/built-in.js'
import { chunkers } from '../../dist/recipes/chunkers.js'
import { parseRecipe } from '../../dist/recipes/load.js'
import { operations } from '../../dist/recipes/operations.js'
import { root } from '../e2e/stream-process.js'

const page = readFileSync(`${root}docs/recipe-fields.md`, 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `'))
const cells = (row: string): string[] => row.split('|').slice(1, -1).map((cell) => cell.trim())

for (const [kind, table] of [['chunker', chunkers], ['operation', operations]] as const) {
  t.test(`the page has every ${kind} with its parameters, and no other`, async (t) => {
    const heading = kind === 'chunker' ? '## Chunkers' : '## Operations'
    const section = page.split(heading)[1]!.split('\n## ')[0]!
    const [, ...listed] = section.split('\n').filter((line) => line.startsWith('| `')).map((line) => cells(line))
    t.same(listed.map(([name]) => name!.replaceAll('`', '')).toSorted(), [...table.keys()].toSorted())
    for (const [name, , parameters] of listed) {
      const { params } = table.get(name!.replaceAll('`', ''))!
      for (const parameter of Object.keys(params.shape)) t.ok(parameters!.includes(`\`${parameter}\``), `${name} ${parameter}`)
    }
  })
}

t.test('the page has every field that a built-in recipe uses', async (t) => {
  const named = new Set(rows.flatMap((row) => [...row.matchAll(/`(\w+)/g)].map(([, name]) => name!)))
  const fieldsOf = (value: object): string[] => Object.keys(value)
  const used = [...builtIn.values()].flatMap((recipe) => [
    ...fieldsOf(recipe), ...fieldsOf(recipe.filters),
    ...recipe.steps.flatMap((step) => [...fieldsOf(step), ...fieldsOf(step.sampling), ...fieldsOf(step.join ?? {}), ...fieldsOf(step.judge ?? {}),
      ...step.variants.flatMap((variant) => [...fieldsOf(variant), ...fieldsOf(variant.when ?? {}), ...fieldsOf(variant.join ?? {})])]),
  ])
  t.same([...new Set(used)].filter((field) => !named.has(field)), [])
})

t.test('its example is a recipe', async (t) => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)![1]!
  t.match(parseRecipe(example, 'the page'), { name: 'plain-english', steps: [{ name: 'rewrite' }, { name: 'judge' }] })
})
