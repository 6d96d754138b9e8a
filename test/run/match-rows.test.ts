import fc from 'fast-check'
import t from 'tap'
import { matchRows } from '../../dist/run/match-rows.js'

const row = (n: number, version = 0) => ({
  id: n.toString(16).padStart(32, 'a'), seedId: `s${n}`, digest: version.toString(16).padStart(16, '0'), tokens: 0, rejected: null,
})
const mark = (n: number) => ({ id: row(n).id, file: 0, row: n, digest: row(n).digest })
async function* batches<Row>(rows: readonly Row[], size: number) {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).toSorted()

/** What becomes of each row of a part, in any order. */
const fate = fc.constantFrom('kept', 'kept', 'kept', 'removed', 'doubled', 'changed')

t.test('whatever was removed, added, doubled, changed or moved is named', async (t) => {
  const property = fc.asyncProperty(fc.array(fate, { maxLength: 60 }), fc.nat(3), fc.boolean(), fc.integer({ min: 1, max: 9 }), async (fates, added, shuffle, size) => {
    const rows = fates.flatMap((what, n) => (what === 'removed' ? [] : what === 'doubled' ? [row(n), row(n)] : [row(n, what === 'changed' ? 1 : 0)]))
    for (let n = 0; n < added; n++) rows.splice(Math.floor(rows.length / 2), 0, row(1000 + n))
    if (shuffle) rows.reverse()
    let counted = 0
    const { missing, extra, changed, hopeless } = await matchRows(batches(rows, size), fates.map((_, n) => mark(n)).values(), () => counted++)
    const those = (what: string) => fates.flatMap((each, n) => (each === what ? [mark(n)] : []))
    t.equal(hopeless, false)
    t.equal(counted, rows.length)
    t.same(ids(missing), ids(those('removed')))
    t.same(ids(changed), ids(those('changed')))
    t.same(ids(extra), ids([...those('doubled'), ...Array.from({ length: added }, (_, n) => row(1000 + n))]))
  })
  await fc.assert(property, { numRuns: 200 })
})

t.test('rejected seeds match by what they say, since their ids may repeat', async (t) => {
  const seed = { id: 'same', seedId: 'same', digest: '00000000000000ff', tokens: 0, rejected: { stage: 'dedupe', status: 'dropped', reason: 'duplicate' } }
  const marks = [1, 2].map((n) => ({ id: '0'.repeat(32), file: 0, row: n, digest: seed.digest }))
  t.match(await matchRows(batches([seed, seed], 2), marks.values(), () => {}), { missing: [], extra: [], changed: [] })
  t.match(await matchRows(batches([seed], 2), marks.values(), () => {}), { missing: [marks[1]], extra: [], changed: [] })
})
