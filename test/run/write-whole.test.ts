import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { writeWhole } from '../../dist/run/write-whole.js'

t.test('whoever reads while it is written finds all of one text, never a part', async (t) => {
  const folder = t.testdir({ file: 'old' })
  const path = join(folder, 'file')
  const text = 'x'.repeat(4_000_000)
  const lengths = new Set<number>()
  for (const round of [1, 2, 3]) {
    let writing = true
    const written = writeWhole(path, text.repeat(round)).finally(() => (writing = false))
    while (writing) {
      lengths.add(readFileSync(path).length)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await written
  }
  lengths.add(readFileSync(path).length)
  t.same([...lengths], [3, 1, 2, 3].map((n, i) => (i === 0 ? 3 : n * text.length)))
  t.same(readdirSync(folder), ['file'])
})

t.test('what cannot be written leaves nothing behind', async (t) => {
  const folder = t.testdir({ taken: { in: 'the way' } })
  await t.rejects(writeWhole(join(folder, 'taken'), 'x'), /EISDIR|ENOTEMPTY|EEXIST/)
  t.same(readdirSync(folder), ['taken'])
})
