import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadRecipe } from '../../dist/recipes/load.js'
import { nemotronCc, nemotronTasks } from '../../dist/recipes/nemotron-cc.js'
import { chooseVariants, expandDocument } from '../../dist/recipes/prompts.js'
import { readParts, readSummary, root, run } from '../e2e/stream-process.js'
import { completion, scriptedServer } from '../endpoint/scripted-server.js'
import { refined, words } from './refined.js'

const [step] = nemotronCc.steps as [(typeof nemotronCc.steps)[0]]
const task = (name: string) => step.variants.find((variant) => variant.name === name)!
const names = (score: number | null) => chooseVariants(step, { id: 'a', slots: {}, score }, 0).map((chosen) => chosen.task.name)
const HIGH = ['diverse_qa', 'distill', 'extract_knowledge', 'knowledge_list']

t.test('buckets above 11 get four tasks, the others one; what has no bucket counts as selected', (t) => {
  t.same([0, 11, 12, 19].map(names), [['wikipedia'], ['wikipedia'], HIGH, HIGH])
  t.same(names(null), HIGH)
  t.end()
})

t.test('the limits are those of the reference', (t) => {
  const limits = Object.fromEntries(step.variants.map(({ name, chunk, parse, join }) => {
    const bounds = [...parse!, ...(join?.parse ?? [])].filter(({ op }) => op === 'tokens')
    return [name, [chunk!['minDocument'], chunk!['minSegment'], chunk!['maxInput'], bounds[0]!['max'], bounds.at(-1)!['min']]]
  }))
  t.same(limits, {
    diverse_qa: [30, 30, 1000, 598, 100],
    distill: [30, 10, 2000, 1598, 50],
    extract_knowledge: [30, 30, 1400, 1398, 50],
    knowledge_list: [30, 30, 1000, 598, 50],
    wikipedia: [5, 5, 512, 510, 50],
  })
  t.same(step.sampling, { temperature: 0.5, top_p: 0.9, max_tokens: 1600 })
  t.same(task('wikipedia').sampling, { max_tokens: 512 })
  t.end()
})

t.test('each task at its limits and one beyond, and its replies that are not as asked', (t) => {
  const text = (n: number) => Array.from({ length: n }, (_, i) => `w${i}`).join(' ')
  /** What a task makes of a reply; a text of n words has n + 1 tokens. */
  const made = (name: string, reply: string) => {
    const { parse, join } = task(name)
    const whole = refined([...parse!, ...(join?.parse ?? [])], reply, { tokens: words, source: 'one two three' })
    return typeof whole === 'string' ? whole : whole.join('|').length > 0
  }
  const qa = (n: number) => `- Question: ${text(n - 2)}`
  const wiki = (n: number) => `Here is a paraphrased version:\n${text(n - 5)}`
  const short = (n: number) => `Paraphrased Text:\n${text(n - 2)}`
  const list = (n: number) => `- ${text(n - 1)}`
  const cases: [name: string, reply: (words: number) => string, max: number, least: number][] = [
    // The longest reply counts whole; the shortest as it is at the end: without lead and bullet, with the source.
    ['diverse_qa', qa, 598, 100 - 3 + 1],
    ['distill', short, 1598, 50 + 2],
    ['extract_knowledge', text, 1398, 50],
    ['knowledge_list', list, 598, 50 + 1],
    ['wikipedia', wiki, 510, 50 + 5],
  ]
  for (const [name, reply, max, least] of cases) {
    t.equal(made(name, reply(max - 1)), true, `${name}: ${max} tokens`)
    t.equal(made(name, reply(max)), 'too_long', `${name}: ${max + 1} tokens`)
    t.equal(made(name, `${reply(max - 2)} [w](u "t")`), 'too_long', `${name}: ${max + 1} tokens, of which Markdown will take one`)
    t.equal(made(name, reply(least - 1)), true, `${name}: shortest`)
    t.equal(made(name, reply(least - 2)), 'too_short', `${name}: one token too few`)
  }
  for (const name of ['diverse_qa', 'distill', 'wikipedia']) {
    for (const reply of ['', `Certainly! ${text(100)}`, text(100)]) t.equal(made(name, reply), 'STREAM_PARSE_FAILED', name)
  }
  for (const name of ['extract_knowledge', 'knowledge_list']) t.equal(made(name, ''), 'too_short', name)
  t.equal(made('distill', `**Paraphrased Text:** "${text(60)}"`), true, 'marks go before the prefix is looked for')
  t.end()
})

