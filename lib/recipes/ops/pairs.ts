import { z } from '../../validate.ts'
import { operation, Unwanted, type Draft } from '../operation.ts'

/**
 * One draft for every pair of the names in the slot `of` (one a line), as slots `entity_1` and `entity_2`, then one for each of
 * `triples` triples, drawn, with `entity_3` as well. n names have n(n-1)/2 pairs, so `most` bounds what a document may cost:
 * pairs come first, drawn where not all are taken.
 *
 * Counts `pairs` and `triples` made, and `over_budget`: those that were wanted and left out.
 */
export const pairs = operation({
  name: 'pairs',
  params: z.strictObject({
    of: z.string().min(1),
    triples: z.number().int().nonnegative().optional(),
    most: z.number().int().positive(),
  }),
  gives: () => ['entity_1', 'entity_2', 'entity_3'],
  apply(draft, { of, triples = 0, most }, { draw, count }) {
    const names = (draft.slots[of] ?? '').split('\n').filter(Boolean)
    const n = names.length
    if (n < 2) throw new Unwanted('too_few_entities', `${n}, at least 2 are needed`)
    const [two, three] = [(n * (n - 1)) / 2, (n * (n - 1) * (n - 2)) / 6]
    const pairsMade = some(two, Math.min(two, most), (i, bound) => draw(`pair ${i}`, bound)).map((rank) => ofPair(rank))
    const wanted = Math.min(three, triples)
    const triplesMade = some(three, Math.min(wanted, most - pairsMade.length), (i, bound) => draw(`triple ${i}`, bound)).map((rank) => ofTriple(rank))
    count('pairs', pairsMade.length)
    count('triples', triplesMade.length)
    const left = two + wanted - pairsMade.length - triplesMade.length
    if (left > 0) count('over_budget', left)
    return [...pairsMade, ...triplesMade].map((places): Draft => {
      const filled = Object.fromEntries(places.map((place, i) => [`entity_${i + 1}`, names[place]!]))
      return { ...draft, slots: { ...draft.slots, ...filled } }
    })
  },
})

/** `take` of 0 to `size` - 1, ascending; drawn, each once, where not all are taken. Memory grows with `take` alone. */
function some(size: number, take: number, draw: (i: number, bound: number) => number): number[] {
  if (take === size) return Array.from({ length: size }, (_, i) => i)
  // Floyd's sampling: one draw each, and a value that is there already is replaced by the newest.
  const taken = new Set<number>()
  for (let last = size - take; last < size; last++) {
    const value = draw(last, last + 1)
    taken.add(taken.has(value) ? last : value)
  }
  return [...taken].toSorted((a, b) => a - b)
}

/** The pair a < b at place b(b-1)/2 + a among all pairs. */
function ofPair(rank: number): number[] {
  let b = 1
  while (((b + 1) * b) / 2 <= rank) b++
  return [rank - (b * (b - 1)) / 2, b]
}

/** The triple a < b < c at place c(c-1)(c-2)/6 + that of its pair. */
function ofTriple(rank: number): number[] {
  let c = 2
  while (((c + 1) * c * (c - 1)) / 6 <= rank) c++
  return [...ofPair(rank - (c * (c - 1) * (c - 2)) / 6), c]
}
