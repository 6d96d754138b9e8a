import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks } from '../../dist/recipes/cosmopedia.js'
import { expandDocument } from '../../dist/recipes/prompts.js'
import { readParts, root, run } from '../e2e/stream-process.js'
import { completion, scriptedServer } from '../endpoint/scripted-server.js'

const all = [cosmopedia, cosmopediaStories, cosmopediaTextbooks, cosmopediaMath]
const users = (id: string, slots: Record<string, string>, recipe = cosmopedia) => (
  expandDocument({ ...recipe.steps[0]!, choose: 'all' }, { text: 'Water boils.', id, slots }, 0).map(({ prompt }) => (prompt.shape === 'chat' ? prompt.messages[0]!.content : ''))
)

t.test('styles and audiences', (t) => {
  t.same(all.map(({ steps }) => steps[0]!.variants.map(({ name }) => name)), [
    ['wikihow', 'textbook_narrative', 'textbook_academic', 'blogpost'],
    ['young_children_story', 'problem_solving_story', 'reddit_post'],
    ['textbook_young_children', 'textbook_middle_school', 'textbook_professionals_researchers', 'textbook_college'],
    ['textbook_grade_school', 'textbook_college'],
  ])
  for (const { steps, filters } of all) {
    t.same(steps[0]!.sampling, { temperature: 0.6, top_p: 0.95, max_tokens: 2500, stop: ['<|endoftext|>'] })
    t.same(steps[0]!.chunk, { by: 'head', chars: 1000 })
    t.equal(filters.minTokens, 150)
  }
  t.end()
})

t.test('the requests, as a person reads them', (t) => {
  for (const recipe of all) {
    for (const [i, user] of users('d1', { label_topic: 'Physics' }, recipe).entries()) t.matchSnapshot(user, `${recipe.name} ${recipe.steps[0]!.variants[i]!.name}`)
  }
  t.end()
})

t.test('10,000 coins: half of the documents with a topic are told it, the others never', (t) => {
  let told = 0
  for (let i = 0; i < 10_000; i++) {
    const [wikihow] = users(`d${i}`, { label_topic: 'Physics {{text}}' })
    if (wikihow!.includes(', within the context of "Physics {{text}}"')) told++
    else if (/context|Physics/.test(wikihow!)) t.fail(wikihow ?? '')
    if (i < 500 && users(`d${i}`, {}).some((user) => /context|label/.test(user))) t.fail('no topic, no clause')
  }
  t.ok(Math.abs(told - 5000) <= 150, `${told} of 10,000`)
  t.end()
})

t.test('each document gets one style, each as often', (t) => {
  for (const { steps: [step] } of all) {
    const counts = new Map<string, number>()
    for (let i = 0; i < 4000; i++) for (const { variant } of expandDocument(step!, { text: 'x', id: `d${i}`, slots: {} }, 0)) counts.set(variant.name, (counts.get(variant.name) ?? 0) + 1)
    const fair = 4000 / step!.variants.length
    t.equal(counts.size, step!.variants.length)
    for (const [name, n] of counts) t.ok(Math.abs(n - fair) < 160, `${name} ${n}`)
  }
  t.end()
})

t.test('end to end: extract, topic from a label, openers, least length', async (t) => {
  const rows = Array.from({ length: 12 }, (_, i) => ({ id: `d${i}`, text: `${String.fromCharCode(97 + i).repeat(999)}END${'z'.repeat(500)}`, topic: i < 8 ? `Topic ${i}` : null }))
  const long = Array.from({ length: 60 }, (_, i) => `Water number ${i} boils.`).join(' ')
  const server = await scriptedServer(({ method, body }) => {
    if (method === 'GET') return { body: { object: 'list', data: [{ id: 'm', object: 'model' }] } }
    return { body: completion(body.includes('cccc') ? 'Hello, readers! Too short.' : `Hello, dear readers! ${long}`) }
  })
  t.teardown(() => server.close())
  const folder = t.testdir({ 'in.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') })
  const out = join(folder, 'out')
  const { code, stderr } = await run([join(folder, 'in.jsonl'), out, '--recipe', 'cosmopedia', '--label', 'topic=column:topic', '--endpoint', server.url, '--dedupe', 'none', '--quiet'])
  t.equal(code, 0, stderr)
  t.match(spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out], { encoding: 'utf8' }), { status: 0, stdout: /proven/ })

  const bodies = server.received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as Record<string, unknown> & { messages: { role: string; content: string }[] })
  t.equal(bodies.length, 12)
  let told = 0
  for (const { messages, ...body } of bodies) {
    t.match(body, { temperature: 0.6, top_p: 0.95, max_tokens: 2500, stop: ['<|endoftext|>'] })
    t.notOk('top_k' in body || 'repetition_penalty' in body, 'strict servers refuse these')
    const { content } = messages[0]!
    t.match(content, /^Text:\n([a-l])\1{998}E\n\nTask: /, 'exactly 1,000 characters')
    const topic = /within the context of "Topic (\d)"/.exec(content)?.[1]
    if (topic !== undefined) {
      told++
      t.equal(content[6], String.fromCharCode(97 + Number(topic)), 'its own topic')
    }
  }
  t.ok(told > 0 && told < 8, `${told} of 8`)
  const written = readParts(out)
  t.same(written.map((row) => row['text']), Array.from({ length: 11 }, () => long))
  t.same(written.filter((row) => row['label_topic'] === null).length, 4)
  t.same(readParts(join(out, '_rejected')).map((row) => [row['seed_id'], row['reason']]), [['d2', 'too_short']])
})
