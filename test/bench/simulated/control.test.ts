import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { request } from 'undici'
import { hashOf } from '../../../bench/simulated/start.js'
import { openClient } from '../../../dist/endpoint/client.js'
import { parsePrometheus } from './parse-prometheus.ts'
import { started } from './started.ts'

const signal = new AbortController().signal

t.test('a restart: cut off, refused, loading, up with an empty cache', async (t) => {
  const simulated = await started(t)
  const { client, chat } = simulated
  const ask = (text: string) => client.send(chat(text.repeat(40)), signal) as Promise<any>
  const cached = async () => JSON.parse((await ask('a document of some length ')).body).usage.prompt_tokens_details.cached_tokens
  t.equal(await cached(), 0)
  t.ok(await cached() > 200)
  await simulated.configure({ baseMs: 1e9 })
  const caught = ask('in flight')
  while ((await simulated.stats()).running < 1);
  await simulated.become('down')
  // The client asks once more where a connection that it reused breaks, and finds the door closed.
  t.match(await caught, { kind: 'broken', code: /ECONNRESET|UND_ERR_SOCKET|ECONNREFUSED/ })
  t.match(await ask('x'), { kind: 'broken', code: 'ECONNREFUSED' })
  t.match(await simulated.stats(), { state: 'down', restarts: 1, running: 0, aborted: 1 })
  await simulated.configure({ baseMs: 10 })
  await simulated.become('loading')
  const loading = await ask('x')
  t.match(loading, { kind: 'answer', status: 503, body: /Loading model/ })
  t.match(await client.models(signal, 10_000), { status: 503 })
  t.equal((await request(`${simulated.url}/health`)).statusCode, 503)
  await simulated.become('up')
  t.equal(await cached(), 0)
  const scrape = parsePrometheus(await (await request(`${simulated.url}/metrics`)).body.text())
  t.equal(scrape.find(({ name }) => name === 'vllm:generation_tokens_total')?.value, 40, 'counters of the server start anew')
  t.ok((await simulated.stats()).generatedTokens >= 120, 'those of the experiment do not')
  await simulated.restart({ downSeconds: 1, loadingSeconds: 1 })
  t.match(await simulated.stats(), { state: 'up', restarts: 2 })
  t.equal(await cached(), 0)
})

t.test('what a client that goes away may have lost: the last request of each connection, answered or not', async (t) => {
  const simulated = await started(t)
  const { raw } = simulated
  const [first, second, third] = ['first', 'second', 'third'].map((text) => raw(text))
  /** One connection, closed with its client. */
  const connect = () => openClient({ url: simulated.url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000, connections: 1 })
  const [answered, cutOff, silent] = [connect(), connect(), connect()]
  await answered.send(first!, signal)
  await answered.send(second!, signal)
  await silent.models(signal, 10_000)
  await simulated.pause()
  const lost = cutOff.send(third!, signal).catch(() => 'lost')
  while ((await simulated.stats()).waiting < 1);
  t.match(await simulated.stats(), { connections: 3, requests: { distinct: 3, received: 3 } })
  t.same(await simulated.cut(), [], 'nobody has gone')
  for (const client of [answered, cutOff, silent]) await client.close()
  t.equal(await lost, 'lost')
  while ((await simulated.stats()).connections > 0);
  const cut = (await simulated.cut()).toSorted((a, b) => Number(b.answered) - Number(a.answered))
  t.same(cut, [{ hash: hashOf(second!.body), answered: true }, { hash: hashOf(third!.body), answered: false }])
  t.same(await simulated.cut(), [], 'told once')
})

t.test('1,000 in flight at speed 10: the arithmetic holds through HTTP', async (t) => {
  // Long answers of one length and little else: n / (base + perSeq n), once slots are full.
  const args = ['--speed', 10, '--max-num-seqs', 500, '--base-ms', 20, '--per-seq-ms', 0.06, '--per-kv-token-ms', 0, '--prefill-tokens-per-s', 1e9, '--kv-tokens', 1e6]
  const simulated = await started(t, ...args)
  const fields = { ignore_eos: true, max_tokens: 200 }
  await simulated.pause()
  const asked = Array.from({ length: 1000 }, (_, i) => simulated.client.send(simulated.raw(`${i}`, fields), signal) as Promise<any>)
  while ((await simulated.stats()).waiting < 1000);
  await simulated.resume()
  const replies = await Promise.all(asked)
  t.ok(replies.every(({ status, body }) => status === 200 && JSON.parse(body).usage.completion_tokens === 200))
  const stats = await simulated.stats()
  t.match(stats, { finished: 1000, generatedTokens: 200_000, preemptions: 0, requests: { peakOpen: 1000, answered: 1000 } })
  const full = (await simulated.windows()).filter(({ running, prefill_tokens_per_s: prefill }) => running > 499 && prefill === 0)
  t.ok(full.length >= 5, `${full.length} windows with every slot filled`)
  const expected = 500 / 0.050
  for (const { tokens_per_s: rate } of full) t.ok(Math.abs(rate / expected - 1) < 0.001, `${rate} of ${expected}`)
})

t.test('faults and settings are checked; routes that are not there', async (t) => {
  const simulated = await started(t)
  await t.rejects(simulated.setFaults([{ kind: 'flood' as any }]), /no fault is of kind "flood"/)
  await t.rejects(simulated.configure({ kvTokens: 5 }), /"kvTokens" cannot change/)
  await t.rejects(simulated.become('asleep' as any), /state must be down, loading or up/)
  t.equal((await fetch(`${simulated.control}/_sim/nothing`)).status, 404)
  t.equal((await fetch(`${simulated.url}/_sim/stats`)).status, 404, 'no control among the routes of the model')
})

t.test('it ends on SIGTERM, and when stdin closes', async (t) => {
  const script = fileURLToPath(new URL('../../../bench/simulated/server.js', import.meta.url))
  for (const end of ['SIGTERM', 'stdin'] as const) {
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    t.same(Object.keys(JSON.parse(line)), ['url', 'control', 'pid'])
    if (end === 'stdin') child.stdin.end()
    else child.kill(end)
    t.same(await once(child, 'exit'), [0, null])
  }
})
