import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

const source = 'A draft of some length stands here. '.repeat(6).trim()
const words = (n: number) => Array.from({ length: n }, (_, i) => `word${i}`).join(' ')

t.test('the text between the tags, where it is not shorter than the source', async (t) => {
  const replies: Record<string, string> = {
    A: `<thinking starts>x<thinking ends><improved response starts>${words(60)}<improved response ends>`,
    B: words(60),
    C: '<improved response starts>Short.<improved response ends>',
  }
  const { bodies, rows, rejected } = await runRecipe(t, 'rewire', ['A', 'B', 'C'].map((name) => `${name} ${source}`), (user) => replies[/<document>\n(\w)/.exec(user)![1]!]!)
  t.same(rows.map((row) => [row['seed_id'], row['text']]), [['d0', words(60)]])
  t.same(rejected.map((row) => [row['seed_id'], row['reason']]).toSorted(), [['d1', 'STREAM_PARSE_FAILED'], ['d2', 'shorter_than_source']])
  t.matchSnapshot(written(bodies.filter(({ messages }) => messages[0]!.content.includes('\nA '))))
})

t.test('what --max-tokens takes of the context, the document has not, and the other way round', async (t) => {
  const line = `${'word '.repeat(19)}end`
  const long = Array.from({ length: 400 }, () => line).join('\n')
  for (const [maxTokens, least, most] of [[8192, 11_000, 12_288], [10_240, 5000, 6144], [4096, 23_000, 24_576]] as const) {
    const { bodies, rejected } = await runRecipe(t, 'rewire', [long], () => `<improved response starts>${words(60)}<improved response ends>`, { 'max-tokens': maxTokens })
    const [{ messages, max_tokens }] = bodies as [typeof bodies[0] & object]
    t.equal(max_tokens, maxTokens)
    const document = /<document>\n([^]*)\n<\/document>/.exec(messages[0]!.content)![1]!
    t.ok(document.length > least && messages[0]!.content.length <= most + '<document>\n\n</document>\n\n'.length, `${document.length}`)
    t.ok(document.endsWith(line))
    t.match(rejected, [{ reason: 'shorter_than_source', detail: `${words(60).length} characters, limit ${document.length}` }], 'measured by what was sent')
  }
})
