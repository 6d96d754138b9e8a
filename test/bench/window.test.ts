import fc from 'fast-check'
import t from 'tap'
import { phaseOf, windowOf } from '../../dist/bench/window.js'

const ends = (...times: number[]) => times.map((at, n) => ({ at, n: n + 1 }))

t.test('the window opens with the last warm-up and closes with the last measured request', async (t) => {
  const { ended, duration } = windowOf(ends(10, 20, 30, 45, 60, 99), 0, { warmups: 2, prompts: 3 })
  t.same(ended.map(({ n }) => n), [3, 4, 5])
  t.equal(duration, 40, 'from the end of request 2 to the end of request 5')
})

t.test('without warm-ups the window opens with the first request', async (t) => {
  const { ended, duration } = windowOf(ends(10, 20), 4, { warmups: 0, prompts: 2 })
  t.same(ended.map(({ n }) => n), [1, 2])
  t.equal(duration, 16)
})

t.test('a load that ended early has no window', async (t) => {
  t.throws(() => windowOf(ends(10, 20, 30), 0, { warmups: 2, prompts: 2 }), { name: 'RangeError', message: '3 requests ended, but the window closes with number 4' })
})

t.test('phases and window agree, whatever the plan', async (t) => {
  const plans = fc.record({ warmups: fc.nat(20), prompts: fc.integer({ min: 1, max: 50 }), more: fc.nat(10) })
  t.doesNotThrow(() => fc.assert(fc.property(plans, fc.integer({ min: 1, max: 100 }), ({ more, ...plan }, gap) => {
    const all = ends(...Array.from({ length: plan.warmups + plan.prompts + more }, (_, i) => (i + 1) * gap))
    const inside = windowOf(all, 0, plan)
    const measured = all.filter(({ n }) => phaseOf(n, plan) === 'measured')
    const warm = all.filter(({ n }) => phaseOf(n, plan) === 'warm-up')
    // Requests that end every `gap` make a rate of one a gap, wherever the window lies.
    return inside.ended.length === plan.prompts && measured.every((each, i) => each === inside.ended[i]) &&
      warm.length === plan.warmups && inside.duration === plan.prompts * gap
  })))
})
