import fc from 'fast-check'
import t from 'tap'
import { decideFault, readFault, type FaultRule } from '../../../bench/simulated/faults.js'

const rules: FaultRule[] = [{ kind: '503', share: 0.1 }, { kind: 'reset', share: 0.05 }, { kind: 'hang', share: 0 }]
const at = (i: number, attempt = 0, seed = 1) => decideFault(rules, { seed, bodyHash: `body ${i}`, attempt, now: 0 })?.kind

t.test('each kind strikes its share of requests, and of second attempts', async (t) => {
  for (const attempt of [0, 1]) {
    const kinds = Array.from({ length: 50_000 }, (_, i) => at(i, attempt))
    const share = (kind: string | undefined) => kinds.filter((each) => each === kind).length / kinds.length
    t.ok(Math.abs(share('503') - 0.1) < 0.005, `503: ${share('503')}`)
    t.ok(Math.abs(share('reset') - 0.05) < 0.004, `reset: ${share('reset')}`)
    t.equal(share('hang'), 0)
  }
  const first = Array.from({ length: 20_000 }, (_, i) => i).filter((i) => at(i))
  const both = first.filter((i) => at(i, 1)).length / first.length
  t.ok(Math.abs(both - 0.15) < 0.02, `attempts are drawn apart: ${both}`)
})

t.test('seed, body and attempt decide, and nothing else', async (t) => {
  fc.assert(fc.property(fc.string(), fc.nat(9), fc.nat(1000), fc.double({ min: 0, max: 1e6, noNaN: true }), (bodyHash, attempt, seed, now) =>
    decideFault(rules, { seed, bodyHash, attempt, now }) === decideFault([...rules], { seed, bodyHash, attempt, now: 0 })))
  const by = (seed: number) => Array.from({ length: 500 }, (_, i) => at(i, 0, seed))
  t.same(by(3), by(3))
  t.notSame(by(3), by(4))
})

t.test('storms, and faults of first attempts', async (t) => {
  const storm: FaultRule[] = [{ kind: '503', every: 60, lasts: 5 }]
  const hit = (rules: FaultRule[], now: number, attempt = 0) => decideFault(rules, { seed: 1, bodyHash: 'x', attempt, now }) !== null
  t.same([0, 4.9, 5, 59, 60, 64, 65, 121].map((now) => hit(storm, now)), [true, true, false, false, true, true, false, true])
  t.same([0, 1, 2].map((attempt) => hit([{ kind: 'reset', attempts: 2 }], 0, attempt)), [true, true, false])
  t.equal(decideFault([], { seed: 1, bodyHash: 'x', attempt: 0, now: 0 }), null)
})

t.test('rules as they are written', async (t) => {
  t.same(readFault('429=0.25'), { kind: '429', share: 0.25 })
  t.same(readFault('hang'), { kind: 'hang', share: 1 })
  t.same(readFault('{"kind":"429-seconds","retryAfter":2}'), { kind: '429-seconds', retryAfter: 2 })
  t.same(readFault({ kind: 500, attempts: 1 }), { kind: '500', attempts: 1 })
  t.throws(() => readFault('404=1'), /no fault is of kind "404"; kinds: .*reset-body/)
  t.throws(() => readFault('reset=2'), /share of fault reset must be between 0 and 1, not 2/)
  t.throws(() => readFault('reset=x'), /share of fault reset must be between 0 and 1, not NaN/)
  t.throws(() => readFault({ kind: 'reset', shares: 1 }), /unknown field "shares"; fields: share/)
  t.throws(() => readFault(3), /KIND=SHARE or an object, not 3/)
})
