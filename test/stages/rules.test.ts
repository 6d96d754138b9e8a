import t from 'tap'
import type { GeneratedRow, SeedRow } from '../../dist/rows.js'
import { rules } from '../../dist/stages/rules.js'
import { firstBroken, type RuleSet } from '../../dist/text/rules.js'
import { generated, ids, seed, through } from './harness.ts'

const judge = (...sets: RuleSet[]) => async (texts: readonly string[]) => texts.map((text) => firstBroken(sets, text))
const prose = Array.from({ length: 60 }, (_, k) => (k === 0 ? 'that' : k === 1 ? 'have' : 'word')).join(' ')
const varied = Array.from({ length: 60 }, (_, k) => `q${k}q`).join(' ')

t.test('drops seeds under the id of the broken rule', async (t) => {
  const calls: number[] = []
  const gopher = judge('gopher')
  const stage = rules<SeedRow>({ name: 'quality', ordered: true, judge: (texts) => (calls.push(texts.length), gopher(texts)) })
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

t.test('drops outputs that go round in circles', async (t) => {
  const rows = [
    generated('1', varied),
    generated('2', 'and so on '.repeat(50)),
    generated('3', `${varied}\nyes\nyes\nyes`),
    generated('4', `${varied} end`),
  ]
  const stage = rules<GeneratedRow>({ name: 'collapse', ordered: false, judge: judge('gopher_repetition') })
  const { kept, dropped } = await through(stage, rows)
  t.same(ids(kept), ['1', '4'])
  t.same(dropped.map(([id, reason]) => [id, reason]), [['2', 'top_2_gram'], ['3', 'dup_line_frac']])
  t.equal(dropped[1]?.[2], 'share of duplicate lines 0.5, limit 0.3')
})

t.test('of several sets the first that is broken names the reason', async (t) => {
  const loop = 'and so on '.repeat(5)
  const reasonBy = async (...sets: RuleSet[]) =>
    (await through(rules<SeedRow>({ name: 'quality', ordered: true, judge: judge(...sets) }), [seed('1', loop), seed('2', varied)])).dropped
  t.same((await reasonBy('gopher', 'gopher_repetition')).map(([id, reason]) => [id, reason]), [['1', 'gopher_short_doc'], ['2', 'gopher_enough_stop_words']])
  t.same((await reasonBy('gopher_repetition', 'gopher')).map(([id, reason]) => [id, reason]), [['1', 'top_2_gram'], ['2', 'gopher_enough_stop_words']])
})
