import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { runLoad, type LoadOptions, type Outcome } from '../../dist/bench/load.js'
import type { RequestBody } from '../../dist/rows.js'

const bodies = (n: number): RequestBody[] => Array.from({ length: n }, (_, i) => ({ shape: 'chat', body: String(i), key: String(i) }))
const done: Outcome = { ok: true, latencyMs: 1, finishReason: 'stop', usage: null }
const alive = () => new AbortController().signal

/** A load on a clock that ticks with every reading; `events` holds what happened in order. */
function setUp(options: Partial<LoadOptions> = {}): { options: LoadOptions; events: string[]; sent: string[] } {
  const events: string[] = []
  const sent: string[] = []
  let time = 0
  return {
    events,
    sent,
    options: {
      plan: { warmups: 3, prompts: 5 },
      concurrency: 2,
      requests: bodies(100),
      clock: () => time++,
      onOpen: () => void events.push('open'),
      onClose: () => void events.push('close'),
      onEnd: (n) => void events.push(`end ${n}`),
      ...options,
      send: async (request, signal) => {
        sent.push(request.body)
        return options.send ? options.send(request, signal) : turn(done)
      },
    },
  }
}

t.test('the window opens after the last warm-up and closes after the last measured request', async (t) => {
  const { options, events } = setUp()
  const load = await runLoad(options, alive())
  t.same(events, ['end 1', 'end 2', 'end 3', 'open', 'end 4', 'end 5', 'end 6', 'end 7', 'end 8', 'close'])
  t.equal(load.ended.length, 8)
  t.equal(load.maxInFlight, 2)
})

t.test('without warm-ups the window is open before the first request is sent', async (t) => {
  const { options, events } = setUp({ plan: { warmups: 0, prompts: 1 } })
  await runLoad(options, alive())
  t.same(events, ['open', 'end 1', 'close'])
})

t.test('concurrency is full from the first request to the close, and never more than asked for', async (t) => {
  const cases = fc.record({
    concurrency: fc.integer({ min: 1, max: 12 }), warmups: fc.nat(15), prompts: fc.integer({ min: 1, max: 40 }), picks: fc.array(fc.nat(), { minLength: 1 }),
  })
  await t.resolves(fc.assert(fc.asyncProperty(cases, async ({ concurrency, warmups, prompts, picks }) => {
    const waiting: ((outcome: Outcome) => void)[] = []
    const { options, sent } = setUp({
      plan: { warmups, prompts },
      concurrency,
      send: (_, signal) => new Promise((resolve, reject) => {
        waiting.push(resolve)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    })
    const load = runLoad(options, alive())
    for (let n = 0; n < warmups + prompts; n++) {
      if (waiting.length !== concurrency) return false
      waiting.splice(picks[n % picks.length]! % concurrency, 1)[0]!(done)
      await turn()
    }
    const { ended, maxInFlight, sent: count } = await load
    return ended.length === warmups + prompts && maxInFlight === concurrency &&
      count === sent.length && count === warmups + prompts + concurrency - 1
  }), { numRuns: 60 }))
})

t.test('requests are taken in turn and again from the first', async (t) => {
  const { options, sent } = setUp({ concurrency: 1, requests: bodies(3) })
  await runLoad(options, alive())
  t.same(sent, ['0', '1', '2', '0', '1', '2', '0', '1'])
})

t.test('what is in flight when the window closes is given up and not counted', async (t) => {
  let given = 0
  const { options } = setUp({
    plan: { warmups: 0, prompts: 4 },
    concurrency: 3,
    send: ({ body }, signal) => (Number(body) < 2
      ? new Promise((_, reject) => signal.addEventListener('abort', () => { given++; reject(signal.reason) }))
      : turn(done)),
  })
  const load = await runLoad(options, alive())
  t.equal(given, 2)
  t.equal(load.ended.length, 4)
  t.equal(load.sent, 6)
})

t.test('failed requests end like any other', async (t) => {
  const { options } = setUp({ send: async ({ body }) => (Number(body) % 2 ? { ok: false, code: 'STREAM_HTTP_500' } : done) })
  const load = await runLoad(options, alive())
  t.equal(load.ended.length, 8)
  t.equal(load.ended.filter(({ ok }) => !ok).length, 4)
})

t.test('an error that is nobody\'s row ends the load, with nothing left in flight', async (t) => {
  let open = 0
  const { options } = setUp({
    concurrency: 4,
    send: async ({ body }, signal) => {
      open++
      try {
        if (body === '5') throw new Error('the key is wrong')
        await turn()
        signal.throwIfAborted()
        return done
      } finally {
        open--
      }
    },
  })
  await t.rejects(runLoad(options, alive()), { message: 'the key is wrong' })
  t.equal(open, 0)
})

t.test('an abort ends the load with its reason', async (t) => {
  const stop = new AbortController()
  const { options } = setUp({ onEnd: (n) => { if (n === 4) stop.abort(new Error('ctrl-c')) } })
  await t.rejects(runLoad(options, stop.signal), { message: 'ctrl-c' })
  await t.rejects(runLoad(setUp().options, AbortSignal.abort(new Error('before'))), { message: 'before' })
})
