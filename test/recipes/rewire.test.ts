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
