import fc from 'fast-check'
import t from 'tap'
import { draw } from '../../../dist/recipes/draw.js'
import { refined } from './about.ts'

const names = (n: number) => Array.from({ length: n }, (_, i) => `e${i}`).join('\n')
const made = (n: number, params: object, seed = 0) => {
  const about = { draw: (label: string, bound: number) => draw([seed, 'row', label], bound) }
  const { drafts, counts, reason } = refined({ op: 'pairs', of: 'entities', ...params }, 'Summary.', about, { slots: { entities: names(n) } })
  const sets = drafts.map(({ slots }) => [1, 2, 3].flatMap((i) => slots[`entity_${i}`] ?? []))
  return { sets, counts, reason }
}

t.test('five entities have ten pairs, in order, and ten triples', (t) => {
  const { sets, counts } = made(5, { most: 99 })
  t.same(sets.map((set) => set.join('')), ['e0e1', 'e0e2', 'e1e2', 'e0e3', 'e1e3', 'e2e3', 'e0e4', 'e1e4', 'e2e4', 'e3e4'])
  t.same(counts, { pairs: 10, triples: 0 })
  const both = made(5, { most: 99, triples: 99 })
  t.equal(new Set(both.sets.slice(10).map((set) => set.join())).size, 10)
  t.ok(both.sets.slice(10).every((set) => set.length === 3 && new Set(set).size === 3))
  t.same(both.counts, { pairs: 10, triples: 10 }, 'no more than there are')
  t.end()
})

t.test('the budget: pairs first, what is left out is counted', (t) => {
  t.same(made(5, { most: 10, triples: 4 }).counts, { pairs: 10, triples: 0, over_budget: 4 })
  t.same(made(5, { most: 12, triples: 4 }).counts, { pairs: 10, triples: 2, over_budget: 2 })
  t.same(made(100, { most: 60 }).counts, { pairs: 60, triples: 0, over_budget: 4890 })
  t.same(made(2000, { most: 60, triples: 10 }).sets.length, 60, 'a billion triples cost nothing')
  t.notSame(made(100, { most: 5 }, 1).sets, made(100, { most: 5 }, 2).sets, 'drawn by the run seed')
  t.same(made(100, { most: 5 }, 1).sets, made(100, { most: 5 }, 1).sets)
  for (const n of [0, 1]) t.equal(made(n, { most: 9 }).reason, 'too_few_entities')
  t.end()
})

t.test('whatever is taken, no combination comes twice and none has an entity twice', (t) => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(40), fc.integer({ min: 1, max: 80 }), fc.nat(), (n, triples, most, seed) => {
    const { sets, counts } = made(n, { triples, most }, seed)
    t.ok(sets.length <= most)
    t.equal(new Set(sets.map((set) => set.join())).size, sets.length)
    t.ok(sets.every((set) => new Set(set).size === set.length && set.every(Boolean)))
    t.equal(sets.length, counts['pairs']! + counts['triples']!)
  }), { numRuns: 60 })
  t.end()
})
