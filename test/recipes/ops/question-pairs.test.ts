import t from 'tap'
import { pairsIn } from '../../../dist/recipes/ops/question-pairs.js'
import { refined, words } from '../refined.js'

const LEAD = 'Here are the questions and answers based on the provided text:'
const spec = { op: 'question_pairs', lead: LEAD, pairs: 10, perTokens: 150 }
const golden = [
  LEAD, '- Question: q1 Answer: a1', '- Question: q2', '  A) x', '  B) y', 'Answer: B', '', '- Question: q3 Answer: a3',
].join('\n')

t.test('golden vectors: what the original logic takes for pairs', (t) => {
  t.same(pairsIn(golden, LEAD), ['Question: q1 Answer: a1', 'Question: q2\nA) x\nB) y\nAnswer: B', 'Question: q3 Answer: a3'])
  t.same(pairsIn('Sure!\n- Question: q Answer: a', LEAD), [])
  t.same(pairsIn('1. Question: q Answer: a', LEAD), [])
  t.same(pairsIn(golden.replace(`${LEAD}\n`, ''), LEAD).length, 3, 'the lead is not needed')
  t.same(pairsIn(golden.replace('text:', 'text'), LEAD), [], 'another lead is something before the first')
  t.same(pairsIn('', LEAD), [])
  t.end()
})

t.test('a reply without pairs fails', (t) => {
  for (const text of ['', LEAD, 'Sure!\n- Question: q Answer: a']) t.equal(refined([spec], text), 'STREAM_PARSE_FAILED', text)
  t.end()
})

const reply = Array.from({ length: 8 }, (_, i) => `- Question: q${i} Answer: a${i}`).join('\n')
/** What 2,000 rows keep of eight pairs. */
function kept(source: string): string[][] {
  return Array.from({ length: 2000 }, (_, i) => {
    const [text] = refined([spec], reply, { source, tokens: words, id: `row ${i}` }) as [string]
    const [first, ...pairs] = text.split('\n\n')
    if (first !== source) t.fail('the source comes first')
    return pairs
  })
}

t.test('1 to floor(10 * tokens / 150) pairs, each number as often, at least one', (t) => {
  for (const [tokens, most] of [[1, 1], [29, 1], [30, 2], [59, 3], [60, 4], [120, 8], [900, 8]] as const) {
    const sizes = kept('w '.repeat(tokens).trim()).map((pairs) => pairs.length)
    t.equal(Math.min(...sizes), 1, `${tokens} tokens`)
    t.equal(Math.max(...sizes), most, `${tokens} tokens`)
    if (tokens !== 900) for (let n = 1; n <= most; n++) {
      const times = sizes.filter((size) => size === n).length
      t.ok(Math.abs(times - 2000 / most) < 5 * Math.sqrt(2000 / most), `${n} of ${most}: ${times} times`)
    }
  }
  t.end()
})

t.test('every pair comes first equally often; nothing is kept twice; the same row gets the same', (t) => {
  const first = new Map<string, number>()
  const rows = kept('w '.repeat(120).trim())
  for (const pairs of rows) {
    first.set(pairs[0]!, (first.get(pairs[0]!) ?? 0) + 1)
    if (new Set(pairs).size !== pairs.length) t.fail('a pair twice')
  }
  t.equal(first.size, 8)
  for (const [pair, n] of first) t.ok(Math.abs(n - 250) < 75, `${pair} ${n}`)
  t.same(kept('w '.repeat(120).trim()).slice(0, 20), rows.slice(0, 20))
  const counts: Record<string, number> = {}
  refined([spec], golden, { counts })
  t.same(counts, { pairs: 3, pairs_kept: 1 })
  t.end()
})
