import t from 'tap'
import { runRecipe } from './run-recipe.js'

t.test('every document twice, byte for byte, without a request', async (t) => {
  const documents = ['  leading blanks and a line end\n', 'Second.', '三。', '', ...Array.from({ length: 300 }, (_, i) => `Text ${i}.`)]
  const { rows, bodies, summary } = await runRecipe(t, 'repeat', documents, () => 'never asked')
  t.equal(bodies.length, 0)
  t.equal(summary.requests.sent, 0)
  const kept = documents.flatMap((text, i) => (text === '' ? [] : [`d${i}`]))
  t.equal(rows.length, 2 * kept.length, 'exactly twice')
  for (const epoch of ['0', '1']) {
    const of = rows.filter(({ variant }) => variant === `epoch_${epoch}`)
    t.ok(of.every((row) => row['epoch'] === epoch))
    t.same(of.map((row) => row['seed_id']).toSorted(), kept.toSorted(), 'the same ids')
    t.same(of.map((row) => row['text']).toSorted(), documents.filter(Boolean).toSorted())
  }
  for (let i = 0; i < rows.length; i += 2) t.equal(rows[i]!['seed_id'], rows[i + 1]!['seed_id'], 'copies stand side by side')
})
