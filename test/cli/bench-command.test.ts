import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { completion, scriptedServer, type Step } from '../endpoint/scripted-server.ts'

const bench = fileURLToPath(new URL('../../bin/bench.js', import.meta.url))

function start(args: readonly string[], env: Record<string, string> = {}) {
  const { OPENAI_BASE_URL: _url, OPENAI_API_KEY: _key, ...inherited } = process.env
  const child = spawn(process.execPath, [bench, ...args], { env: { ...inherited, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }))
  return { child, ended }
}

const listed = (answer: Step) => scriptedServer((request) => (request.method === 'GET' ? { body: { data: [{ id: 'tiny' }] } } : answer))
const seeds = Array.from({ length: 20 }, (_, i) => JSON.stringify({ text: `Seed number ${i}.` })).join('\n')
const small = ['--recipe', 'summarize', '--max-concurrency', '2', '--num-prompts', '6', '--num-warmups', '2']

t.test('a bench: report on stderr, JSON on stdout and in a file', async (t) => {
  const server = await listed({ body: completion('hello') })
  t.teardown(() => server.close())
  const folder = t.testdir({ 'seeds.jsonl': seeds })
  const saved = join(folder, 'result.json')
  const args = [...small, '--input', join(folder, 'seeds.jsonl'), '--json', '--save-result', saved, '--extra-body', '{"ignore_eos": true}']
  const { code, stdout, stderr } = await start(args, { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'key-of-mine' }).ended
  const result = JSON.parse(stdout)
  t.match(result, { completed: 6, failed: 0, total_output_tokens: 18, model_id: 'tiny', endpoint: server.url, max_concurrency: 2 })
  t.same(JSON.parse(readFileSync(saved, 'utf8')), result)
  t.equal(code, result.client_bound ? 3 : 0)
  t.match(stderr, /^ {2}requests {2}6 completed, /m)
  t.match(stderr, /^ {2}verdict {3}/m)
  const post = server.received.find(({ method }) => method === 'POST')!
  t.equal(post.headers['authorization'], 'Bearer key-of-mine')
  t.match(JSON.parse(post.body), { ignore_eos: true, model: 'tiny' })
})

t.test('bad usage: every problem at once, and exit code 2', async (t) => {
  const { code, stderr } = await start(['--endpoint', 'http://127.0.0.1:1', '--num-prompts', '0', '--extra-body', '{']).ended
  t.equal(code, 2)
  t.match(stderr, /num-prompts: expected a whole number from 1/)
  t.match(stderr, /extra-body: /)
  t.match(await start(['--endpoint', 'http://127.0.0.1:1,@hosts.txt']).ended, { code: 2, stderr: /^error: --endpoint @hosts\.txt: the bench takes URLs; [^\n]+\n$/ })
  t.match(await start([]).ended, { code: 2, stderr: /no endpoint: give --endpoint URL/ })
})

t.test('a key that is refused ends the bench with 1', async (t) => {
  const server = await listed({ status: 401, body: { error: { message: 'who are you' } } })
  t.teardown(() => server.close())
  const input = join(t.testdir({ 'seeds.jsonl': seeds }), 'seeds.jsonl')
  const { code, stdout, stderr } = await start([...small, '--endpoint', server.url, '--input', input, '--json']).ended
  t.equal(code, 1)
  t.match(stderr, /who are you.*\[STREAM_ENDPOINT_REFUSED\]/)
  t.equal(stdout, '')
})

t.test('Ctrl-C ends a bench that would never end', async (t) => {
  const server = await listed('hang')
  t.teardown(() => server.close())
  const input = join(t.testdir({ 'seeds.jsonl': seeds }), 'seeds.jsonl')
  const { child, ended } = start([...small, '--endpoint', server.url, '--input', input])
  await server.until(() => server.received.filter(({ method }) => method === 'POST').length === 2)
  child.kill('SIGINT')
  t.match(await ended, { code: 130, stderr: /STREAM_ABORTED/ })
})
