import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

const asked = (user: string) => Object.fromEntries(Array.from(user.matchAll(/(verb|noun|adjective) "(\w+)"/g), ([, kind, word]) => [kind!, word!]))
const filler = Array.from({ length: 60 }, (_, i) => `w${i}x`).join(' ')

t.test('stories that lack a word are asked for again, then rejected', async (t) => {
  const texts = ['SEED TEXT', '', 'SEED TEXT', 'SEED TEXT', 'SEED TEXT', 'SEED TEXT']
  const tries = new Map<string, number>()
  const stubborn = new Set<string>()
  const { bodies, rows, rejected, summary } = await runRecipe(t, 'tinystories', texts, (user) => {
    const n = (tries.get(user) ?? 0) + 1
    tries.set(user, n)
    if (tries.size === 1) stubborn.add(user)
    const { verb, noun, adjective } = asked(user)
    // The first never gets it right; the others at the second time.
    const words = stubborn.has(user) || n === 1 ? [verb, noun] : [verb, noun, adjective]
    return `${filler} ${words.join(' ')}. The end.`
  }, { 'max-concurrency': 1 })
  t.equal(tries.size, texts.length, 'a story a row, with words of its own')
  t.same([...tries.values()].toSorted(), [2, 2, 2, 2, 2, 3])
  t.equal(rows.length, 5)
  const asks = [...tries.keys()].map((user) => JSON.stringify(asked(user)))
  for (const { verb, noun, adjective, features } of rows) {
    t.ok(asks.includes(JSON.stringify({ verb, noun, adjective })), 'the words of a story are its columns')
    t.ok([...tries.keys()].some((user) => user.includes(`"${adjective}"`) && user.includes(`have: ${features}.`)))
  }
  t.equal(rejected.length, 1)
  t.match(rejected, [{ reason: 'word_missing', detail: /^adjective / }])
  t.same(summary.counts['write'], { 'word_missing.adjective': 1 }, 'what became of rows, not of tries')
  t.notMatch(bodies.map(({ messages }) => JSON.stringify(messages)).join(), /SEED TEXT/, 'seeds are not looked at')
  t.matchSnapshot(written([bodies[0]!]))
})
