import t from 'tap'
import { runRecipe, written } from './run-recipe.js'

t.test('seven strategies, seven rows, each with its own call', async (t) => {
  const strategies = Array.from({ length: 7 }, (_, i) => `## Strategy ${i}\nDo number ${i}.`).join('\n\n')
  const { bodies, rows, rejected } = await runRecipe(t, 'active-reading', ['The document.', 'Another document.'], (user, n) => {
    if (user.includes('Strategy: ')) return Array.from({ length: 60 }, (_, i) => `w${n}x${i}`).join(' ')
    return user.includes('Another') ? 'I have no strategies.' : strategies
  }, { 'max-concurrency': 1 })
  t.equal(rows.length, 7)
  t.same(rows.map((row) => row['study_strategy']).toSorted(), Array.from({ length: 7 }, (_, i) => `Strategy ${i}\nDo number ${i}.`), 'a row says its strategy')
  t.equal(rejected.length, 1)
  t.match(rejected, [{ seed_id: 'd1', reason: 'STREAM_PARSE_FAILED' }])
  const study = bodies.map(({ messages }) => messages[0]!.content).filter((user) => user.includes('Strategy: '))
  t.ok(study.every((user) => user.startsWith('<document>\nThe document.\n</document>\n\n')))
  t.same(study.map((user) => /Strategy: ([^]*)$/.exec(user)![1]).toSorted(), Array.from({ length: 7 }, (_, i) => `Strategy ${i}\nDo number ${i}.`))
  t.equal(bodies.length, 7 + 1 + 3, 'three attempts where there are none')
  t.matchSnapshot(written([bodies.find(({ messages }) => messages[0]!.content.includes('Strategy 0'))!]))
})

t.test('strategies for a chunk are used on that chunk', async (t) => {
  const long = ['Alpha', 'Beta', 'Gamma'].map((name) => Array.from({ length: 150 }, (_, i) => `${name} says sentence number ${i} of this part of the page.`).join(' ')).join(' ')
  const first = (user: string) => /<document>\n(.*?\.)/.exec(user)![1]!
  const { bodies, rows } = await runRecipe(t, 'active-reading', [long], (user, n) => (
    user.includes('Strategy: ') ? Array.from({ length: 60 }, (_, i) => `w${n}x${i}`).join(' ') : `## Learn "${first(user)}"\n## Repeat "${first(user)}"`
  ))
  const users = bodies.map(({ messages }) => messages[0]!.content)
  const study = users.filter((user) => user.includes('Strategy: '))
  t.ok(new Set(study.map(first)).size > 1, 'several chunks')
  t.ok(study.every((user) => user.endsWith(`"${first(user)}"`)))
  t.equal(rows.length, study.length)
  t.equal(new Set(rows.map(({ chunk }) => chunk)).size, new Set(study.map(first)).size, 'a row says its chunk')
})
