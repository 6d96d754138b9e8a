import { join } from 'node:path'
import t, { type Test } from 'tap'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import { parseRecipe, recipeProblems, recipeToYaml } from '../../dist/recipes/load.js'
import { maga, magaRelaxed, magaStrict } from '../../dist/recipes/maga.js'
import { promptTokens } from '../../dist/recipes/chunkers/prompt-tokens.js'
import { chooseVariants, promptFor } from '../../dist/recipes/prompts.js'
import { taskOf } from '../../dist/endpoint/offline/task.js'
import { countTokens } from '../../dist/text/tokens.js'
import { readParts, readSummary, run } from '../e2e/stream-process.ts'
import { completion, scriptedServer, type Received } from '../endpoint/scripted-server.ts'
import { tokens } from './ops/about.ts'

const recipes = [maga, magaStrict, magaRelaxed]
const slots = { genre: 'Sea shanty. Rough and merry.', audience: 'Landlubbers. They fear water.', output: 'WRITTEN TEXT' }

function bodies(text = 'RAW TEXT {{genre}}', filled: Record<string, string> = slots) {
  return recipes.flatMap((recipe) => recipe.steps.map((step) => {
    const [{ task }] = chooseVariants(step, { id: 'd1', slots: filled }, 0) as [ReturnType<typeof chooseVariants>[0]]
    const { body } = encodeRequest(promptFor(task, text, filled), { model: 'm', sampling: task.sampling, sample: 0, extraBody: task.extra ?? {} })
    return { name: `${recipe.name} ${step.name}`, body: JSON.parse(body) as { messages: { content: string }[]; max_tokens: number } }
  }))
}

