import t from 'tap'
import { request } from 'undici'
import { faultKinds, type FaultKind } from '../../../bench/simulated/faults.js'
import { hashOf } from '../../../bench/simulated/start.js'
import { parseReply } from '../../../dist/endpoint/protocol.js'
import { retryAfter } from '../../../dist/endpoint/retry.js'
import { readEvents, started } from './started.ts'

const signal = new AbortController().signal

t.test('each fault as the product\'s client sees it', async (t) => {
  const simulated = await started(t)
  const see = async (kind: FaultKind, fields = {}, deadlineMs?: number): Promise<any> => {
    await simulated.setFaults([{ kind, ...fields }])
    return simulated.client.send(simulated.chat(`a fault of kind ${kind}`), signal, deadlineMs)
  }
  const clear = async (kind: FaultKind) => {
    await simulated.setFaults([])
    return simulated.client.send(simulated.chat(`a fault of kind ${kind}`), signal)
  }
  for (const status of [429, 500, 503]) {
    const seen = await see(`${status}` as FaultKind)
    t.match(seen, { kind: 'answer', status, headers: { 'content-type': 'application/json' } })
    t.equal(JSON.parse(seen.body).error.code, status)
    t.equal(retryAfter(seen.headers, Date.now()), null)
  }
  const seconds = await see('429-seconds', { retryAfter: 3 })
  t.match(seconds, { status: 429, headers: { 'retry-after': '3' } })
  t.equal(retryAfter(seconds.headers, Date.now()), 3000)
  const date = await see('429-date', { retryAfter: 30 })
  t.match(date.headers['retry-after'], /^\w{3}, \d\d \w{3} \d{4} .* GMT$/)
  const wait = retryAfter(date.headers, Date.now())!
  t.ok(wait > 25_000 && wait <= 31_000, `${wait}`)
  t.match(await see('502'), { status: 502, headers: { 'content-type': 'text/html' }, body: /^<html>/ })
  t.match(await see('html'), { status: 200, headers: { 'content-type': 'text/html' }, body: /^<!doctype html>/ })
  t.match(await see('reset'), { kind: 'broken', code: /ECONNRESET|UND_ERR_SOCKET/ })
  t.match(await see('hang', {}, 300), { kind: 'broken', code: 'DEADLINE' })
  t.equal((await simulated.stats()).added, 0, 'none of these has cost a token')

  t.match(await see('reset-body'), { kind: 'broken', code: /ECONNRESET|UND_ERR_SOCKET/ })
  const whole = await clear('reset-body')
  t.equal((await simulated.stats()).generatedTokens, 80, 'this one was paid for, and asked for again')
  const content = parseReply('chat', (whole as any).body).text
  t.equal(content.length, 160)
  for (const [kind, complaint] of [['truncated', /not a JSON object/], ['malformed', /not a JSON object/], ['html', /not a JSON object/],
    ['error-vllm', /error with status 200: the engine gave/], ['error-sglang', /error with status 200: the engine gave/], ['abort', /given up by the server/]] as const) {
    const seen = await see(kind)
    t.equal(seen.status, 200)
    t.throws(() => parseReply('chat', seen.body), complaint, kind)
  }
  t.same(Object.keys(JSON.parse((await see('error-sglang')).body)), ['object', 'message', 'type', 'param', 'code'])
  t.equal(JSON.parse((await see('abort')).body).choices[0].message.content.length, 80, 'half of the text')
  const unpaid = await see('no-usage')
  t.match(parseReply('chat', unpaid.body), { usage: null, finishReason: 'length' })

  await simulated.setFaults([{ kind: 'trickle', seconds: 20 }])
  const { body } = await request(simulated.client.url('chat'), { method: 'POST', body: simulated.chat('slowly').body })
  const pieces: Buffer[] = []
  for await (const piece of body) pieces.push(piece)
  t.ok(pieces.length > 3, `${pieces.length} pieces`)
  t.equal(parseReply('chat', Buffer.concat(pieces).toString()).text.length, 160)

  const { faults } = (await simulated.stats()).requests
  t.same(Object.keys(faults).toSorted(), Object.keys(faultKinds).toSorted(), 'no kind was left out')
})

t.test('faults inside a stream', async (t) => {
  // Slow enough for a stream to be looked at before it is whole.
  const simulated = await started(t, '--speed', 20)
  const body = simulated.chat('stream', { max_tokens: 400, ignore_eos: true, stream: true, stream_options: { include_usage: true } }).body
  const see = async (kind: FaultKind) => {
    await simulated.setFaults([{ kind }])
    const response = await request(simulated.client.url('chat'), { method: 'POST', body })
    t.equal(response.statusCode, 200)
    return response.body.text()
  }
  const vllm = readEvents(await see('error-vllm')) as any[]
  t.match(vllm.at(-2), { error: { code: 500, type: 'InternalServerError' } })
  t.equal(vllm.at(-1), 'DONE')
  t.match((readEvents(await see('error-sglang')) as any[]).at(-2), { error: { object: 'error', code: 500 } })
  t.match((readEvents(await see('abort')) as any[]).at(-2), { choices: [{ finish_reason: 'abort' }] })
  t.notMatch(await see('truncated'), /DONE|finish_reason":"/)
  const malformed = await see('malformed')
  t.throws(() => readEvents(malformed), SyntaxError)
  await t.rejects(see('reset-body'))
  const unpaid = readEvents(await see('no-usage')) as any[]
  t.notOk(unpaid.some((event) => event.usage))
  t.equal(unpaid.at(-1), 'DONE')
  const { running, waiting, kv_usage: kv, aborted } = await simulated.stats()
  t.same([running, waiting, kv], [0, 0, 0])
  t.ok(aborted > 0, 'what was broken off is not generated further')
})

t.test('the same bodies fail in the same way in another process and another order', async (t) => {
  const args = ['--fault', '503=0.2', '--fault', 'reset=0.1', '--fault', 'truncated=0.1', '--output-mean', 20]
  const [one, two] = await Promise.all([started(t, ...args), started(t, ...args)])
  const ask = async (simulated: typeof one, order: number[]) => {
    const seen = new Map<number, unknown>()
    await Promise.all(order.map(async (i) => {
      const outcome = await simulated.client.send(simulated.chat(`document ${i}`), signal)
      seen.set(i, outcome.kind === 'answer' ? [outcome.status, outcome.body.length] : 'broken')
    }))
    return order.toSorted((a, b) => a - b).map((i) => seen.get(i))
  }
  const order = Array.from({ length: 120 }, (_, i) => i)
  const [first, again] = [await ask(one, order), await ask(two, order.toReversed())]
  t.same(first, again)
  const failed = first.filter((each) => each === 'broken' || (each as number[])[0] === 503).length
  t.ok(failed > 15 && failed < 60, `${failed} of 120`)
  t.notSame(await ask(one, order), first, 'second attempts are drawn anew')
  const requests = await one.requests()
  t.equal(Object.keys(requests).length, 120)
  t.equal(requests[hashOf(one.chat('document 7').body)], 2)
})

t.test('first attempts only: what is asked again goes well', async (t) => {
  const simulated = await started(t, '--fault', '{"kind":"reset","attempts":1}')
  const seen = async () => (await simulated.client.send(simulated.chat('x'), signal)).kind
  t.same([await seen(), await seen(), await seen()], ['broken', 'answer', 'answer'])
})
