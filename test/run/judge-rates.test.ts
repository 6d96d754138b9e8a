import t from 'tap'
import { judgeRates, scoresOf } from '../../dist/run/judge-rates.js'

/** MAGA, arXiv 2502.04235, table 1: replies by score, of 15,355. */
const n = 15_355
const table = {
  labeler: [4120, 7143, 3034, 661, 214],
  base: [3788, 7124, 3224, 736, 285],
  strict: [6814, 5220, 2384, 520, 227],
  relaxed: [408, 1685, 3889, 4156, 5086],
}

export function countsOf(scores: readonly number[]): Record<string, number> {
  const named = Object.fromEntries(scores.map((count, i) => [`score.${5 - i}`, count]))
  return { ...named, judge_parse_error: n - scores.reduce((a, b) => a + b, 0) }
}

t.test('the table of the paper, to the digit', (t) => {
  const percents = (scores: readonly number[]) => {
    const counts = countsOf(scores)
    const { judged, atLeast3, atMost2, atLeast4, exactly5 } = judgeRates(scoresOf(counts), counts['judge_parse_error']!)
    t.equal(judged, n)
    return [atLeast3, atMost2, atLeast4, exactly5].map((share) => (100 * share).toFixed(2))
  }
  t.equal(percents(table.labeler)[0], '93.11')
  t.same(percents(table.base), ['92.06', '6.65', '71.06', '24.67'])
  t.same(percents(table.strict).slice(1), ['4.86', '78.37', '44.38'])
  t.same(percents(table.relaxed).slice(1), ['60.19', '13.63', '2.66'])
  t.end()
})

t.test('scores are read from what a step counted', (t) => {
  t.same([...scoresOf({ 'score.10': 1, 'score.2': 3, 'score.x': 9, judge_parse_error: 4, 'pairs_parsed.5': 7 })], [[2, 3], [10, 1]])
  t.equal(scoresOf({}).size, 0)
  t.match(judgeRates(new Map(), 0), { judged: 0, atLeast3: 0, exactly5: 0 })
  t.match(judgeRates(new Map(), 3), { judged: 3, unreadable: 3, atLeast3: 0 })
  t.end()
})
