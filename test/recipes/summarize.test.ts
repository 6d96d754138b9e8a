import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

t.test('one call a document, one sentence, no system prompt; the output is used as it comes', async (t) => {
  const long = Array.from({ length: 120 }, (_, i) => `Sentence ${i} of a page that is longer than most.`).join(' ')
  const { bodies, rows, rejected } = await runRecipe(t, 'summarize', ['Water boils at 100 degrees.', long], (user) => (user.includes('Water') ? ' \nOk ok ok ok.\n' : 'Here is a summary:\n\n- **A** page'))
  t.equal(bodies.length, 2)
  t.ok(bodies.every(({ messages }) => messages.length === 1 && messages[0]!.role === 'user'))
  t.match(bodies.map(({ messages }) => messages[0]!.content).find((user) => !user.includes('Water')), `<document>\n${long}\n</document>`)
  t.same(rows.map(({ seed_id, text, chunk }) => [seed_id, text, chunk]).toSorted(), [['d0', 'Ok ok ok ok.', null], ['d1', 'Here is a summary:\n\n- **A** page', null]], 'trimmed and nothing else')
  t.same(rejected, [])
  t.matchSnapshot(written(bodies.filter(({ messages }) => messages[0]!.content.includes('Water'))))
})
