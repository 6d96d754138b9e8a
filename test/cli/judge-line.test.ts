import t from 'tap'
import { judgeLine } from '../../dist/cli/judge-line.js'

t.test('rates as MAGA prints them, of the counts of its table 1', (t) => {
  const counts = { 'score.5': 3788, 'score.4': 7124, 'score.3': 3224, 'score.2': 736, 'score.1': 285, judge_parse_error: 198 }
  t.equal(
    judgeLine('judge', counts),
    '  judged    judge: 15,355 outputs, 92.06 % at 3 or more, 6.65 % at 2 or less, 71.06 % at 4 or more, 24.67 % at 5; 198 replies without a score',
  )
  const labeler = { 'score.5': 4120, 'score.4': 7143, 'score.3': 3034, 'score.2': 661, 'score.1': 214, judge_parse_error: 183 }
  t.match(judgeLine('judge', labeler), /: 15,355 outputs, 93\.11 % at 3 or more, /)
  t.end()
})

t.test('other scales, nothing readable, no judge', (t) => {
  t.equal(judgeLine('fidelity', { 'score.10': 3, 'score.0': 1 }), '  judged    fidelity: 4 outputs, 0 25.00 %, 10 75.00 %')
  t.match(judgeLine('judge', { judge_parse_error: 2 }), /2 outputs, 0\.00 % at 3 or more.*; 2 replies without a score$/)
  t.equal(judgeLine('pairs', { 'pairs_parsed.5': 7, parse_error: 1 }), null)
  t.end()
})
