import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ConfigInvalidError } from '../../dist/errors.js'
import { parseRecipe, recipeToYaml } from '../../dist/recipes/load.js'
import { promptFor } from '../../dist/recipes/prompts.js'
import { prox } from '../../dist/recipes/prox.js'
import { proxChunk } from '../../dist/recipes/prox-chunk.js'
import { proxDoc } from '../../dist/recipes/prox-doc.js'
import { proxTemplateNames, withProxTemplate } from '../../dist/recipes/prox-template.js'
import { taskOf } from '../../dist/recipes/recipe.js'
import { summarize } from '../../dist/recipes/summarize.js'
import { checkBooks, readParts, readSummary, run } from '../e2e/stream-process.js'
import { scriptedServer, type Received } from '../endpoint/scripted-server.js'

const system = 'You are a helpful, respectful and honest assistant.'

/** `program` says what is answered to a prompt, null for a 400. */
async function refiner(t: Test, program: (prompt: string) => string | null) {
  const server = await scriptedServer((request) => {
    if (request.method === 'GET') return { body: { object: 'list', data: [{ id: 'refiner' }] } }
    const reply = program(promptOf(request))
    if (reply === null) return { status: 400, body: { error: { message: 'too long', type: 'invalid_request_error' } } }
    const text = request.path.endsWith('/chat/completions') ? { message: { role: 'assistant', content: reply } } : { text: reply }
    return { body: { object: 'completion', model: 'refiner', choices: [{ index: 0, ...text, finish_reason: 'stop' }], usage: { prompt_tokens: 9, completion_tokens: 5 } } }
  })
  t.teardown(() => server.close())
  return server
}

function promptOf({ body }: Received): string {
  const { prompt, messages } = JSON.parse(body) as { prompt?: string, messages?: { content: string }[] }
  return prompt ?? messages!.map(({ content }) => content).join('\n')
}

function corpus(t: Test, documents: Record<string, string>): { file: string, out: string } {
  const folder = t.testdir()
  const file = join(folder, 'in.jsonl')
  writeFileSync(file, Object.entries(documents).map(([id, text]) => JSON.stringify({ id, text })).join('\n'))
  return { file, out: join(folder, 'out') }
}