t.test('each task is a recipe of its own, for every seed', async (t) => {
  t.same(nemotronTasks.map(({ name }) => name), ['nemotron-diverse-qa', 'nemotron-distill', 'nemotron-extract-knowledge', 'nemotron-knowledge-list', 'nemotron-wikipedia'])
  for (const recipe of nemotronTasks) {
    const [only] = recipe.steps as [typeof step]
    t.equal(await loadRecipe(recipe.name), recipe)
    for (const score of [null, 0, 19]) t.equal(chooseVariants(only, { id: 'a', slots: {}, score }, 0).length, 1)
    const { when: _, ...variant } = task(only.variants[0]!.name)
    t.same(only.variants, [variant], 'and otherwise the same')
  }
})

t.test('the requests, as a person reads them', (t) => {
  for (const score of [12, 11]) {
    for (const { variant, prompt, sampling } of expandDocument(step, { text: 'Water boils at 100 degrees Celsius.', id: 'd', slots: {}, score }, 0)) {
      if (prompt.shape !== 'chat') return t.fail('chat')
      const text = prompt.messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n')
      t.matchSnapshot(`${text}\n\n${JSON.stringify(sampling)}`, variant.name)
    }
  }
  t.end()
})

/** About 35 tokens a line, all of them different. */
const document = (name: string, lines = 10) => Array.from({ length: lines }, (_, i) => `${name} line ${i}: ${Array.from({ length: 14 }, (_, k) => `${name}${i * 14 + k}`).join(' ')}.`).join('\n')
const sentence = (subject: string, n: number) => Array.from({ length: n }, (_, i) => `${subject} has property number ${i}.`).join(' ')

