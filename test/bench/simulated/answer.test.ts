import fc from 'fast-check'
import t from 'tap'
import { answerText, answerTo } from '../../../bench/simulated/answer.js'
import { hash53 } from '../../../bench/simulated/hash.js'
import { blockHashes, countTokens } from '../../../bench/simulated/tokens.js'

const drawn = { seed: 1, outputMean: 360, outputCv: 0.6 }
const open = { maxTokens: 1e6, minTokens: 0, ignoreEos: false }

t.test('lengths have the mean and the spread that were asked for', async (t) => {
  for (const settings of [drawn, { seed: 7, outputMean: 80, outputCv: 1 }, { seed: 1, outputMean: 50, outputCv: 0 }]) {
    const lengths = Array.from({ length: 40_000 }, (_, i) => answerTo(`prompt ${i}`, open, settings).tokens)
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    const deviation = Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / lengths.length)
    t.ok(Math.abs(mean / settings.outputMean - 1) < 0.03, `mean ${mean}`)
    t.ok(Math.abs(deviation / mean - settings.outputCv) < 0.05, `spread ${deviation / mean}`)
  }
})

t.test('the same request has the same answer; seed and prompt make another', async (t) => {
  const text = (key: string, settings = drawn) => answerText(answerTo(key, open, settings))
  t.equal(text('a'), text('a'))
  t.not(text('a'), text('b'))
  t.not(text('a'), text('a', { ...drawn, seed: 2 }))
  t.equal(new Set(Array.from({ length: 2000 }, (_, i) => text(`prompt ${i}`))).size, 2000)
})

t.test('a text is as long as usage says, and a shorter answer is the start of a longer one', async () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }), (key, a, b) => {
    const [short, long] = [Math.min(a, b), Math.max(a, b)].map((maxTokens) => answerTo(key, { ...open, maxTokens }, drawn)) as [any, any]
    const [start, whole] = [answerText(short), answerText(long)]
    return countTokens(start) === short.tokens && countTokens(whole) === long.tokens && short.tokens <= Math.min(a, b) &&
      (short.finishReason === 'length' || start.endsWith('.')) && (short.finishReason === 'stop' || whole.startsWith(start)) &&
      answerText(long, short.tokens).slice(0, -1) === start.slice(0, -1)
  }))
})

t.test('limits', async (t) => {
  t.match(answerTo('k', { ...open, maxTokens: 500, ignoreEos: true }, drawn), { tokens: 500, finishReason: 'length' })
  t.match(answerTo('k', { ...open, minTokens: 900, maxTokens: 1000 }, { ...drawn, outputMean: 5 }), { tokens: 900, finishReason: 'stop' })
  t.match(answerTo('k', { ...open, maxTokens: 1 }, drawn), { tokens: 1, finishReason: 'length' })
})

t.test('block hashes are equal exactly as far as texts are', async (t) => {
  fc.assert(fc.property(fc.string({ maxLength: 700 }), fc.string({ maxLength: 700 }), fc.string({ maxLength: 300 }), (start, a, b) => {
    const [left, right] = [blockHashes(start + a), blockHashes(start + b)]
    const equal = [...left.keys()].findIndex((i) => left[i] !== right[i])
    let same = 0
    while (same < Math.min(start.length + a.length, start.length + b.length) && (start + a)[same] === (start + b)[same]) same++
    return (equal === -1 ? left.length : equal) === Math.min(Math.floor(same / 64), left.length)
  }), { numRuns: 500 })
  const hashes = new Set(Array.from({ length: 200_000 }, (_, i) => hash53(`document ${i}`)))
  t.equal(hashes.size, 200_000)
})
