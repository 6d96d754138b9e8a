import fc from 'fast-check'
import t from 'tap'
import type { Flight } from '../../dist/endpoint/deadline.js'
import { Deadlines } from '../../dist/endpoint/deadline.js'
import { encodeRequest, maxTokensOf } from '../../dist/endpoint/protocol.js'

const flight = (sentAt: number, maxTokens: number | null = 100, patience = 1): Flight => ({ sentAt, maxTokens, patience })

/** An endpoint that has answered `count` requests of 100 tokens, 10 ms a token, one every `everyMs`. @returns the time then */
function practised(deadlines: Deadlines, count = 40, everyMs = 1000): number {
  let now = 0
  for (let i = 0; i < count; i++) {
    const one = flight(now)
    deadlines.sent(one, now)
    now += everyMs
    deadlines.replied(one, now, everyMs / 10)
  }
  deadlines.overdue(now)
  return now
}

t.test('nothing is overdue before enough was seen, nor without max_tokens', async (t) => {
  const fresh = new Deadlines()
  const now = practised(fresh, 19)
  fresh.sent(flight(now), now)
  t.strictSame(fresh.overdue(now + 1e9), [])
  t.equal(fresh.allowance(flight(0)), Infinity)
  t.notOk(fresh.isSilent(now + 1e9))
  const seasoned = new Deadlines()
  const then = practised(seasoned)
  seasoned.sent(flight(then, null), then)
  t.strictSame(seasoned.overdue(then + 1e9), [])
})

t.test('the deadline follows max_tokens, patience and what was seen, and is never under 5 s', async (t) => {
  const deadlines = new Deadlines()
  practised(deadlines)
  t.equal(deadlines.allowance(flight(0, 1)), 5000)
  t.equal(deadlines.allowance(flight(0, 1000)), 15_000, 'half as much again as 1,000 tokens at 10 ms')
  t.equal(deadlines.allowance(flight(0, 1000, 4)), 60_000, 'four times as long for one that was given up twice')
})

t.test('one of several is overdue, counted from when a later one was answered', async (t) => {
  const deadlines = new Deadlines()
  let now = practised(deadlines)
  const hung = flight(now, 1000)
  deadlines.sent(hung, now)
  const start = now
  const seen: number[] = []
  for (let i = 0; i < 40 && seen.length === 0; i++) {
    const other = flight(now)
    deadlines.sent(other, now)
    now += 1000
    deadlines.replied(other, now, 100)
    for (const { flight, silent } of deadlines.overdue(now)) {
      t.equal(flight, hung)
      t.notOk(silent, 'others are answered')
      seen.push(now - start)
    }
  }
  t.strictSame(seen, [17_000], '1 s until it is overtaken, 15 s, and the next look')
})

t.test('a queue expires nothing, however long: first come, first served, at any pace', async () => {
  fc.assert(fc.property(
    fc.array(fc.record({ ms: fc.integer({ min: 1, max: 4000 }), tokens: fc.integer({ min: 1, max: 100 }) }), { minLength: 50, maxLength: 300 }),
    fc.integer({ min: 2, max: 60 }),
    (services, queue) => {
      const deadlines = new Deadlines()
      const waiting: Flight[] = []
      let now = 0
      for (const { ms, tokens } of services) {
        while (waiting.length < queue) {
          const next = flight(now, 100)
          deadlines.sent(next, now)
          waiting.push(next)
        }
        const end = now + ms
        for (; now + 1000 <= end; now += 1000) if (deadlines.overdue(now).length > 0) return false
        now = end
        deadlines.replied(waiting.shift()!, now, tokens)
        if (deadlines.overdue(now).length > 0) return false
      }
      return true
    }), { numRuns: 200 })
})

t.test('whatever happens: only what is in flight is overdue, and a hang is found in the end', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), maxTokens: fc.option(fc.integer({ min: 1, max: 2000 })) }),
    fc.record({ kind: fc.constantFrom('reply' as const, 'drop' as const), which: fc.nat(50), tokens: fc.nat(500) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(3000) }),
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const deadlines = new Deadlines()
    let now = practised(deadlines)
    const open = new Set<Flight>()
    const take = (which: number): Flight | undefined => [...open][which % Math.max(1, open.size)]
    for (const step of steps) {
      if (step.kind === 'send') {
        const one = flight(now, step.maxTokens)
        open.add(one)
        deadlines.sent(one, now)
      } else if (step.kind === 'wait') now += step.ms
      else {
        const one = take(step.which)
        if (!one) continue
        open.delete(one)
        if (step.kind === 'reply') deadlines.replied(one, now, step.tokens)
        else deadlines.dropped(one, now)
      }
      if (deadlines.overdue(now).some(({ flight }) => !open.has(flight))) return false
    }
    const late = new Set(deadlines.overdue(now + 1e9).map(({ flight }) => flight))
    return [...open].every((one) => late.has(one) === (one.maxTokens !== null))
  }), { numRuns: 300 })
})

t.test('silence of the whole', async (t) => {
  const many = (deadlines: Deadlines, now: number): void => { for (let i = 0; i < 50; i++) deadlines.sent(flight(now), now) }
  t.test('is known when far more than the usual should have come', async (t) => {
    const deadlines = new Deadlines()
    const now = practised(deadlines, 40, 500)
    many(deadlines, now)
    t.notOk(deadlines.isSilent(now + 5000))
    t.ok(deadlines.isSilent(now + 5001))
    t.notOk(deadlines.isSilent(now + 5001, 3), 'but not for the patient')
  })
  t.test('is not when counters move', async (t) => {
    const deadlines = new Deadlines()
    const now = practised(deadlines, 40, 500)
    many(deadlines, now)
    deadlines.alive(now + 5000)
    t.notOk(deadlines.isSilent(now + 9000))
  })
  t.test('is not of an endpoint without anything to do', async (t) => {
    const deadlines = new Deadlines()
    t.notOk(deadlines.isSilent(practised(deadlines) + 1e9))
  })
})

t.test('max_tokens is read from the body, whatever the document says', async (t) => {
  const options = { model: 'tiny', sampling: { max_tokens: 512 }, sample: 0, extraBody: {} }
  const ask = (content: string, more = options) => maxTokensOf(encodeRequest({ shape: 'chat', messages: [{ role: 'user', content }] }, more))
  t.equal(ask('x'), 512)
  t.equal(ask('"max_tokens":7, {"max_tokens":7}'), 512)
  t.equal(ask('"max_tokens":7}', { ...options, sampling: {} as typeof options.sampling }), null)
  t.equal(ask('x', { ...options, extraBody: { max_completion_tokens: 99 } }), 99)
})
