import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startSimulated } from '../../bench/simulated/start.js'
import { checkBooks, readParts, readSummary, root, run, seeds } from './stream-process.js'

/** Raw completions with two samplings, and nothing dropped. */
const recipe = `
name: go-on
summary: Goes on from each document
source: test
steps:
  - name: continue
    shape: completion
    layout: document-first
    choose: all
    variants:
      - { name: plain, strategy: continuation, instruction: "{{text}}" }
      - { name: again, strategy: continuation, instruction: "Again: {{text}}", sampling: { top_p: 0.9 } }
    sampling: { temperature: 0.7, max_tokens: 40 }
    maxDocumentChars: 2000
filters: { minTokens: 0, maxTokens: null, truncated: keep, collapse: false }
`

async function rig(t: Test, ...args: string[]) {
  const simulated = await startSimulated(['--speed', 100, '--output-mean', 30, ...args])
  t.teardown(() => simulated.stop())
  const folder = t.testdir({ 'recipe.yaml': recipe })
  const stream = (out: string, ...more: string[]) =>
    run([seeds, join(folder, out), '--endpoint', simulated.url, '--recipe', join(folder, 'recipe.yaml'), '--max-concurrency', '64', '--limit', '60', ...more])
  const calls = async () => (await simulated.stats()).requests.received
  return { folder, stream, calls }
}

t.test('--batch: fewer calls for the same texts, and the state knows nothing of it', async (t) => {
  const { folder, stream, calls } = await rig(t)
  const first = await stream('arrays', '--batch', '8', '--json', '--request-log', join(folder, 'log.jsonl'))
  t.equal(first.code, 0, first.stderr)
  const { requests, tokens } = readSummary(join(folder, 'arrays'))
  const sent = await calls()
  t.ok(requests.planned >= 80 && sent <= requests.planned / 2, `${sent} calls for ${requests.planned} prompts`)
  checkBooks(t, join(folder, 'arrays'))
  const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line))
  t.equal(lines.length, requests.planned, 'a line for each prompt of each call')
  t.equal(new Set(lines.map(({ call }) => call)).size, sent, 'and as many calls as the server saw')
  t.equal(lines.reduce((sum, line) => sum + line.completion_tokens, 0), tokens.completion)
  t.match(lines[0], { status: 200, next: 'done', attempt: 1, place: 0, request: { prompt: Array }, response: { object: 'text_completion' } })
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), join(folder, 'arrays')], { encoding: 'utf8' })
  t.equal(status, 0, stdout)
  t.match(stdout, /^proven/)

  const again = await stream('arrays', '--resume', 'always')
  t.equal(again.code, 0, again.stderr)
  t.equal(await calls(), sent, 'without --batch nothing is asked again')
  t.match(readSummary(join(folder, 'arrays')).requests, { sent: 0, cached: requests.planned })

  t.equal((await stream('singly')).code, 0)
  t.equal((await calls()) - sent, requests.planned)
  const byId = (out: string) => readParts(join(folder, out)).map(({ id, text, finish_reason }) => [id, text, finish_reason]).toSorted()
  t.same(byId('arrays'), byId('singly'))
  t.equal(readSummary(join(folder, 'singly')).tokens.completion, tokens.completion, 'shares of tokens add up')
  const counts = (out: string) => readParts(join(folder, out)).map(({ id, token_count, text }) => [id, token_count, text])
  t.ok(counts('arrays').every(([, count, text]) => Number(count) > 0 || text === ''), 'tokens of a text are counted, not estimated')
})

t.test('--batch: a poison prompt fails alone, with its code', async (t) => {
  const { folder, stream } = await rig(t, '--poison', 'Again: T')
  const { code, stderr } = await stream('out', '--batch', '8')
  t.equal(code, 0, stderr)
  const { requests, outputs } = readSummary(join(folder, 'out'))
  const failed = outputs.failed['STREAM_HTTP_400'] ?? 0
  t.ok(failed > 0 && failed < requests.planned / 2, `${failed} of ${requests.planned}`)
  t.same(Object.keys(outputs.failed), ['STREAM_HTTP_400'])
  checkBooks(t, join(folder, 'out'))
  const recipeOf = new Set(readParts(join(folder, 'out', '_rejected')).filter(({ reason }) => reason === 'STREAM_HTTP_400').map(({ variant }) => variant))
  t.notOk(recipeOf.has('plain'))
})

t.test('--batch with chat prompts only says that it changes nothing', async (t) => {
  const folder = t.testdir({})
  const { code, stderr } = await run([seeds, join(folder, 'out'), '--limit', '3', '--recipe', 'summarize', '--batch', '8'])
  t.equal(code, 0)
  t.match(stderr, /^--batch 8 changes nothing: recipe summarize has only chat prompts.*completion$/m)
  writeFileSync(join(folder, 'recipe.yaml'), recipe)
  t.notMatch((await run([seeds, join(folder, 'raw'), '--limit', '3', '--recipe', join(folder, 'recipe.yaml'), '--batch', '8'])).stderr, /changes nothing/)
})
