import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

t.test('one call a document; the model sees second halves only', async (t) => {
  const text = 'One is known. Two is known. Three is new. Four is new.\n\n第一句话。第二句话。\n\nAlone here.'
  const { bodies, rows } = await runRecipe(t, 'continue', [text], () => ' And so on.\n')
  t.equal(bodies.length, 1)
  t.matchSnapshot(written(bodies))
  const { content } = bodies[0]!.messages[0]!
  t.match(content, '<document>\nThree is new. Four is new.\n\n第二句话。\n\nAlone here.\n</document>')
  t.notMatch(content, /known|第一/)
  t.same(rows.map((row) => row['text']), ['And so on.'])
})
