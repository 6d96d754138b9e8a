import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { AttemptNote } from '../../dist/endpoint/attempt-note.js'
import { openClient } from '../../dist/endpoint/client.js'
import { openRequestLog } from '../../dist/run/request-log.js'

const client = openClient({ url: 'http://127.0.0.1:9', apiKey: 'sk-0123456789', headers: { 'x-token': 'very-secret-value' }, deadlineMs: 1000 })
t.teardown(() => client.close())

function attempt(fields: Partial<AttemptNote> = {}, body = '{"model":"m","prompt":"p"}', reply = '{"choices":[]}'): AttemptNote {
  const call = { client, body, prompts: 1, outcome: { kind: 'answer' as const, status: 200, headers: { 'x-request-id': 'r-1' }, body: reply } }
  const read = { text: 'x', finishReason: 'stop', usage: { promptTokens: 5, cachedPromptTokens: 0, completionTokens: 2 }, reasoning: null, model: 'm' }
  return { sentAt: 0, latencyMs: 12.4, key: 'k', affinity: 'seed-1', endpoint: client.origin, attempt: 1, call, place: 0, read, next: 'done', delayMs: null, ...fields }
}

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>)
const quiet = () => {}

t.test('a line an attempt, bodies of every Nth call and of failures', async (t) => {
  const path = join(t.testdir(), 'log.jsonl')
  const log = await openRequestLog({ path, bodiesEvery: 3, note: quiet })
  for (let i = 0; i < 7; i++) log.add(attempt())
  const failed = attempt({ next: 'retry', delayMs: 700 }).call!
  log.add(attempt({ call: { ...failed, outcome: { kind: 'broken', code: 'DEADLINE', message: 'no answer within 1 s' } }, read: { kind: 'broken', code: 'DEADLINE', message: 'no answer within 1 s' }, next: 'retry', delayMs: 700 }))
  log.add(attempt({ call: null, read: null, next: 'stopped' }))
  await log.close()
  const lines = linesOf(path)
  t.strictSame(lines[0], {
    time: '1970-01-01T00:00:00.000Z', key: 'k', seed_id: 'seed-1', endpoint: 'http://127.0.0.1:9', attempt: 1, call: 1, prompts: 1, status: 200,
    latency_ms: 12, finish_reason: 'stop', prompt_tokens: 5, completion_tokens: 2, next: 'done', request: { model: 'm', prompt: 'p' }, response: { choices: [] },
  })
  t.same(lines.map((line) => 'request' in line), [true, false, false, true, false, false, true, true, false])
  t.match(lines[7], { status: null, error: 'DEADLINE', message: 'no answer within 1 s', next: 'retry', delay_ms: 700, call: 8 })
  t.notOk('response' in lines[7]!)
  t.match(lines[8], { call: null, status: null, next: 'stopped' })
  const again = await openRequestLog({ path, bodiesEvery: 1, note: quiet })
  again.add(attempt({}, undefined, '<html>\nnot JSON'))
  await again.close()
  t.equal(linesOf(path).length, 10, 'a later run goes on behind the earlier')
  t.equal(linesOf(path)[9]!['response'], '<html>\nnot JSON')
})

t.test('of an array the bodies stand once', async (t) => {
  const path = join(t.testdir(), 'log.jsonl')
  const log = await openRequestLog({ path, bodiesEvery: 1, note: quiet })
  const call = { ...attempt().call!, prompts: 2 }
  for (const place of [0, 1]) log.add(attempt({ call, place }))
  await log.close()
  t.match(linesOf(path), [{ call: 1, prompts: 2, place: 0, request: {} }, { call: 1, prompts: 2, place: 1 }])
  t.notOk('request' in linesOf(path)[1]!)
  const rare = await openRequestLog({ path, bodiesEvery: 100, note: quiet })
  for (const call of [attempt().call!, { ...attempt().call!, prompts: 3 }]) {
    for (const place of [0, 1, 2].slice(0, call.prompts)) rare.add(attempt({ call, place, ...(place === 1 && { next: 'retry', delayMs: 1 }) }))
  }
  await rare.close()
  t.same(linesOf(path).slice(2).map((line) => 'request' in line), [true, false, true, false], 'at the one that failed')
})

t.test('no key and no header', async (t) => {
  const path = join(t.testdir(), 'log.jsonl')
  const log = await openRequestLog({ path, bodiesEvery: 1, note: quiet })
  log.add(attempt({}, '{"prompt":"sk-0123456789"}', '{"error":"key sk-0123456789, token very-secret-value"}'))
  await log.close()
  t.notMatch(readFileSync(path, 'utf8'), /sk-0123|very-secret|r-1/)
  t.equal(linesOf(path).length, 1)
})

t.test('what the disk does not take in time is left out and counted', async (t) => {
  const path = join(t.testdir(), 'log.jsonl')
  const notes: string[] = []
  const log = await openRequestLog({ path, bodiesEvery: 1000, note: (line) => notes.push(line), maxWaiting: 20_000 })
  for (let i = 0; i < 1000; i++) log.add(attempt())
  await log.close()
  const kept = linesOf(path).length
  t.ok(kept > 20 && kept < 200, `${kept} lines were kept`)
  t.same(notes, [`the request log left out ${1000 - kept} lines: ${path} took them too slowly`])
})

t.test('a full disk ends the log and not the run', { skip: !existsSync('/dev/full') && 'there is no /dev/full' }, async (t) => {
  const notes: string[] = []
  const log = await openRequestLog({ path: '/dev/full', bodiesEvery: 1, note: (line) => notes.push(line) })
  log.add(attempt())
  await new Promise(setImmediate)
  while (notes.length === 0) await new Promise(setImmediate)
  for (let i = 0; i < 10; i++) log.add(attempt())
  await log.close()
  t.equal(notes.length, 1)
  t.match(notes[0], /the request log ends here, the run does not: ENOSPC/)
})

t.test('a path that cannot be written is said at once', async (t) => {
  const folder = t.testdir({})
  for (const path of [folder, join(folder, 'none', 'log.jsonl')]) {
    await t.rejects(openRequestLog({ path, bodiesEvery: 1, note: quiet }), { code: 'STREAM_CONFIG_INVALID', message: new RegExp(`--request-log ${path} cannot be written: E`) })
  }
})