const words = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}${i}`).join(' ')
const bodies = (received: readonly Received[]) => received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body))

t.test('the recipes are data: YAML and back, with every template', (t) => {
  for (const recipe of [prox, proxChunk, proxDoc, ...proxTemplateNames.map((name) => withProxTemplate(prox, name))]) {
    t.same(parseRecipe(recipeToYaml(recipe), recipe.name), recipe)
  }
  t.throws(() => withProxTemplate(summarize, 'plain'), ConfigInvalidError)
  t.end()
})

t.test('prox-doc: the request as it is sent, and what each reply does', async (t) => {
  const replies: Record<string, string> = { drops: 'drop_doc()', keeps: ' keep_doc()', says: 'I would drop it', silent: '' }
  const documents = Object.fromEntries(Object.keys(replies).map((name) => [name, `${name} in the first line.\n\n${words(name, 20)}\n`]))
  const server = await refiner(t, (prompt) => replies[/\n\n(\w+) in the/.exec(prompt)![1]!]!)
  const { file, out } = corpus(t, documents)
  t.equal((await run([file, out, '--recipe', 'prox-doc', '--endpoint', server.url, '--dedupe', 'none', '--quiet'])).code, 0)
  t.same(bodies(server.received).find(({ prompt }) => prompt.includes('keeps in')), {
    model: 'refiner',
    prompt: `[INST] <<SYS>>\n${system}\n<</SYS>>\n\nkeeps in the first line.\n\n${words('keeps', 20)} [/INST]`,
    temperature: 0, top_p: 0.9, max_tokens: 48,
  })
  const rows = readParts(out)
  t.same(rows.map(({ seed_id }) => seed_id).toSorted(), ['keeps', 'silent'])
  for (const { seed_id, text } of rows) t.equal(text, documents[String(seed_id)], 'the document itself, to the last line end')
  t.same(readSummary(out).counts, { doc: { documents: 4, documents_dropped: 2, programs_unparsed: 2 } })
  t.same(readSummary(out).outputs.dropped, { dropped_by_refiner: 2 })
  checkBooks(t, out)
})

t.test('prox-chunk: a corpus with a known answer', async (t) => {
  const short = (name: string) => [`menu ${name}`, words(name, 20), 'footer'].join('\n')
  const longLine = words('word', 748)
  const documents: Record<string, string> = {
    refined: short('refined'),
    kept: short('kept'),
    garbage: short('garbage'),
    empty: short('empty'),
    ignored: short('ignored'),
    gone: short('gone'),
    beyond: short('beyond'),
    tiny: 'tiny document of six words here',
    // Each line is a chunk: o200k_base has two tokens for a word with a number.
    parts: ['parts first', longLine, `second ${longLine}`, 'parts last'].join('\n'),
    // One line that no prompt has room for, after one that is asked about.
    wide: ['wide first line', words('wide', 3000)].join('\n'),
  }
  const programs: Record<string, string> = {
    refined: 'remove_lines(start=0, end=0)\nremove_lines(start=2, end=2)',
    kept: 'keep_chunk()',
    garbage: 'Sure! Here is the cleaned text.',
    empty: '',
    ignored: 'remove_lines(start=0, end=0)\nremove_lines(0)\nnormalize()',
    gone: 'remove_lines(all=True)',
    beyond: 'remove_lines(start=0, end=0)\nremove_lines(start=90, end=99)',
    tiny: 'untouch_doc()',
    wide: ' remove_lines(start=0, end=0) ',
  }
  const server = await refiner(t, (prompt) => {
    if (prompt.includes('second word')) return null
    if (prompt.includes('[000]parts')) return 'remove_lines(start=0, end=0)'
    if (prompt.includes('parts last')) return 'normalize(source_str="last", target_str="end")'
    const name = Object.keys(programs).find((key) => prompt.includes(`[000]menu ${key}\n`) || prompt.includes(`[000]${key} `))
    return name === undefined ? 'keep_chunk()' : programs[name]!
  })
  const { file, out } = corpus(t, documents)
  const { code, stderr } = await run([file, out, '--recipe', 'prox-chunk', '--endpoint', server.url, '--dedupe', 'none', '--quiet'])
  t.equal(code, 0, stderr)

  t.same(bodies(server.received).find(({ prompt }) => prompt.includes('menu kept')), {
    model: 'refiner', prompt: `[doc]\n[000]menu kept\n[001]${words('kept', 20)}\n[002]footer\n[/doc]`, temperature: 0, top_p: 0.9, max_tokens: 256,
  })
  const texts = Object.fromEntries(readParts(out).map(({ seed_id, text }) => [seed_id, text]))
  t.same(texts, {
    refined: words('refined', 20), kept: documents['kept'], garbage: documents['garbage'], empty: documents['empty'], ignored: documents['ignored'],
    beyond: `${words('beyond', 20)}\nfooter`,
    parts: [longLine, `second ${longLine}`, 'parts end'].join('\n'),
    wide: words('wide', 3000),
  })
  const { counts, outputs, requests } = readSummary(out)
  t.same(outputs.dropped, { little_left: 1, few_words: 1 })
  t.same(outputs.failed, { STREAM_HTTP_400: 1 })
  t.equal(requests.unasked, 1, 'the line that is too wide')
  const { words_before: before, words_after: after, ...chunk } = counts['chunk']!
  t.same(chunk, {
    replies: 11, replies_empty: 2, replies_unparsed: 1,
    calls_remove_lines: 9, calls_normalize: 2, calls_keep_chunk: 2, calls_untouch_doc: 1,
    documents: 10, documents_refined: 4, documents_untouched: 3, documents_ignored: 1, documents_little_left: 1, documents_few_words: 1,
    documents_with_errors_0: 8, documents_with_errors_1: 1, documents_with_errors_2: 1,
    errors_range: 1, errors_parameters: 2,
  })
  const count = (of: readonly string[]) => of.reduce((n, text) => n + text.split(/\s+/).length, 0)
  t.same([before, after], [count(Object.values(documents)), count(Object.values(texts).map(String))])
  t.same(new Set(readParts(join(out, '_rejected')).map(({ seed_id, reason }) => `${seed_id} ${reason}`)),
    new Set(['gone little_left', 'tiny few_words', 'parts STREAM_HTTP_400']))
})

t.test('prox: the chunk refiner sees what the document refiner keeps, in whole', async (t) => {
  const documents = Object.fromEntries(['good', 'bad'].map((name) => [name, `menu ${name}\n${words(name, 3000)}\nend ${words(name, 20)}`]))
  const server = await refiner(t, (prompt) => {
    if (prompt.startsWith('[INST] <<SYS>>')) return prompt.includes('menu bad') ? 'drop_doc()' : 'keep_doc()'
    return prompt.includes('[000]') ? 'remove_lines(start=0, end=0)' : 'keep_chunk()'
  })
  const { file, out } = corpus(t, documents)
  const { code, stderr } = await run([file, out, '--recipe', 'prox', '--endpoint', server.url, '--dedupe', 'none', '--quiet'])
  t.equal(code, 0, stderr)
  t.same(readParts(out).map(({ seed_id, text, step, chunk }) => ({ seed_id, text, step, chunk })), [
    { seed_id: 'good', text: documents['good']!.slice('menu good\n'.length), step: 'chunk', chunk: null },
  ])
  t.notOk(bodies(server.received).some(({ prompt }) => prompt.startsWith('[doc]') && prompt.includes('bad')), 'nothing more is asked about what is dropped')
  const long = bodies(server.received).filter(({ prompt }) => prompt.startsWith('[INST]'))
  t.ok(long.every(({ prompt }) => prompt.length < 10_000 && prompt.endsWith(' [/INST]')), 'the document was cut, the end of the turn was not')

  // The same replies again, in the columns of ProX's own files; the line of 3,000 words was not asked about.
  const again = await run([file, out, '--recipe', 'prox', '--endpoint', server.url, '--dedupe', 'none', '--layout', 'prox', '--quiet'])
  t.equal(again.code, 0, again.stderr)
  t.equal(readSummary(out).requests.sent, 0)
  t.same(JSON.parse(JSON.stringify(readParts(out))), [{
    raw_content: documents['good'], doc_content: documents['good'], text: documents['good']!.slice('menu good\n'.length),
    metadata: { doc_program: 'keep_doc()', chunk_program: 'remove_lines(start=0, end=0)\n\nkeep_chunk()' },
  }])
})

t.test('--prox-template: each as it is sent', async (t) => {
  const document = `first line\n${words('w', 20)}`
  const numbered = `[doc]\n[000]first line\n[001]${words('w', 20)}\n[/doc]`
  const expected: Record<string, object> = {
    plain: { prompt: numbered },
    llama2_sys: { prompt: `[INST] <<SYS>>\n${system}\n<</SYS>>\n\n${numbered} [/INST]` },
    llama2_nosys: { prompt: `[INST] ${numbered} [/INST]` },
    chatml: { prompt: `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\n${numbered}<|im_end|>\n<|im_start|>assistant\n` },
    server: { messages: [{ role: 'system', content: system }, { role: 'user', content: numbered }] },
  }
  t.same(Object.keys(expected), proxTemplateNames)
  for (const name of proxTemplateNames) {
    const [step] = withProxTemplate(proxChunk, name).steps
    const { shape: _shape, ...prompt } = promptFor(taskOf(step!, step!.variants[0]!), numbered.slice('[doc]\n'.length, -'\n[/doc]'.length), {})
    t.same(prompt, expected[name], name)
  }
  const { file, out } = corpus(t, { one: document })
  const { code, stdout, stderr } = await run([file, out, '--recipe', 'prox-chunk', '--prox-template', 'chatml', '--dry-run', '--model', 'm'])
  t.equal(code, 0, stderr)
  t.same(JSON.parse(String(stdout).split('\n\n')[0]!), { model: 'm', ...expected['chatml'], temperature: 0, top_p: 0.9, max_tokens: 256 })
})