t.test('three documents, end to end, with scripted replies', async (t) => {
  const rows = [
    { id: 'high', text: document('alpha'), bucketed_results: 12 },
    { id: 'low', text: `${document('beta', 20)}\n${document('gamma', 20)}`, bucketed_results: 11 },
    { id: 'none', text: document('delta'), bucketed_results: null },
  ]
  let low = 0
  const server = await scriptedServer(({ method, body }) => {
    if (method === 'GET') return { body: { object: 'list', data: [{ id: 'm', object: 'model' }] } }
    const { messages } = JSON.parse(body) as { messages: { content: string }[] }
    const user = messages[1]!.content
    const subject = /(alpha|beta|gamma|delta)/.exec(user)![1]!
    const reply = (text: string) => ({ body: completion(text) })
    if (user.includes('Question:')) {
      if (subject === 'delta') return reply('I cannot do that.')
      return reply(`Here are the questions and answers based on the provided text:\n- Question: Is ${subject} **one**? Answer: Yes.\n- Question: What is it?\n  Answer: ${subject}.`)
    }
    if (user.includes('"Paraphrased Text:"')) return reply(`Paraphrased Text:\n"${sentence(`**${subject}**`, 20)}"`)
    if (user.includes('"Here is a paraphrased version:"')) {
      low++
      // The second half begins with what is left of beta; gamma's last part is not as asked.
      return reply(user.includes('gamma line 19') ? sentence('wrong', 20) : `Here is a paraphrased version:\n\n${sentence(subject, 20)}`)
    }
    if (user.includes('passages')) return reply(`Passage 1:\n${sentence(subject, 20)}\nPassage 2:\n${sentence('it', 20)}`)
    return reply(`Here is the list:\n${sentence(subject, 20).replaceAll(/(?<=\.) /g, '\n').replaceAll(/^/gm, '- ')}`)
  })
  t.teardown(() => server.close())
  const folder = t.testdir({ 'in.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') })
  const out = join(folder, 'out')
  const { code, stderr } = await run([join(folder, 'in.jsonl'), out, '--recipe', 'nemotron-cc', '--endpoint', server.url, '--quality', 'column:bucketed_results', '--dedupe', 'none'])
  t.equal(code, 0, stderr)
  t.match(spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out], { encoding: 'utf8' }), { status: 0, stdout: /proven/ })

  const written = readParts(out)
  const of = (seed: string) => Object.fromEntries(written.filter((row) => row['seed_id'] === seed).map((row) => [String(row['variant']), String(row['text'])]))
  t.same(Object.keys(of('high')).toSorted(), HIGH.toSorted())
  t.same(Object.keys(of('none')).toSorted(), HIGH.slice(1).toSorted(), 'one of the replies was not as asked')
  t.same(Object.keys(of('low')), ['wikipedia'])

  const high = of('high')
  t.equal(high['distill'], sentence('alpha', 20), 'prefix, marks and quotation marks are gone')
  t.equal(high['extract_knowledge'], `${sentence('alpha', 20)}\n${sentence('it', 20)}`)
  t.equal(high['knowledge_list'], sentence('alpha', 20).replaceAll(/(?<=\.) /g, '\n'))
  const [source, ...pairs] = high['diverse_qa']!.split('\n\n') as [string, ...string[]]
  t.equal(source, document('alpha'), 'the sample begins with its source')
  t.ok(pairs.length === 1 || pairs.length === 2)
  for (const pair of pairs) t.ok(['Question: Is alpha one? Answer: Yes.', 'Question: What is it?\nAnswer: alpha.'].includes(pair), pair)

  t.ok(low >= 3, `the low document is asked about in ${low} pieces`)
  const parts = of('low')['wikipedia']!.split('\n')
  t.equal(parts.length, low - 1, 'all pieces but the one that failed, a line each')
  t.ok(parts.every((part) => part === sentence('beta', 20) || part === sentence('gamma', 20)), 'in the order of the document')
  t.equal(parts[0], sentence('beta', 20))
  t.same(readSummary(out).outputs.failed, { STREAM_PARSE_FAILED: 2 })
  t.ok(readSummary(out).counts['rewrite']!['pairs']! >= 2)

  const prompts = server.received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as { max_tokens: number; messages: { content: string }[] })
  for (const prompt of prompts) t.equal(prompt.max_tokens, prompt.messages[1]!.content.includes('Wikipedia article') ? 512 : 1600)
  const counted = written.find((row) => row['variant'] === 'diverse_qa')!
  t.ok(Number(counted['token_count']) > 300, 'tokens of the text as it is written, not of the reply')

  // The same replies again, in the folders of the release.
  const again = await run([join(folder, 'in.jsonl'), out, '--recipe', 'nemotron-cc', '--endpoint', server.url, '--quality', 'column:bucketed_results', '--dedupe', 'none', '--layout', 'nemotron-cc'])
  t.equal(again.code, 0, again.stderr)
  const kinds: Record<string, string> = {
    'quality=high/kind=synthetic/kind2=diverse_qa_pairs': 'diverse_qa', 'quality=high/kind=synthetic/kind2=distill': 'distill',
    'quality=high/kind=synthetic/kind2=extract_knowledge': 'extract_knowledge', 'quality=high/kind=synthetic/kind2=knowledge_list': 'knowledge_list',
    'quality=low/kind=synthetic/kind2=wrap_medium': 'wikipedia',
  }
  const texts = (rows: ReturnType<typeof readParts>) => rows.map(({ text }) => String(text)).toSorted()
  for (const [path, variant] of Object.entries(kinds)) t.same(texts(readParts(join(out, path))), texts(written.filter((row) => row['variant'] === variant)), path)
  t.equal(readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet') && !name.startsWith('_')).length, 5, 'and nowhere else')
})
