import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

t.test('seven conversations a chunk; short ones are dropped', async (t) => {
  const long = Array.from({ length: 80 }, (_, i) => `Sentence ${i} says that ${i} plus ${i} is ${2 * i}.`).join(' ')
  const { bodies, rows, rejected } = await runRecipe(t, 'mind', ['Two plus two is four.', long], (user, n) =>
    user.includes('interview') ? 'Too short.' : Array.from({ length: 70 }, (_, i) => `w${n}x${i}`).join(' '))
  const chunks = new Set(bodies.map(({ messages }) => /<document>\n(.*)/.exec(messages[0]!.content)![1]))
  t.ok(chunks.size > 2, 'the long one is cut')
  t.equal(bodies.length, 7 * chunks.size)
  t.equal(rows.length, 6 * chunks.size)
  t.ok(rejected.length === chunks.size && rejected.every(({ reason }) => reason === 'too_short'))
  const short = bodies.filter(({ messages }) => messages[0]!.content.includes('Two plus two'))
  t.matchSnapshot(written(short.toSorted((a, b) => a.messages[0]!.content.localeCompare(b.messages[0]!.content))))
})
