import t, { type Test } from 'tap'
import { answerTo } from '../../../bench/simulated/answer.js'
import { Engine } from '../../../bench/simulated/engine.js'
import { closedLoop, settings } from './engine-load.ts'

/** Holds a figure to arithmetic. */
function near(t: Test, found: number, expected: number, share: number, what: string): void {
  const off = Math.abs(found - expected) / expected
  t.ok(off <= share, `${what}: ${found} is ${(off * 100).toFixed(3)} % off ${expected}`)
}

/** Lengths as the server draws them. */
const lognormal = (mean: number) => (i: number) =>
  answerTo(`request ${i}`, { maxTokens: 1e6, minTokens: 1, ignoreEos: false }, { seed: 1, outputMean: mean, outputCv: 0.6 }).tokens

t.test('a batch in step takes exactly what its steps add up to', async (t) => {
  const [n, prompt, output] = [32, 500, 200]
  const perKvTokenMs = 0.001
  let cycle = 0.010 + (n * prompt) / 100_000
  for (let k = 1; k < output; k++) cycle += (10 + 0.1 * n + perKvTokenMs * n * (prompt + k - 1)) / 1000
  const { done, engine, tokensPerS } = closedLoop({ perKvTokenMs, maxNumBatchedTokens: n * prompt }, n, () => ({ promptTokens: prompt, outputTokens: output }), { to: 100 * cycle + 1e-6 })
  t.equal(done.length, 100 * n)
  near(t, done[0]!.doneAt, cycle, 1e-9, 'the first cycle')
  near(t, tokensPerS, (n * output) / cycle, 1e-6, 'tokens/s')
  t.equal(engine.counters.prefillTokens, 100 * n * prompt)
})

t.test('throughput at a fixed concurrency, with lengths as a server draws them', async (t) => {
  const length = lognormal(300)
  for (const n of [1, 8, 32, 64]) {
    const { tokensPerS, done } = closedLoop({}, n, (i) => ({ promptTokens: 400, outputTokens: length(i) }), { from: 100, to: n === 1 ? 4000 : 1100 })
    const mean = done.reduce((sum, { outputTokens }) => sum + outputTokens, 0) / done.length
    // A token for each of n in a step; one step in `mean` prefills instead of decoding.
    const step = 0.010 + 0.0001 * n * (1 - 1 / mean) + (n * 400) / mean / 100_000
    near(t, tokensPerS, n / step, 0.03, `tokens/s of ${n}`)
  }
})

t.test('more clients than slots give no more tokens, and wait as Little says', async (t) => {
  const length = lognormal(200)
  const work = (i: number) => ({ promptTokens: 100, outputTokens: length(i) })
  const at = (clients: number) => closedLoop({}, clients, work, { from: 60, to: 660 })
  const full = at(64)
  t.ok(at(32).tokensPerS < 0.75 * full.tokensPerS, 'half the clients leave room')
  for (const clients of [128, 256]) {
    const { engine, done, tokensPerS } = at(clients)
    near(t, tokensPerS, full.tokensPerS, 0.03, `tokens/s of ${clients}`)
    t.equal(engine.running, 64)
    t.equal(engine.waiting, clients - 64)
    const steady = done.filter(({ arrivedAt }) => arrivedAt > 60)
    const rate = steady.length / (steady.at(-1)!.doneAt - 60)
    const wait = steady.reduce((sum, { startedAt, arrivedAt }) => sum + startedAt - arrivedAt, 0) / steady.length
    near(t, rate * wait, clients - 64, 0.03, 'waiting = rate x wait')
    const { waitingSeconds, runningSeconds, slotSeconds } = engine.counters
    near(t, waitingSeconds / engine.now, clients - 64, 0.01, 'the integral of those who wait')
    near(t, runningSeconds / slotSeconds, 1, 0.001, 'slots filled')
  }
})

