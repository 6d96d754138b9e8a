import fc from 'fast-check'
import t from 'tap'
import { Autopilot } from '../../dist/endpoint/autopilot.js'
import type { Gauges } from '../../dist/endpoint/gauges.js'

const gauges = (running: number, waiting: number, preemptions: number | null = 0): Gauges =>
  ({ running, waiting, cacheUse: null, preemptions })

/** Send until the limit is reached. */
function fill(pilot: Autopilot): void {
  while (pilot.inFlight < pilot.limit) pilot.sent()
}

t.test('any order of events: the limit is whole, within 1 and max, and never NaN', async (t) => {
  const time = fc.double({ min: -1e6, max: 1e15, noNaN: true })
  const count = fc.oneof(fc.nat(3000), fc.double({ min: 0, max: 1e15, noNaN: true }))
  const event = fc.oneof(
    fc.record({ kind: fc.constant('sent' as const), times: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('completed' as const), sentAt: time, now: time, tokens: count, times: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('failed' as const) }),
    fc.record({ kind: fc.constant('overloaded' as const), sentAt: time, now: time }),
    fc.record({ kind: fc.constant('gauges' as const), now: time, running: count, waiting: count, preemptions: fc.option(count) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  )
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 4096 }), (events, max) => {
    const pilot = new Autopilot({ max })
    for (const event of events) {
      if (event.kind === 'sent') for (let i = 0; i < event.times; i++) pilot.sent()
      else if (event.kind === 'completed') for (let i = 0; i < event.times; i++) pilot.completed(event.sentAt, event.now, event.tokens + i)
      else if (event.kind === 'failed') pilot.failed()
      else if (event.kind === 'overloaded') pilot.overloaded(event.sentAt, event.now)
      else if (event.kind === 'gauges') pilot.gauges(event.now, { ...event, cacheUse: null })
      else pilot.restart()
      if (!Number.isInteger(pilot.limit) || pilot.limit < 1 || pilot.limit > max || pilot.inFlight < 0) return false
    }
    return true
  }), { numRuns: 500 }))
})

t.test('a word of overload never raises the limit, and one burst cuts once', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.nat(200), fc.array(fc.tuple(fc.nat(1000), fc.nat(1000))), (sent, events) => {
    const pilot = new Autopilot({ max: 1000, start: 100 })
    for (let i = 0; i < sent; i++) pilot.sent()
    let before = pilot.limit
    for (const [sentAt, now] of events) {
      pilot.overloaded(sentAt, now)
      if (pilot.limit > before) return false
      before = pilot.limit
    }
    return true
  })))
  const pilot = new Autopilot({ max: 1000, start: 100 })
  fill(pilot)
  for (let i = 0; i < 50; i++) pilot.overloaded(0, 1000 + i)
  t.equal(pilot.limit, 75, '50 refusals of what was sent at once are one cut')
  fill(pilot)
  pilot.overloaded(2000, 2100)
  t.equal(pilot.limit, 56, 'what was sent after it and refused cuts again')
})

t.test('with gauges', async (t) => {
  t.test('grows while nothing waits and the limit is used', async (t) => {
    const pilot = new Autopilot({ max: 1000, start: 16 })
    pilot.gauges(0, gauges(0, 0))
    t.equal(pilot.limit, 16, 'not while less is in flight')
    for (let at = 1000; at < 5000; at += 1000) {
      fill(pilot)
      pilot.gauges(at, gauges(pilot.inFlight, 0))
    }
    t.equal(pilot.limit, 256)
  })
  t.test('what was sent and does not show yet is credit', async (t) => {
    const pilot = new Autopilot({ max: 1000, start: 100 })
    fill(pilot)
    pilot.gauges(0, gauges(10, 0))
    const limit = pilot.limit
    fill(pilot)
    pilot.gauges(1000, gauges(60, 0))
    t.equal(pilot.limit, limit)
  })
  t.test('a standing queue is taken down to a margin, a passing one is not', async (t) => {
    const pilot = new Autopilot({ max: 1000, start: 128 })
    fill(pilot)
    pilot.gauges(0, gauges(10, 118))
    pilot.gauges(1000, gauges(40, 88))
    pilot.gauges(2000, gauges(60, 68))
    t.equal(pilot.limit, 128, 'the batch still fills')
    pilot.gauges(3000, gauges(64, 64))
    pilot.gauges(4000, gauges(64, 64))
    pilot.gauges(5000, gauges(64, 64))
    t.equal(pilot.limit, 65)
  })
  t.test('a queue of others costs no more than their share', async (t) => {
    const pilot = new Autopilot({ max: 1000, start: 10 })
    fill(pilot)
    for (let at = 0; at < 20_000; at += 1000) pilot.gauges(at, gauges(100, 900))
    t.ok(pilot.limit >= 1)
    t.ok(pilot.limit <= 10)
  })
  t.test('cuts when the cache thrashes, once in a while', async (t) => {
    const pilot = new Autopilot({ max: 1000, start: 200 })
    fill(pilot)
    pilot.gauges(0, gauges(200, 0, 1000))
    fill(pilot)
    const full = pilot.limit
    pilot.gauges(1000, gauges(full, 0, 1050))
    const cut = pilot.limit
    t.ok(cut < full && cut > 0.9 * full, `${full} to ${cut}`)
    pilot.gauges(2000, gauges(full, 0, 1100))
    t.equal(pilot.limit, cut)
    pilot.gauges(3000, gauges(cut, 0, 0))
    t.equal(pilot.limit, cut, 'a counter that starts again is no preemption, and the pause lasts')
  })
  t.test('gauges that stop leave the replies to judge', async (t) => {
    const pilot = new Autopilot({ max: 1000, start: 16 })
    pilot.gauges(0, gauges(0, 0))
    for (let i = 0; i < 400; i++) {
      fill(pilot)
      pilot.completed(10_000 + i * 100 - 1000 - 10 * (i % 37), 10_000 + i * 100, 100 + (i % 37))
    }
    t.ok(pilot.limit > 16)
  })
})

t.test('one that comes back starts anew', async (t) => {
  const pilot = new Autopilot({ max: 1000, start: 16 })
  for (let at = 0; at < 5000; at += 1000) {
    fill(pilot)
    pilot.gauges(at, gauges(pilot.inFlight, 0))
  }
  t.ok(pilot.limit > 100)
  pilot.restart()
  t.equal(pilot.limit, 16)
})
