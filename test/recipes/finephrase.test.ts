import t from 'tap'
import { finephrase } from '../../dist/recipes/finephrase.js'
import { cut } from '../../dist/recipes/refine.js'
import { words } from './refined.js'
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

t.test('(8192 - 2048) x 3 characters are enough for prompt and document; one more is not', (t) => {
  const [step] = finephrase.steps
  t.equal(step!.variants.length, 4)
  for (const { name, instruction } of step!.variants) {
    const told = instruction!.replace('[[DOCUMENT]]', '').length
    t.ok(instruction!.endsWith('\n\nDocument: [[DOCUMENT]]'))
    const fits = `first\n${'y'.repeat(18_432 - told - 6)}`
    const made = (text: string) => cut(step!.chunk!, text, { tokens: words, quirks: 'safe', template: instruction!, maxTokens: step!.sampling.max_tokens! })
    t.same(made(fits), [{ text: fits }], name)
    t.same(made(`${fits}y`), [{ text: 'first' }], name)
  }
  t.end()
})