t.test('prefill takes its share of a step from those who decode', async (t) => {
  const engine = new Engine({ ...settings, maxNumBatchedTokens: 512 })
  for (let i = 0; i < 32; i++) engine.add({ promptTokens: 1, outputTokens: 100_000, hashes: [] })
  engine.advance(1)
  const { generatedTokens, steps } = engine.counters
  engine.advance(engine.nextEventAt)
  const start = engine.now
  const long = engine.add({ promptTokens: 4096, outputTokens: 2, hashes: [] })
  engine.advance(start + 1)
  // It arrives while a step is under way. Each step has 512 - 32 tokens left for it: nine steps.
  const idle = 0.0132
  near(t, long.firstTokenAt - start, idle + 9 * idle + 4096 / 100_000, 1e-6, 'first token')
  near(t, long.doneAt - long.firstTokenAt, 0.0133, 1e-6, 'then a step of 33')
  // The others get a token in every step, and there are fewer steps.
  const passed = engine.counters.steps - steps
  near(t, passed, 10 + (1 - 10 * idle - 4096 / 100_000) / idle, 0.02, 'steps in that second')
  near(t, engine.counters.generatedTokens - generatedTokens, 32 * passed, 0.02, 'one token each in every step')
})

t.test('first come, first served', async (t) => {
  const { done } = closedLoop({ maxNumSeqs: 4 }, 20, (i) => ({ promptTokens: 10 + i, outputTokens: 5 + (i % 7) }), { to: 20 })
  const starts = done.toSorted((a, b) => a.promptTokens - b.promptTokens).map(({ startedAt }) => startedAt)
  t.same(starts, starts.toSorted((a, b) => a - b))
  t.ok(done.length > 200)
})

t.test('what is aborted gives its place and its cache back', async (t) => {
  const engine = new Engine({ ...settings, maxNumSeqs: 2 })
  const [running, other, waiting, last] = [10, 20, 10, 10].map((outputTokens) => engine.add({ promptTokens: 160, outputTokens, hashes: [] })) as [any, any, any, any]
  engine.advance(0.055)
  t.equal(engine.running + engine.waiting, 4)
  const generated = running.generated
  t.ok(generated > 0)
  engine.abort(running)
  engine.abort(waiting)
  engine.abort(waiting)
  t.match(engine.counters, { aborted: 2, lostTokens: generated })
  engine.advance(10)
  t.match(engine.counters, { finished: 2, aborted: 2 })
  t.equal(last.state, 'done')
  t.equal(other.generated, 20)
  engine.abort(other)
  t.equal(engine.counters.aborted, 2, 'too late')
  t.equal(engine.kvUsage, 0)
})

t.test('pause, settings while running, clear', async (t) => {
  const { engine } = closedLoop({}, 64, () => ({ promptTokens: 16, outputTokens: 100 }), { to: 60 })
  engine.pause()
  engine.advance(engine.now + 1)
  const { generatedTokens, busySeconds } = engine.counters
  engine.advance(engine.now + 100)
  t.equal(engine.counters.generatedTokens, generatedTokens, 'nothing moves')
  t.equal(engine.counters.busySeconds, busySeconds)
  t.equal(engine.nextEventAt, Infinity)
  engine.resume()
  const rate = (seconds: number) => {
    const before = engine.counters.generatedTokens
    engine.advance(engine.now + seconds)
    return (engine.counters.generatedTokens - before) / seconds
  }
  const whole = rate(200)
  engine.configure({ maxNumSeqs: 16 })
  rate(10)
  near(t, rate(200) / whole, (16 / 0.0116) / (64 / 0.0164), 0.03, 'a quarter of the slots')
  t.equal(engine.running, 16)
  engine.configure({ baseMs: 20 })
  rate(10)
  near(t, rate(200), 16 / 0.0216, 0.03, 'twice the time')
  engine.clear()
  t.match({ running: engine.running, waiting: engine.waiting, kv: engine.kvUsage, next: engine.nextEventAt }, { running: 0, waiting: 0, kv: 0, next: Infinity })
  t.equal(engine.counters.aborted, 64)
})

t.test('the same in any number of looks', async (t) => {
  const run = (step: number) => {
    const engine = new Engine({ ...settings, kvTokens: 8000 })
    const ends: number[] = []
    for (let i = 0; i < 200; i++) engine.add({ promptTokens: 50 + i, outputTokens: 1 + ((i * 37) % 90), hashes: [], onDone: ({ doneAt }) => ends.push(doneAt) })
    for (let at = step; at < 30 + step; at += step) engine.advance(at)
    return { ends, ...engine.counters, slotSeconds: 0 }
  }
  const [often, once] = [run(0.001), run(30)]
  t.equal(often.ends.length, 200)
  t.same(often.ends, once.ends)
  t.same(often.generatedTokens, once.generatedTokens)
  t.equal(often.preemptions, once.preemptions)
  near(t, often.waitingSeconds, once.waitingSeconds, 1e-9, 'waiting')
})
