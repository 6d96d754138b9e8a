import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ids, readParts, readSummary, root, run, sum } from './stream-process.js'

/** Answers by what a prompt asks for; `null`: 400. Keeps every body. */
async function scripted(t: Test, answer: (prompt: string, n: number) => string | null) {
  const prompts: string[] = []
  const server = createServer(async (request, response) => {
    const send = (status: number, value: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (request.method === 'GET') return send(200, { object: 'list', data: [{ id: 'm', object: 'model' }] })
    let body = ''
    for await (const chunk of request) body += chunk
    const prompt = (JSON.parse(body) as { messages: { content: string }[] }).messages.at(-1)!.content
    const text = answer(prompt, prompts.push(prompt))
    if (text === null) return send(400, { error: { message: 'poison', type: 'x', code: 400 } })
    send(200, { id: 'x', object: 'chat.completion', created: 0, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => (server.closeAllConnections(), server.close()))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, prompts }
}

const step = (name: string, more: object) => ({
  name, shape: 'chat', layout: 'instruction-first', choose: 'all', sampling: { max_tokens: 50 }, maxDocumentChars: 10_000, ...more,
})
const variant = (instruction: string, more: object = {}) => ({ name: 'v', strategy: 's', instruction, ...more })
const filters = { minTokens: 0, maxTokens: null, truncated: 'keep', collapse: false }
const recipe = (steps: object[], more: object = {}) => JSON.stringify({ name: 'scripted', summary: '', source: '', steps, filters, ...more })

/** Documents of `n` sentences each, so that a bound of 12 tokens makes one chunk a sentence. */
const documents = [3, 1, 2].map((n, d) => Array.from({ length: n }, (_, i) => `Sentence number ${i} of the document ${'abc'[d]} stands here.`).join(' '))

async function prepared(t: Test, recipeJson: string) {
  const dir = t.testdir({ 'in.jsonl': documents.map((text, i) => JSON.stringify({ id: `d${i}`, text })).join('\n'), 'recipe.json': recipeJson })
  const stream = (url: string, ...more: string[]) =>
    run([join(dir, 'in.jsonl'), join(dir, 'out'), '--recipe', join(dir, 'recipe.json'), '--endpoint', url, '--dedupe', 'none', '--max-concurrency', '4', '--quiet', ...more])
  return { dir, out: join(dir, 'out'), stream }
}

async function proven(t: Test, out: string) {
  const { spawnSync } = await import('node:child_process')
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out], { encoding: 'utf8' })
  t.equal(status, 0, stdout + stderr)
}

t.test('chunks are joined in their order; a failed chunk costs its document; then a step judges', async (t) => {
  const steps = [
    step('rewrite', { chunk: { by: 'sentences', maxTokens: 12 }, variants: [variant('Rewrite: {{text}}', { join: { separator: ' ', partial: 'drop', parse: [{ op: 'trim' }] } })] }),
    step('judge', { judge: { mode: 'filter', minScore: 3, share: 1 }, variants: [variant('Judge {{output}} by {{text}}')] }),
  ]
  const { out, stream } = await prepared(t, recipe(steps))
  // No operation gives scores here: in filter mode nothing is left, in report mode all is.
  const { url, prompts } = await scripted(t, (prompt) => (prompt.startsWith('Judge') ? 'fine' : prompt.includes('1 of the document c') ? null : `<${prompt.slice(9, 26)}>`))
  const ended = await stream(url)
  t.equal(ended.code, 0, ended.stderr)
  t.same(prompts.filter((prompt) => prompt.startsWith('Judge')).toSorted(), [
    `Judge <Sentence number 0> <Sentence number 1> <Sentence number 2> by ${documents[0]}`, `Judge <Sentence number 0> by ${documents[1]}`,
  ])
  const { outputs, requests } = readSummary(out)
  t.same([requests.planned, requests.sent], [8, 8])
  t.same([outputs.failed, outputs.dropped], [{ STREAM_HTTP_400: 1 }, { incomplete_document: 1, unjudged: 2 }])
  const rejected = readParts(join(out, '_rejected')).filter(({ reason }) => reason === 'unjudged')
  t.match(rejected.map(({ text }) => text).toSorted(), [/^<Sentence number 0>$/, /^<Sentence number 0> <S/], 'what is lost is the output, not what its judge said')
  await proven(t, out)

  writeFileSync(join(out, '..', 'recipe.json'), recipe([steps[0]!, { ...steps[1]!, judge: { mode: 'report', minScore: 3, share: 1 } }]))
  t.equal((await stream(url)).code, 0)
  t.equal(readSummary(out).requests.sent, 1, 'only the refused one is asked again')
  t.same(readParts(out).map(({ seed_id, judge_score, chunk }) => [seed_id, judge_score, chunk]), [['d0', null, null], ['d1', null, null]])
  await proven(t, out)
})

t.test('chunks of a rewritten document are joined to that: the next step compares with it, not with the seed', async (t) => {
  const { out, stream } = await prepared(t, recipe([
    step('rewrite', { variants: [variant('Rewrite: {{text}}')] }),
    step('polish', { chunk: { by: 'sentences', maxTokens: 5 }, variants: [variant('Polish: {{text}}', { join: { separator: '+', partial: 'drop' } })] }),
    step('check', { input: 'source', variants: [variant('Check {{output}} by {{text}}')] }),
  ]))
  const { url, prompts } = await scripted(t, (prompt) => (
    prompt.startsWith('Rewrite') ? `New ${/document \w/.exec(prompt)![0]}. It is rewritten.` : prompt.startsWith('Polish') ? `p${prompt.slice(8, 11)}` : 'checked'
  ))
  const ended = await stream(url)
  t.equal(ended.code, 0, ended.stderr)
  t.same(prompts.filter((prompt) => prompt.startsWith('Check')).toSorted(), ['a', 'b', 'c'].map((name) => `Check pNew+pIt by New document ${name}. It is rewritten.`))
  t.same(readParts(out).map(({ chunk }) => chunk), [null, null, null])
  await proven(t, out)
})

t.test('sequential: each request holds what was answered before; joined at the end', async (t) => {
  const { out, stream } = await prepared(t, recipe([
    step('rewrite', { chunk: { by: 'sentences', maxTokens: 12 }, sequential: true, variants: [variant('({{previous}}) {{text}}', { join: { separator: '+', partial: 'keep' } })] }),
  ]))
  const { url, prompts } = await scripted(t, (prompt) => `r${/number (\d)/.exec(prompt.slice(prompt.indexOf(')')))![1]}`)
  t.equal((await stream(url)).code, 0)
  t.same(prompts.filter((prompt) => prompt.includes('document a')).map((prompt) => prompt.slice(0, prompt.indexOf(')') + 1)), ['()', '(r0)', '(r0\n\nr1)'])
  t.same(readParts(out).map(({ text }) => text), ['r0+r1+r2', 'r0', 'r0+r1'])
  await proven(t, out)
})

t.test('sequential: a reply without its form is asked for again, also in the middle', async (t) => {
  const { out, stream } = await prepared(t, recipe([
    step('rewrite', {
      chunk: { by: 'sentences', maxTokens: 12 }, sequential: true, attempts: 2, parse: [{ op: 'between', open: '<a>', close: '</a>' }],
      variants: [variant('({{previous}}) {{text}}', { join: { separator: '+', partial: 'drop' } })],
    }),
  ]))
  const seen = new Map<string, number>()
  const { url } = await scripted(t, (prompt) => {
    const n = (seen.get(prompt) ?? 0) + 1
    seen.set(prompt, n)
    const [, number, name] = /number (\d) of the document (\w)/.exec(prompt.slice(prompt.lastIndexOf(')')))!
    return (name === 'a' && number === '1') || (name === 'b' && number === '0') ? (n === 2 ? `<a>${name}${number}</a>` : 'bad') : `<a>${name}${number}</a>`
  })
  const ended = await stream(url)
  t.equal(ended.code, 0, ended.stderr)
  t.same([...seen].filter(([, n]) => n === 2).map(([prompt]) => /number \d of the document \w/.exec(prompt)![0]).toSorted(), ['number 0 of the document b', 'number 1 of the document a'])
  t.same(readParts(out).map(({ text }) => text), ['a0+a1+a2', 'b0', 'c0+c1'])
  t.ok([...seen.keys()].some((prompt) => prompt.startsWith('(<a>a0</a>\n\n<a>a1</a>)')), 'told what was accepted')
  t.equal((await stream(url)).code, 0)
  t.equal(readSummary(out).requests.sent, 0, 'a rerun asks nothing')
  await proven(t, out)
})

t.test('a row that no variant is meant for leaves as a seed; nothing to ask is no request', async (t) => {
  const { dir, out, stream } = await prepared(t, recipe([
    step('copy', { ask: false, parse: [{ op: 'source' }], variants: [variant('', {}), variant('')].map((_, i) => ({ name: `epoch_${i}`, strategy: 's', when: { score: { atMost: 1 } } })) }),
  ]))
  writeFileSync(join(dir, 'in.jsonl'), documents.map((text, i) => JSON.stringify({ id: `d${i}`, text, q: i })).join('\n'))
  const { url, prompts } = await scripted(t, () => 'asked')
  const ended = await stream(url, '--quality', 'column:q')
  t.equal(ended.code, 0, ended.stderr)
  t.equal(prompts.length, 0)
  const { seeds, requests } = readSummary(out)
  t.same(seeds.dropped, { no_variant: 1 })
  t.same([requests.planned, requests.unasked, requests.sent], [4, 4, 0])
  t.same(readParts(out).map(({ text }) => text).toSorted(), [documents[0], documents[0], documents[1], documents[1]].toSorted())
  await proven(t, out)
})

t.test('asked again while the reply has not its form, and never a third time', async (t) => {
  const { out, stream } = await prepared(t, recipe([
    step('tag', { attempts: 2, parse: [{ op: 'between', open: '<a>', close: '</a>' }], variants: [variant('Tag: {{text}}')] }),
  ]))
  const seen = new Map<string, number>()
  const { url } = await scripted(t, (prompt) => {
    const n = (seen.get(prompt) ?? 0) + 1
    seen.set(prompt, n)
    return prompt.includes('document a') ? '<a>good</a>' : prompt.includes('document b') && n === 2 ? '<a>second</a>' : 'bad'
  })
  t.equal((await stream(url)).code, 0)
  t.same([...seen.values()].toSorted(), [1, 2, 2])
  t.same(readParts(out).map(({ text }) => text).toSorted(), ['good', 'second'])
  t.same(readSummary(out).outputs.failed, { STREAM_PARSE_FAILED: 1 })
  const before = ids(readParts(out))
  t.equal((await stream(url)).code, 0)
  t.same([ids(readParts(out)), sum(Object.fromEntries([...seen].map(([, n], i) => [i, n])))], [before, 5], 'a rerun asks nothing')
  await proven(t, out)
})
