import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { run } from '../e2e/stream-process.js'
import { scriptedServer, type Received, type Step } from '../endpoint/scripted-server.js'

type Template = 'plain' | 'llama2_sys' | 'llama2_nosys' | 'chatml' | 'server'

function templateOf({ path, body }: Received): Template {
  if (path.endsWith('/chat/completions')) return 'server'
  const { prompt } = JSON.parse(body) as { prompt: string }
  if (prompt.startsWith('[INST] <<SYS>>')) return 'llama2_sys'
  if (prompt.startsWith('[INST] ')) return 'llama2_nosys'
  return prompt.startsWith('<|im_start|>') ? 'chatml' : 'plain'
}

/** A refiner that answers each template in its own way. */
async function probe(t: Test, replies: Record<Template, string | Step>, documents = 40) {
  const server = await scriptedServer((request) => {
    if (request.method === 'GET') return { body: { object: 'list', data: [{ id: 'refiner' }] } }
    const template = templateOf(request)
    const reply = replies[template]
    if (typeof reply !== 'string') return reply
    const text = template === 'server' ? { message: { role: 'assistant', content: reply } } : { text: reply }
    return { body: { model: 'refiner', choices: [{ index: 0, ...text, finish_reason: 'stop' }] } }
  })
  t.teardown(() => server.close())
  const folder = t.testdir()
  const file = join(folder, 'in.jsonl')
  const text = (n: number) => Array.from({ length: 4 }, (_, i) => `line ${i} of document ${n} has some words of its own`).join('\n')
  writeFileSync(file, Array.from({ length: documents }, (_, n) => JSON.stringify({ text: n === 0 ? '' : text(n) })).join('\n'))
  const out = join(folder, 'out')
  const { code, stdout, stderr } = await run([file, out, '--recipe', 'prox', '--endpoint', server.url, '--probe-template', '--quiet'])
  const rows = String(stdout).split('\n')
  const row = (name: Template) => rows.find((line) => line.startsWith(`${name} `))!.split(/ {2,}/)
  const sent = (name: Template) => server.received.filter((request) => request.method === 'POST' && templateOf(request) === name)
  t.notOk(existsSync(out), 'nothing is written')
  return { code, stdout: String(stdout), stderr, row, sent }
}

const program = 'remove_lines(start=0, end=0)'
const notFound = { status: 404, body: { error: { message: 'no chat template' } } }

t.test('the first template that passes is named: garbage for three, a program for the fourth', async (t) => {
  const { code, stdout, stderr, row, sent } = await probe(t, {
    plain: 'The document talks about', llama2_sys: '', llama2_nosys: '[/INST] remove_lines', chatml: program, server: program,
  })
  t.equal(code, 0, stderr)
  t.match(stdout, /^model refiner, 32 chunks of 32 documents with each template\n/)
  t.same(row('plain'), ['plain', '32/32', '0 %', '100 %', '1.000', 'fails'])
  t.same(row('llama2_sys').at(-1), 'fails')
  t.same(row('llama2_nosys').at(-1), 'fails')
  t.same(row('chatml'), ['chatml', '32/32', '100 %', '100 %', '0.750', 'passes'])
  t.match(stdout, /\nuse --prox-template chatml\n$/)
  for (const name of ['plain', 'llama2_sys', 'llama2_nosys', 'chatml', 'server'] as const) t.equal(sent(name).length, 32, name)
})

t.test('what removes all, or nothing, or is refused, does not pass', async (t) => {
  const { code, stdout, stderr, row } = await probe(t, {
    plain: 'remove_lines(all=True)', llama2_sys: 'keep_chunk()', llama2_nosys: 'remove_lines(start=0, end=2)',
    chatml: { status: 400, body: { error: { message: 'too long' } } }, server: notFound,
  }, 10)
  t.equal(code, 1, stderr)
  t.same(row('plain'), ['plain', '9/9', '100 %', '0 %', '0.000', 'fails'])
  t.same(row('llama2_sys'), ['llama2_sys', '9/9', '100 %', '100 %', '1.000', 'fails'])
  t.same(row('llama2_nosys'), ['llama2_nosys', '9/9', '100 %', '100 %', '0.250', 'fails'])
  t.same(row('chatml').slice(0, 2), ['chatml', '0/9'])
  t.same(row('server').slice(0, 2), ['server', '0/9'])
  t.match(stdout, /\nchatml: first error: .*too long/)
  t.match(stdout, /no template passes/)
})

t.test('a server without raw completions: only its own template is left', async (t) => {
  const { code, stdout, stderr } = await probe(t, { plain: notFound, llama2_sys: notFound, llama2_nosys: notFound, chatml: notFound, server: program }, 5)
  t.equal(code, 0, stderr)
  t.match(stdout, /use --prox-template server/)
})

t.test('a wrong key is no verdict', async (t) => {
  const denied = { status: 401, body: { error: { message: 'bad key' } } }
  const { code, stdout, stderr } = await probe(t, { plain: denied, llama2_sys: denied, llama2_nosys: denied, chatml: denied, server: denied }, 3)
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /answered 401: bad key.*--api-key/)
})

t.test('bad input gets one line', async (t) => {
  const folder = t.testdir({ 'in.jsonl': JSON.stringify({ text: '' }) })
  const args = (recipe: string) => [join(folder, 'in.jsonl'), join(folder, 'out'), '--recipe', recipe, '--probe-template']
  const wrong = await run(args('summarize'))
  t.equal(wrong.code, 2)
  t.match(wrong.stderr, /summarize has no step that cuts by prox_lines/)
  const empty = await run(args('prox-chunk'))
  t.equal(empty.code, 1)
  t.match(String(empty.stdout), /no seed can be used/)
})
