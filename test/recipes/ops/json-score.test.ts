import t from 'tap'
import { refined } from './about.ts'

const read = (text: string, params = {}) => refined({ op: 'json_score', of: 'A', min: 1, max: 5, ...params }, text)

t.test('scores', (t) => {
  const cases: [string, number][] = [
    ['{"A": {"analysis": "Close to it.", "score": 4}}', 4],
    ['```json\n{"A": {"analysis": "a", "score": "5"}}\n```', 5],
    ['The score: 2 came to mind first.\n{"A": {"score": 3, "analysis": "a"}}', 3],
    ['{"score": 1}', 1],
    ['{"a": {"Score": "4/5"}}', 4],
    ['{"A": {"analysis": "a", "score": 4.0}}', 4],
    ['{"A": {"analysis": "It says "new" things", "score": 2}}', 2],
    ['{"A": {"analysis": "a", "score": 3', 3],
    ['**Score:** 5', 5],
    ['I thought of score: 1, but then\nscore: 4', 4],
    ['{"B": {"score": 1}, "A": {"score": 2}}', 2],
  ]
  for (const [text, score] of cases) {
    const { drafts, counts } = read(text)
    t.equal(drafts[0]?.judgeScore, score, text)
    t.same(counts, { [`score.${score}`]: 1 }, text)
  }
  t.equal(read('{"X": {"score": 9}}', { of: 'X', max: 10 }).drafts[0]?.judgeScore, 9, 'other names and scales')
  t.end()
})

t.test('no score', (t) => {
  for (const text of ['', 'Good.', '{"A": {"analysis": "a"}}', '{"A": {"score": null}}', '{"A": {"score": 6}}', '{"A": {"score": 0}}', '{"A": {"score": 3.5}}', '{"A": 4}', '{"score": "high"}', 'score: 12']) {
    const { reason, detail, counts } = read(text)
    t.equal(reason, 'STREAM_PARSE_FAILED', text)
    t.match(detail, /whole number from 1 to 5/)
    t.same(counts, { judge_parse_error: 1 }, text)
  }
  t.end()
})
