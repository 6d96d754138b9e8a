import t from 'tap'
import { ConfigInvalidError } from '../../dist/errors.js'
import { parseQuality, quality, type QualityRule } from '../../dist/stages/quality.js'
import { ruleSets } from '../../dist/text/rules.js'
import { ids, seed, through } from './harness.ts'

const judge = async (texts: readonly string[]) => texts.map(ruleSets.gopher)
const prose = Array.from({ length: 60 }, (_, k) => (k === 0 ? 'that' : k === 1 ? 'have' : 'word')).join(' ')

t.test('none keeps all', async (t) => {
  const { kept, dropped } = await through(quality({ rule: { kind: 'none' }, judge }), [seed('1', ''), seed('2', prose)])
  t.same(ids(kept), ['1', '2'])
  t.same(dropped, [])
})

t.test('a rule set drops under the id of the broken rule', async (t) => {
  const calls: number[] = []
  const stage = quality({ rule: parseQuality('gopher'), judge: (texts) => (calls.push(texts.length), judge(texts)) })
  const { kept, dropped } = await through(stage, [
    seed('1', prose), seed('2', 'short'), seed('3', prose.replaceAll('word', 'x')), seed('4', `${prose} more`),
  ])
  t.same(ids(kept), ['1', '4'])
  t.same(dropped, [
    ['2', 'gopher_short_doc', 'words 1, limit 50'],
    ['3', 'gopher_below_avg_threshold', 'mean word length 1.1, limit 3'],
  ])
  t.same(calls, [4], 'one call a batch')
  t.same(await through(stage, []), { kept: [], dropped: [] })
  t.same(calls, [4], 'none for an empty batch')
})

t.test('a score column', async (t) => {
  const scores = [2.9, 3, 3.1, null, Number.NaN, Number.POSITIVE_INFINITY]
  const rows = scores.map((score, k) => seed(String(k), 'x', { score }))
  const atLeast = await through(quality({ rule: parseQuality('column:int_score>=3'), judge }), rows)
  t.same(ids(atLeast.kept), ['1', '2', '5'])
  t.same(atLeast.dropped, [
    ['0', 'quality_below_threshold', 'int_score is 2.9, wanted >= 3'],
    ['3', 'quality_unscored', 'int_score is null'],
    ['4', 'quality_unscored', 'int_score is NaN'],
  ])
  const above = await through(quality({ rule: parseQuality('column:int_score>3'), judge }), rows)
  t.same(ids(above.kept), ['2', '5'])
})

t.test('reads the option', async (t) => {
  const column = (name: string, operator: '>=' | '>', threshold: number): QualityRule =>
    ({ kind: 'column', column: name, operator, threshold })
  const cases: readonly (readonly [string, QualityRule])[] = [
    ['none', { kind: 'none' }],
    ['gopher', { kind: 'rules', rules: 'gopher' }],
    ['fineweb', { kind: 'rules', rules: 'fineweb' }],
    ['c4', { kind: 'rules', rules: 'c4' }],
    [' gopher_repetition ', { kind: 'rules', rules: 'gopher_repetition' }],
    ['column:int_score>=3', column('int_score', '>=', 3)],
    ['column:score>0.018112', column('score', '>', 0.018112)],
    ['column:edu score >= -1e-3', column('edu score', '>=', -0.001)],
    ['column:meta.scores>max>=.5', column('meta.scores>max', '>=', 0.5)],
    ['column:x>10', column('x', '>', 10)],
  ]
  for (const [text, rule] of cases) t.same(parseQuality(text), rule, text)
})

t.test('refuses what it cannot read', async (t) => {
  const known = 'none, gopher, gopher_repetition, fineweb, c4 or column:NAME>=X'
  const cases: readonly (readonly [string, string])[] = [
    ['gofer', `--quality: "gofer" is no rule; did you mean "gopher"? Known: ${known}`],
    ['toString', `--quality: "toString" is no rule; known: ${known}`],
    ['', `--quality: "" is no rule; known: ${known}`],
    ...[
      'column:score', 'column:>=3', 'column:score>=', 'column:score>=high', 'column:score<3', 'column:score=>3',
      'column:a>=1>=', 'column:a>Infinity',
    ].map((text) => [text, `--quality: "${text}" should read column:NAME>=X or column:NAME>X, X a number`] as const),
  ]
  for (const [text, message] of cases) {
    t.throws(() => parseQuality(text), { constructor: ConfigInvalidError, message }, text)
  }
})
