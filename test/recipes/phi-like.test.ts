import t from 'tap'
import { phiLike } from '../../dist/recipes/phi-like.js'
import { expandDocument } from '../../dist/recipes/prompts.js'
import { runRecipe, written } from './run-recipe.js'

t.test('a thousand rows cover the grid of a thousand cells', (t) => {
  const seen = new Set<string>()
  for (let row = 0; row < 1000; row++) {
    const [prompt] = expandDocument(phiLike.steps[0]!, { id: `d${row}`, text: '', slots: {}, locator: { file: 'a', row } }, 3)
    const { topic, audience, form } = prompt!.slots
    seen.add([topic, audience, form].join('|'))
  }
  t.equal(seen.size, 1000)
  t.end()
})

t.test('coverage is in the summary', async (t) => {
  const { bodies, rows, summary } = await runRecipe(t, 'phi-like', Array.from({ length: 30 }, () => 'SEED TEXT'), (user, n) => {
    const words = Array.from(user.matchAll(/"(\w+)"/g), (match) => match[1])
    return `Text ${n} about it. ${Array.from({ length: 130 }, (_, i) => `w${n}x${i}`).join(' ')} ${words.join(' ')}.`
  }, { 'max-concurrency': 1 })
  t.equal(rows.length, 30)
  const cells = Object.entries(summary.counts['write']!)
  t.equal(cells.length, 30, 'thirty cells')
  t.same(rows.map(({ topic, audience, form }) => `${topic} | ${audience} | ${form}`).toSorted(), cells.map(([name]) => name).toSorted(), 'a row says its cell')
  t.ok(rows.every(({ text, word_1, word_2 }) => String(text).includes(`${word_1} ${word_2}.`)))
  t.ok(cells.every(([name, n]) => n === 1 && name.split(' | ').length === 3), 'each once')
  t.notMatch(JSON.stringify(bodies), /SEED TEXT/)
  t.matchSnapshot(written([bodies[0]!]))
})
