import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

const list = (n: number) => JSON.stringify({ summary: 'S.', entities: Array.from({ length: n }, (_, i) => `Entity ${i}`) })
const text = (n: number) => Array.from({ length: 60 }, (_, i) => `w${n}x${i}`).join(' ')

t.test('five entities: ten pairs and ten triples, asked about the document itself', async (t) => {
  let tries = 0
  const { bodies, rows, summary } = await runRecipe(t, 'entigraph', ['The document.'], (user, n) => {
    if (user.includes('### Entities:')) return text(n)
    return tries++ === 0 ? 'No JSON here.' : list(5)
  }, { 'max-concurrency': 1 })
  t.equal(tries, 2, 'asked again')
  t.same(rows.map(({ variant }) => variant).toSorted(), [...Array<string>(10).fill('pair'), ...Array<string>(10).fill('triple')])
  t.same(summary.counts['entities'], { pairs: 10, triples: 10 })
  const sets = rows.map(({ variant, entity_1, entity_2, entity_3 }) => [variant === 'pair', entity_3 === null, [entity_1, entity_2, entity_3].filter((name) => name !== null).join()] as const)
  t.ok(sets.every(([pair, two]) => pair === two))
  t.equal(new Set(sets.map(([, , names]) => names)).size, 20, 'a row says what it is about')
  const related = bodies.filter(({ messages }) => messages[1]!.content.includes('### Entities:')).map(({ messages }) => messages[1]!.content)
  t.equal(new Set(related).size, 20)
  t.ok(related.every((user) => user.startsWith('### Document Content:\nThe document.\n\n### Entities:\n- Entity ')))
  const pair = bodies.find(({ messages }) => messages[1]!.content.endsWith('- Entity 0\n- Entity 1'))!
  t.matchSnapshot(written([bodies[0]!, pair]))
})

t.test('the guard stops at its budget', async (t) => {
  const { bodies, summary } = await runRecipe(t, 'entigraph', ['The document.'], (user, n) => (user.includes('### Entities:') ? text(n) : list(20)))
  t.equal(bodies.length, 1 + 60)
  t.same(summary.counts['entities'], { pairs: 60, triples: 0, over_budget: 190 - 60 + 10 })
})
