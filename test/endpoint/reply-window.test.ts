import fc from 'fast-check'
import t from 'tap'
import { HillClimb } from '../../dist/endpoint/hill-climb.js'
import { ReplyWindow } from '../../dist/endpoint/reply-window.js'

/** Replies with `tokens` each, of a server that takes `startMs + tokenMs * tokens`. */
function replies(window: ReplyWindow, tokens: readonly number[], startMs: number, tokenMs: number, from = 0): void {
  for (const [i, n] of tokens.entries()) window.add({ sentAt: from + i, doneAt: from + i + startMs + tokenMs * n, tokens: n })
}

t.test('tells waiting from generating', async (t) => {
  const tokens = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 8, maxLength: 60 })
  t.doesNotThrow(() => fc.assert(fc.property(tokens, fc.nat(20_000), fc.integer({ min: 1, max: 200 }), (tokens, startMs, tokenMs) => {
    const window = new ReplyWindow(100)
    replies(window, tokens, startMs, tokenMs)
    const fit = window.fit(-Infinity, -Infinity, 100)
    const mean = tokens.reduce((a, b) => a + b, 0) / tokens.length
    const deviation = Math.sqrt(tokens.reduce((sum, n) => sum + (n - mean) ** 2, 0) / tokens.length)
    if (deviation < 0.0799 * mean) return fit?.tokenMs === null
    if (deviation < 0.0801 * mean) return true
    return fit !== null && Math.abs(fit.tokenMs! - tokenMs) < 1e-3 * tokenMs && Math.abs(fit.startMs - startMs) < 1 + 1e-3 * startMs
  })))
})

t.test('the batch is judged by more replies than the wait', async (t) => {
  const window = new ReplyWindow(100)
  const tokens = Array.from({ length: 30 }, (_, i) => 100 + 10 * i)
  replies(window, tokens, 9000, 20)
  replies(window, [150, 160, 170], 500, 20, 1_000_000)
  const fit = window.fit(-Infinity, 1_000_000, 100)
  t.equal(fit?.count, 3)
  t.ok(fit!.errorMs > 100, 'two different waits in one line are known badly, and that shows')
  t.equal(window.fit(-Infinity, 2_000_000, 100), null)
  t.equal(window.fit(-Infinity, -Infinity, 20)?.count, 20)
})

t.test('only so many are kept', async (t) => {
  const window = new ReplyWindow(10)
  replies(window, Array.from({ length: 1000 }, (_, i) => 1 + (i % 50)), 1, 1)
  t.ok(window.fit(-Infinity, -Infinity, 1000)!.count <= 20)
})

t.test('climbs to the knee and stays about there, also when it moves', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.integer({ min: 8, max: 1000 }), fc.integer({ min: 8, max: 1000 }), (first, then) => {
    const climb = new HillClimb()
    let level = 16
    for (const knee of [first, then]) {
      for (let i = 0; i < 120; i++) level = Math.max(1, Math.floor(climb.next(level, Math.min(level, knee))))
      if (level < 0.75 * knee - 2 || level > 1.35 * knee + 2) return false
    }
    return true
  })))
})
