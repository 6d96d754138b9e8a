import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { expandDocument } from '../../dist/recipes/prompts.js'
import { wrap } from '../../dist/recipes/wrap.js'
import { countTokens } from '../../dist/text/tokens.js'
import { readParts, readSummary, root, run } from '../e2e/stream-process.js'
import { completion, scriptedServer } from '../endpoint/scripted-server.js'
import { refined } from './refined.js'

const [step] = wrap.steps as [(typeof wrap.steps)[0]]
const STYLES = ['easy', 'hard', 'medium', 'qa']

t.test('the requests, as a person reads them', (t) => {
  for (const { variant, prompt, sampling } of expandDocument({ ...step, choose: 'all' }, { text: 'Water boils at 100 degrees Celsius.', id: 'd', slots: {} }, 0)) {
    if (prompt.shape !== 'chat') return t.fail('chat')
    const text = prompt.messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n')
    t.matchSnapshot(`${text}\n\n${JSON.stringify(sampling)}`, variant.name)
  }
  t.end()
})

t.test('each document gets one style, each style as often', (t) => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 4000; i++) {
    const [only, ...more] = expandDocument(step, { text: 'x', id: `d${i}`, slots: {} }, 0)
    if (more.length > 0) t.fail('one style')
    counts.set(only!.variant.name, (counts.get(only!.variant.name) ?? 0) + 1)
  }
  t.same([...counts.keys()].toSorted(), STYLES)
  for (const [name, n] of counts) t.ok(Math.abs(n - 1000) < 120, `${name} ${n}`)
  t.end()
})

t.test('replies that are not as asked', (t) => {
  const made = (reply: string) => refined(step.parse!, reply, { source: 'Water boils. It is hot.' })
  t.equal(made(''), 'too_short')
  t.equal(made('Here is a paraphrase:'), 'too_short', 'nothing but a lead')
  t.equal(made('Water boils. The following was left out'), 'flagged_phrase')
  t.same((made(' Here is a paraphrase of the text:\n\nWater bubbles when hot.') as string[])[0], 'Water bubbles when hot.')
  t.end()
})

t.test('300 documents, end to end: whole sentences in chunks of 300 tokens, as many tokens real as synthetic', async (t) => {
  const sentence = (doc: number, i: number) => `In ${1000 + doc} the ${'red green blue grey'.split(' ')[i % 4]} ship number ${i} left the port of city ${doc * 31 + i} for the island ${i * 7 + doc}.`
  const rows = Array.from({ length: 300 }, (_, doc) => ({ id: `d${doc}`, text: Array.from({ length: 8 + (doc % 17) }, (_, i) => sentence(doc, i)).join(' ') }))
  let flagged = 0
  // Replies are two thirds of the source to one and a half of it, and some are not fit for use.
  const server = await scriptedServer(({ method, body }, index) => {
    if (method === 'GET') return { body: { object: 'list', data: [{ id: 'm', object: 'model' }] } }
    const { messages } = JSON.parse(body) as { messages: { content: string }[] }
    const source = messages[1]!.content.split('Text:\n')[1]!
    if (index % 19 === 7) { flagged++; return { body: completion('It is done. The following was asked for') } }
    const cut = source.slice(0, Math.floor(source.length * (2 / 3 + (index % 6) / 6)))
    const reply = `Here is a paraphrase:\n\n${cut}${index % 6 > 2 ? source.slice(0, source.length / 3).toUpperCase() : ''}`
    return { body: completion(reply) }
  })
  t.teardown(() => server.close())
  const folder = t.testdir({ 'in.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') })
  const out = join(folder, 'out')
  const { code, stderr } = await run([join(folder, 'in.jsonl'), out, '--recipe', 'wrap', '--endpoint', server.url, '--dedupe', 'none', '--quiet'])
  t.equal(code, 0, stderr)
  t.match(spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out], { encoding: 'utf8' }), { status: 0, stdout: /proven/ })

  const written = readParts(out)
  const tokens = (of: typeof written) => of.reduce((sum, row) => sum + Number(row['token_count']), 0)
  const real = written.filter((row) => row['variant'] === 'real')
  const synthetic = written.filter((row) => row['variant'] !== 'real')
  t.same([...new Set(synthetic.map((row) => String(row['variant'])))].toSorted(), STYLES)
  t.ok(Math.abs(tokens(real) / tokens(synthetic) - 1) <= 0.01, `${tokens(real)} real, ${tokens(synthetic)} synthetic`)

  const texts = new Map(rows.map(({ id, text }) => [id, text]))
  for (const row of real) {
    const { seed_id, text } = row as { seed_id: string; text: string }
    if (!texts.get(seed_id)!.includes(text)) t.fail(`not in ${seed_id}: ${text}`)
    if (!/^In .*\.$/s.test(text) || countTokens(text) > 300 + 2) t.fail(`not whole sentences of 300 tokens: ${text}`)
  }
  t.same(new Set(real.map((row) => `${row['model']}/${row['strategy']}`)), new Set(['/real']), 'no model wrote it')
  t.notOk(synthetic.some((row) => String(row['text']).includes('paraphrase')))
  t.ok(flagged > 0)
  t.same(readSummary(out).outputs.dropped, { flagged_phrase: flagged })
})