t.test('requests as they are sent', (t) => {
  for (const { name, body } of bodies()) {
    const { messages, ...rest } = body
    t.equal(messages.length, 1, 'one message')
    t.matchSnapshot(`${JSON.stringify(rest)}\n\n${messages[0]!.content}`, name)
    t.match(messages[0]!.content, /^#Identity and Capabilities#\n.*\n\n#Workflow#\n.*\n\n#Detailed Requirements#\n.*\n\n#Response#\n.*\n\n#Input#\n#Raw Text#\n/s, 'sections in the order of the paper')
    t.notMatch(messages[0]!.content.replace('RAW TEXT {{genre}}', ''), /\{\{|undefined/, 'every place is filled')
  }
  t.end()
})

t.test('the five prompts of a document share all but genre and audience', (t) => {
  const [, first] = bodies('RAW', slots)
  const [, second] = bodies('RAW', { ...slots, genre: 'Ode.', audience: 'Cooks.' })
  const [one, two] = [first!.body.messages[0]!.content, second!.body.messages[0]!.content]
  t.ok(one.slice(0, one.indexOf('Sea shanty')) === two.slice(0, two.indexOf('Ode.')) && one.indexOf('RAW') < one.indexOf('Sea shanty'))
  t.match(one, '<<<Sea shanty. Rough and merry.>>>')
  t.match(one, '<<<Landlubbers. They fear water.>>>')
  t.end()
})

t.test('plain data: written as YAML and read again it is the same', (t) => {
  for (const recipe of recipes) {
    t.same(recipeProblems(recipe), [])
    t.same(parseRecipe(recipeToYaml(recipe), 'maga.yaml'), recipe)
  }
  t.end()
})

t.test('the judge reports on one in a hundred, and 3 is enough', (t) => {
  for (const { steps } of recipes) t.same(steps[2]!.judge, { mode: 'report', minScore: 3, share: 0.01 })
  t.end()
})

t.test('prompts stay within 4,096 tokens, judge and reply within 8,192, for the longest chunk and slots', (t) => {
  const [pairs] = maga.steps
  const { by: _, ...params } = pairs!.chunk!
  const text = Array.from({ length: 3000 }, (_, i) => `Sentence ${i} of a long page ends here.${i % 9 === 8 ? '\n\n' : ' '}`).join('')
  const pieces = promptTokens.cut(text, params as never, { tokens, quirks: 'safe', template: pairs!.variants[0]!.instruction!, maxTokens: null })
  t.ok(pieces.length > 5)
  const longest = pieces.map((piece) => piece.text).toSorted((a, b) => countTokens(b) - countTokens(a))[0]!
  const filled = { genre: tokens.truncate('word '.repeat(999), 256), audience: tokens.truncate('word '.repeat(999), 256), output: tokens.truncate('word '.repeat(9999), 4096) }
  for (const { name, body } of bodies(longest, filled)) {
    const size = countTokens(body.messages[0]!.content)
    if (name.endsWith('judge')) t.ok(size + body.max_tokens <= 8192, `${name}: ${size} + ${body.max_tokens}`)
    else t.ok(size <= 4096 - 64 && size + body.max_tokens <= 8192, `${name}: ${size} + ${body.max_tokens}`)
  }
  t.end()
})

t.test('the offline endpoint understands every prompt', (t) => {
  const kinds = bodies('The raw text.').map(({ body }) => taskOf(body.messages[0]!.content))
  t.same(kinds.slice(0, 3).map(({ kind }) => kind), ['audience_pairs', 'dense', 'verdict'])
  t.same(kinds.map(({ kind }) => kind), [0, 1, 2].flatMap(() => ['audience_pairs', 'dense', 'verdict']))
  t.same(new Set(kinds.map(({ document }) => document)), new Set(['The raw text.']))
  t.end()
})

const source = 'Glaciers carve valleys. Glaciers move slowly downhill, grinding bedrock into powder, and leave moraines when they melt.'
const five = Object.fromEntries([1, 2, 3, 4, 5].flatMap((n) => [[`audience_${n}`, `Audience ${n}.`], [`genre_${n}`, `Genre ${n}.`]]))
const array = [1, 2].map((n) => ({ genre: { title: `Genre ${n}`, description: 'Calm.' }, audience: { title: `Audience ${n}`, description: 'Young.' } }))
/** What is answered to the pairs prompt of each seed, and how many pairs are in it. */
const replies: [string, number][] = [
  [JSON.stringify(five), 5],
  [`\`\`\`json\n${JSON.stringify(five, null, 2)}\n\`\`\``, 5],
  [`Here are the five pairs:\n\n${JSON.stringify(five)}`, 5],
  [JSON.stringify({ ...five, genre_2: '', audience_5: undefined }), 3],
  [JSON.stringify(array), 2],
  [JSON.stringify(five).slice(0, JSON.stringify(five).indexOf('Genre 4')), 3],
  ['I would rather not.', 0],
  ['{"audience_1": "..."}', 0],
]

/** Plays the model: pairs by the number of the seed, a text by its genre, a verdict by the text. */
function model({ method, body }: Received) {
  if (method === 'GET') return { body: { data: [{ id: 'tiny' }] } }
  const prompt = (JSON.parse(body) as { messages: { content: string }[] }).messages[0]!.content
  if (prompt.includes('#Text A#')) {
    const n = Number(/Genre (\d)/.exec(prompt.slice(prompt.indexOf('#Text A#')))?.[1])
    return { body: completion(n === 3 ? 'No idea.' : `{"A": {"analysis": "a", "score": ${n === 1 ? 5 : 2}}}`) }
  }
  const genre = /<<<(Genre \d)/.exec(prompt)?.[1]
  if (genre === 'Genre 4') return { body: completion(`Please note that ${source}`) }
  if (genre === 'Genre 5') return { body: completion('A recipe for bread.') }
  if (genre) return { body: completion(`${genre}: ${source}`) }
  return { body: completion(replies[Number(/Seed (\d)/.exec(prompt)![1])]![0]) }
}

async function play(t: Test, mode: 'report' | 'filter') {
  const server = await scriptedServer(model)
  t.teardown(() => server.close())
  const [pairs, reformulate, judge] = maga.steps
  const whole = { ...maga, steps: [pairs!, reformulate!, { ...judge!, judge: { mode, minScore: 3, share: 1 } }] }
  const folder = t.testdir({
    'seeds.jsonl': replies.map((_, i) => JSON.stringify({ id: `s${i}`, text: `Seed ${i}. ${source}` })).join('\n'),
    'maga.yaml': recipeToYaml(whole),
  })
  const out = join(folder, 'out')
  const args = [join(folder, 'seeds.jsonl'), out, '--recipe', join(folder, 'maga.yaml'), '--endpoint', server.url, '--dedupe', 'none', '--max-concurrency', '4']
  return { ended: await run(args), out, server }
}

t.test('from seeds to judged rows, with replies in eight shapes', async (t) => {
  const { ended, out, server } = await play(t, 'report')
  t.equal(ended.code, 0, ended.stderr)
  const summary = readSummary(out)
  const rows = readParts(out)
  // Genre 4 is boilerplate and genre 5 about bread wherever they come; seeds 6 and 7 have no pairs.
  const pairsOf = replies.map(([, n]) => n)
  t.same(summary.counts['pairs'], { 'pairs_parsed.5': 3, 'pairs_parsed.3': 2, 'pairs_parsed.2': 1, parse_error: 2 })
  t.same(summary.outputs.failed, { STREAM_PARSE_FAILED: 2 })
  t.same(summary.outputs.dropped, { boilerplate: 4, low_keyword_coverage: 3 })
  const sent = server.received.filter(({ method }) => method === 'POST').map(({ body }) => body)
  t.equal(sent.filter((body) => body.includes('<<<Genre')).length, pairsOf.reduce((a, b) => a + b, 0), 'a request a pair')
  t.equal(rows.length, 16)
  // s0-s2 and s5: genres 1 to 3; s3: 1 and 3; s4: 1 and 2.
  t.same(summary.counts['judge'], { 'score.5': 6, 'score.2': 5, judge_parse_error: 5 })
  t.match(ended.stderr, / {2}judged {4}judge: 16 outputs, 37\.50 % at 3 or more, 31\.25 % at 2 or less, 37\.50 % at 4 or more, 37\.50 % at 5; 5 replies without a score/)
  for (const row of rows) {
    const n = /Genre (\d)/.exec(String(row['genre']))![1]
    t.match(row, { step: 'reformulate', variant: 'base', text: `Genre ${n}: ${source}`, judge_score: n === '1' ? 5 : n === '2' ? 2 : null })
    t.match(row['audience'], `Audience ${n}`)
    t.equal(row['chunk'], 0, 'the chunk that the pair was proposed for')
  }
})

t.test('filter: below 3, or without a score, nothing is written', async (t) => {
  const { ended, out } = await play(t, 'filter')
  t.equal(ended.code, 0, ended.stderr)
  t.same(new Set(readParts(out).map((row) => row['judge_score'])), new Set([5]))
  t.match(readSummary(out).outputs, { written: 6, dropped: { judge_below_threshold: 5 }, failed: { STREAM_PARSE_FAILED: 7 } })
})

t.test('--layout maga: five rows a chunk, as the released data set has them', async (t) => {
  const server = await scriptedServer(({ method, body }) => {
    if (method === 'GET') return { body: { data: [{ id: 'tiny' }] } }
    const prompt = (JSON.parse(body) as { messages: { content: string }[] }).messages[0]!.content
    if (prompt.includes('#Text A#')) return { body: completion('{"A": {"analysis": "a", "score": 5}}') }
    const raw = prompt.slice(prompt.indexOf('<document>\n') + 11, prompt.indexOf('\n</document>'))
    const genre = /<<<(Genre \d)/.exec(prompt)?.[1]
    return { body: completion(genre === undefined ? JSON.stringify(five) : `${genre}: ${raw.slice(0, 400)}`) }
  })
  t.teardown(() => server.close())
  const long = Array.from({ length: 90 }, (_, i) => `Paragraph ${i}. ${source} It is one of many paragraphs on ice, stone, water and time, with ${i * 37} words of no weight.`).join('\n\n')
  const texts = { short: `One. ${source}`, long }
  const folder = t.testdir({ 'seeds.jsonl': Object.entries(texts).map(([id, text]) => JSON.stringify({ id, text })).join('\n') })
  const out = join(folder, 'out')
  const { code, stderr } = await run([join(folder, 'seeds.jsonl'), out, '--recipe', 'maga', '--layout', 'maga', '--endpoint', server.url, '--dedupe', 'none', '--quiet'])
  t.equal(code, 0, stderr)
  const rows = readParts(out).map((row) => ({ text: String(row['content_split']), meta: (row['meta'] as { toJSON(): Record<string, string> }).toJSON() }))
  const chunks = new Map<string, string[]>()
  for (const { text, meta } of rows) {
    t.same(Object.keys(meta), ['chunk_id', 'docid', 'meta_extra', 'source', 'split', 'genre', 'audience', 'raw_text'])
    const n = /^Genre (\d): /.exec(text)![1]
    t.match(meta, { genre: `Genre ${n}.`, audience: `Audience ${n}.`, split: 'train', source: /seeds\.jsonl/ })
    t.equal(text, `Genre ${n}: ${meta['raw_text']!.slice(0, 400)}`, 'raw_text is what the model was shown')
    t.match(JSON.parse(meta['meta_extra']!), { recipe: 'maga', variant: 'base', model: String })
    chunks.set(meta['chunk_id']!, [...(chunks.get(meta['chunk_id']!) ?? []), n!])
    t.ok(meta['chunk_id']!.startsWith(`${meta['docid']}_`) && texts[meta['docid'] as keyof typeof texts].includes(meta['raw_text']!))
  }
  t.same([...chunks.keys()].toSorted(), ['long_0', 'long_1', 'short_0'])
  for (const [chunk, genres] of chunks) t.same(genres.toSorted(), ['1', '2', '3', '4', '5'], chunk)
})

// The three recipes differ in a prompt that the offline endpoint reads alike (above), so one run speaks for them.
t.test('offline: rewrites without a trace of the prompt', async (t) => {
  const folder = t.testdir({ 'seeds.jsonl': [1, 2].map((n) => JSON.stringify({ text: `${source} Number ${n} of them has a lake named after it.` })).join('\n') })
  const out = join(folder, 'out')
  const { code, stderr } = await run([join(folder, 'seeds.jsonl'), out, '--recipe', 'maga-relaxed', '--dedupe', 'none', '--quiet'])
  t.equal(code, 0, stderr)
  const rows = readParts(out)
  t.ok(rows.length >= 4, `${rows.length} rows`)
  for (const { text } of rows) t.notMatch(text, /<<<|>>>|#|<document>|\{\{/)
  t.ok(new Set(rows.map(({ text }) => text)).size > 1, 'genres make a difference')
})
