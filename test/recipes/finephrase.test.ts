import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

const line = `${'word '.repeat(19)}end`

t.test('four prompts a document, as they are sent', async (t) => {
  const long = Array.from({ length: 400 }, () => line).join('\n')
  const { bodies, rows } = await runRecipe(t, 'finephrase', ['Water boils at 100 degrees.', long], (_user, n) => `Reply ${n}.`)
  t.equal(bodies.length, 8)
  for (const { messages, ...fields } of bodies) {
    t.equal(messages.length, 1, 'no system prompt')
    t.equal(fields['max_tokens'], 2048)
    t.notOk('temperature' in fields || 'top_p' in fields, 'the server takes what the model says')
  }
  const isShort = (content: string) => content.endsWith('\n\nDocument: Water boils at 100 degrees.')
  const short = bodies.filter(({ messages }) => isShort(messages[0]!.content))
  t.matchSnapshot(written(short.toSorted((a, b) => a.messages[0]!.content.localeCompare(b.messages[0]!.content))))
  const cut = bodies.map(({ messages }) => messages[0]!.content).filter((content) => !isShort(content))
  t.equal(cut.length, 4)
  for (const content of cut) {
    t.ok(content.length <= 18_432 && content.length + line.length + 1 > 18_432, `${content.length}: the last line that fits`)
    t.ok(content.endsWith(line), 'a whole line')
  }
  t.same(rows.filter((row) => row['seed_id'] === 'd0').map(({ variant }) => variant).toSorted(), ['faq', 'math', 'table', 'tutorial'])
})
