import fc from 'fast-check'
import t from 'tap'
import { Engine } from '../../../bench/simulated/engine.js'
import { blockHashes, countTokens } from '../../../bench/simulated/tokens.js'
import { settings } from './engine-load.ts'

t.test('a full KV cache preempts the last one, which computes everything again and loses no token', async (t) => {
  // Ten blocks. Each sequence has five when both need a sixth: the second gives way.
  const engine = new Engine({ ...settings, kvTokens: 160 })
  const [first, second] = [64, 64].map((promptTokens) => engine.add({ promptTokens, outputTokens: 64, hashes: [] }))
  engine.advance(0.011 * 30)
  t.same([first!.preemptions, second!.preemptions], [0, 1])
  t.equal(second!.generated, 17, 'it keeps what it had generated')
  t.equal(engine.running, 1)
  t.equal(engine.kvUsage, 0.6)
  engine.advance(10)
  t.match(engine.counters, { preemptions: 1, finished: 2, generatedTokens: 128, recomputedTokens: 80, prefillTokens: 64 + 64 + 81 })
  t.equal(second!.generated, 64)
  t.ok(second!.startedAt === first!.startedAt && second!.doneAt > first!.doneAt)
  t.equal(engine.kvUsage, 0)
})

t.test('who was preempted goes before all others, and nobody is admitted in the step that had to make room', async (t) => {
  // A piece of 20 tokens would fit at once: two blocks, where four are free.
  const engine = new Engine({ ...settings, kvTokens: 160, maxNumBatchedTokens: 20, maxNumSeqs: 2 })
  const [first, second] = [64, 64].map((promptTokens) => engine.add({ promptTokens, outputTokens: 64, hashes: [] }))
  const third = engine.add({ promptTokens: 16, outputTokens: 2, hashes: [] })
  while (engine.counters.preemptions === 0) engine.advance(engine.nextEventAt)
  t.same([engine.running, engine.waiting], [1, 2])
  engine.advance(engine.nextEventAt)
  t.same([engine.running, second!.state, third.state], [2, 'running', 'waiting'])
  engine.advance(10)
  t.same([first!, second!, third].map(({ generated }) => generated), [64, 64, 2])
})

t.test('whatever is asked, all of it is generated, once', async (t) => {
  const sequence = fc.record({ promptTokens: fc.integer({ min: 1, max: 200 }), outputTokens: fc.integer({ min: 1, max: 100 }), after: fc.integer({ min: 0, max: 20 }), shared: fc.integer({ min: 0, max: 3 }) })
  const engines = fc.record({ kvTokens: fc.integer({ min: 304, max: 2000 }), maxNumSeqs: fc.integer({ min: 1, max: 20 }), maxNumBatchedTokens: fc.integer({ min: 20, max: 500 }), prefixCache: fc.boolean() })
  let preempted = 0
  fc.assert(fc.property(engines, fc.array(sequence, { maxLength: 60 }), (given, work) => {
    const engine = new Engine({ ...settings, ...given })
    const done = new Set()
    let at = 0
    const sequences = work.map(({ promptTokens, outputTokens, after, shared }) => {
      at += after / 100
      const text = `${shared}`.repeat(4 * promptTokens)
      return engine.add({ promptTokens, outputTokens, hashes: given.prefixCache ? blockHashes(text) : [], onDone: (each) => done.add(each) }, at)
    })
    while (engine.nextEventAt !== Infinity) {
      engine.advance(engine.nextEventAt)
      if (engine.kvUsage > 1 || engine.running > given.maxNumSeqs) return false
    }
    const { counters } = engine
    preempted += counters.preemptions
    const outputs = work.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
    const prompts = work.reduce((sum, { promptTokens }) => sum + promptTokens, 0)
    // A preempted sequence computes its last token in its new prefill instead of a decode step.
    const fresh = counters.prefillTokens - counters.recomputedTokens
    return done.size === work.length && sequences.every((each) => each.generated === each.outputTokens && each.state === 'done') &&
      counters.generatedTokens === outputs && counters.promptTokens === prompts && engine.kvUsage === 0 &&
      (given.prefixCache || (fresh >= prompts && fresh <= prompts + counters.preemptions))
  }), { numRuns: 300 })
  t.ok(preempted > 100, 'the cases were tight')
})

t.test('k prompts that share a document compute it once', async (t) => {
  for (const [k, chars, budget] of [[2, 640, 8192], [8, 2048, 8192], [5, 2099, 8192], [6, 8000, 512]] as const) {
    for (const apart of [false, true]) {
      const engine = new Engine({ ...settings, maxNumBatchedTokens: budget, prefixCache: true })
      const document = Array.from({ length: chars }, (_, i) => String.fromCharCode(97 + ((i * i) % 23))).join('')
      const prompts = Array.from({ length: k }, (_, i) => `${document}${i} question ${'?'.repeat(i)}${i * 97}`)
      const sequences = prompts.map((prompt) => {
        const sequence = engine.add({ promptTokens: countTokens(prompt), hashes: blockHashes(prompt), outputTokens: 20 })
        if (apart) engine.advance(engine.now + 5)
        return sequence
      })
      engine.advance(engine.now + 20)
      const shared = Math.floor(chars / 64) * 16
      t.same(sequences.map(({ cached }) => cached), [0, ...Array.from({ length: k - 1 }, () => shared)], `${k} x ${chars}, ${apart ? 'apart' : 'together'}`)
      const prompt = prompts.reduce((sum, text) => sum + countTokens(text), 0)
      t.match(engine.counters, { finished: k, queriedTokens: prompt, cachedTokens: (k - 1) * shared, prefillTokens: prompt - (k - 1) * shared })
    }
  }
})

t.test('the whole prompt is never taken from the cache', async (t) => {
  const engine = new Engine({ ...settings, prefixCache: true })
  const ask = () => {
    const sequence = engine.add({ promptTokens: 64, hashes: blockHashes('x'.repeat(256)), outputTokens: 3 })
    engine.advance(engine.now + 1)
    return sequence.cached
  }
  t.same([ask(), ask(), ask()], [0, 48, 48])
})

t.test('a cached prompt is forgotten when its room is needed, the oldest first', async (t) => {
  const engine = new Engine({ ...settings, kvTokens: 640, prefixCache: true })
  const ask = (name: string) => {
    const prompt = name.repeat(800)
    const sequence = engine.add({ promptTokens: 200, hashes: blockHashes(prompt), outputTokens: 8 })
    engine.advance(engine.now + 1)
    return sequence.cached
  }
  // 40 blocks, 12 full ones and one more each. d needs 13 where four are empty: nine go, from the end of b, the longest unused.
  t.same(['a', 'b', 'c', 'a', 'd', 'a', 'b'].map(ask), [0, 0, 0, 192, 0, 192, 48])
  engine.clear()
  t.equal(ask('a'), 0, 'and all of it with a restart')
})
