import t from 'tap'
import { openPool } from '../../dist/endpoint/pool.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import type { RequestBody } from '../../dist/rows.js'
import type { Received, Step } from './scripted-server.ts'
import { scriptedServer } from './scripted-server.ts'

const never = new AbortController().signal

function ask(content: string): RequestBody {
  return encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] }, { model: 'tiny', sampling: { max_tokens: 10 }, sample: 0, extraBody: {} })
}

/** What a server that no longer answers completions says of its counters, and how long it may take to be left. */
const cases: Readonly<Record<string, { readonly metrics: Step, readonly withinMs: number }>> = {
  'its counters stand still': { metrics: { body: 'vllm:generation_tokens_total 100\n' }, withinMs: 12_000 },
  'it has none': { metrics: { status: 404 }, withinMs: 25_000 },
  // The clock here runs on while they are waited for, so it is the bound for a whole batch that ends it.
  'nor does it answer what is asked of them': { metrics: 'hang', withinMs: 40_000 },
}

for (const [name, { metrics, withinMs }] of Object.entries(cases)) {
  t.test(`one of two falls silent, and the other takes its requests over: ${name}`, async (t) => {
    let isStuck = false
    const stuck = await scriptedServer(({ path }: Received) => (path === '/metrics' ? metrics : isStuck ? 'hang' : {}))
    const other = await scriptedServer([{}])
    let clock = 0
    const pool = openPool({
      endpoints: [stuck, other].map(({ url }) => ({ url, apiKey: 'EMPTY', headers: {}, deadlineMs: 600_000 })),
      // The clock goes on a quarter of a second a look.
      latest: async () => { clock += 250; return null },
      maxConcurrency: 16, maxAttempts: 1, noticeStalls: true, lookEveryMs: 1, random: () => 1, now: () => clock,
      async sleep(ms) { clock += ms },
    })
    t.teardown(async () => { for (const each of [pool, stuck, other]) await each.close() })
    for (let i = 0; i < 40; i++) {
      const replies = [1, 2].map(() => pool.generate(ask('before'), never))
      clock += 100
      await Promise.all(replies)
    }
    t.match(pool.stats.endpoints, [{ completed: 40 }, { completed: 40 }])
    isStuck = true
    const from = clock
    const replies = await Promise.all(Array.from({ length: 50 }, (_, i) => pool.generate(ask(String(i)), never)))
    t.ok(replies.every(({ endpoint }) => endpoint === other.url))
    t.ok(clock - from < withinMs, `after ${(clock - from) / 1000} s, not the 600 s of a request`)
    const hung = stuck.received.filter(({ path }) => path !== '/metrics').length - 40
    t.ok(hung >= 8, `${hung} were taken over`)
    t.match(pool.stats, { completed: 130, sent: 130, retries: hung })
    t.match(pool.stats.endpoints, [{ up: false, inFlight: 0, completed: 40 }, { up: true, completed: 90 }])
    t.equal(pool.stats.failed.size, 0, 'though each had one attempt')
  })
}
