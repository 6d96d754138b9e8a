import t from 'tap'
import { refined } from './about.ts'

t.test('not_shorter: characters or tokens, of what the prompt was made of', (t) => {
  const reason = (text: string, params: object) => refined({ op: 'not_shorter', in: 'characters', ...params }, text, { source: ' 1234567890\n' }).reason
  t.equal(reason('abcdefghij', {}), null, 'as long')
  t.equal(reason('abcdefghi', {}), 'shorter_than_source')
  t.equal(reason('  abcdefghi  ', {}), 'shorter_than_source', 'blanks at the ends do not count')
  t.equal(reason('abcde', { ratio: 0.5 }), null)
  t.equal(reason('abcd', { ratio: 0.5 }), 'shorter_than_source')
  const tokens = (text: string) => refined({ op: 'not_shorter', in: 'tokens' }, text, { source: 'one two three' }).reason
  t.same([tokens('a b c'), tokens('a b')], [null, 'shorter_than_source'])
  t.end()
})

t.test('has_words: what is missing is named and counted', (t) => {
  const slots = { verb: 'jump', noun: 'boat', features: 'none' }
  const op = { op: 'has_words', slots: ['verb', 'noun'] }
  t.equal(refined(op, 'Two boats jumped.', {}, { slots }).reason, null)
  t.match(refined(op, 'A boat.', {}, { slots }), { reason: 'word_missing', detail: 'verb jump', counts: { 'word_missing.verb': 1 } })
  t.match(refined({ op: 'has_words', slots: ['color'] }, 'A boat.', {}, { slots }), { reason: 'word_missing', detail: 'color (none)' })
  t.end()
})

t.test('count_slots: one counter a combination', (t) => {
  const { drafts, counts } = refined({ op: 'count_slots', slots: ['a', 'b'] }, 'Text.', {}, { slots: { a: 'x', b: 'y', c: 'z' } })
  t.same(counts, { 'x | y': 1 })
  t.equal(drafts[0]?.text, 'Text.')
  t.end()
})

t.test('headed: one draft for every ## line', (t) => {
  const texts = (reply: string, params = {}) => refined({ op: 'headed', prefix: '##', slot: 'strategy', ...params }, reply).drafts.map(({ text, slots }) => (text === slots['strategy'] ? text : 'differs'))
  t.same(texts('Sure:\n\n## One\nmore of one\n\n## Two\n##\n  ## Three'), ['One\nmore of one', 'Two', 'Three'])
  t.same(texts('## One\n### Part\nx\n##Two'), ['One\n### Part\nx', 'Two'], 'a deeper heading is part of an item')
  t.same(texts('## 1\n## 2\n## 3', { most: 2 }), ['1', '2'])
  t.same(refined({ op: 'headed', prefix: '##', slot: 's', most: 2 }, '## 1\n## 2\n## 3').counts, { over_budget: 1 })
  for (const bad of ['', 'No heading.', '# One', '##\n##']) t.equal(refined({ op: 'headed', prefix: '##', slot: 's' }, bad).reason, 'STREAM_PARSE_FAILED', bad)
  t.end()
})

t.test('entities: the JSON of step 1, however it is wrapped', (t) => {
  const read = (reply: string, params = {}) => refined({ op: 'entities', ...params }, reply)
  const names = (reply: string, params = {}) => read(reply, params).drafts[0]?.slots['entities']?.split('\n')
  const json = JSON.stringify({ summary: 'S.', entities: ['Ada', 'the  engine\n', 'ADA', '', 5, 'Paris'] })
  t.same(names(json), ['Ada', 'the engine', 'Paris'], 'each once, one line each, texts only')
  t.equal(read(json).drafts[0]?.text, 'S.')
  t.same(names(`Here it is:\n\`\`\`json\n${json}\n\`\`\`\nDone.`), ['Ada', 'the engine', 'Paris'])
  t.same(names('{"entities": ["a", "b"]}'), ['a', 'b'], 'no summary')
  t.same(names(json, { most: 2 }), ['Ada', 'the engine'])
  for (const bad of ['', 'Ada, Paris', '{"entities": []}', '{"entities": "Ada"}', '["Ada"]', '{"summary": "x"']) t.equal(read(bad).reason, 'STREAM_PARSE_FAILED', bad)
  t.end()
})
