import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { IndexFolder } from '../../dist/run/index-folder.js'
import type { Segment } from '../../dist/run/segment-store.js'

const parameters = { mode: 'minhash', ngram: 5, bands: 14, hashes: 8 } as const

/** Add a generation of `blocks` x 2 keys, numbered from 0. */
async function add(folder: string, lineage: string, { blocks = 4, commits = true } = {}): Promise<Segment> {
  const opened = await IndexFolder.open(folder, parameters, lineage)
  const target = opened.begin(Math.log2(blocks), blocks * 2, 64)
  for (let block = 0; block < blocks; block++) {
    const first = block * (2 ** 32 / blocks)
    opened.store.writeBlock(target, block, Uint32Array.of(first, 1, block * 2, first, 2, block * 2 + 1))
  }
  opened.store.writeGroup(target.id, 0, Buffer.alloc(1000, 7))
  if (commits) await opened.commit(target)
  await opened.close()
  return target
}

async function seen(folder: string, lineage: string): Promise<{ ids: number[]; keys: number }> {
  const opened = await IndexFolder.open(folder, parameters, lineage)
  let keys = 0
  opened.readKeys(() => keys++)
  await opened.close()
  return { ids: opened.visible.map(({ id }) => id), keys }
}

t.test('a generation counts once committed, for others than its own lineage, oldest first', async (t) => {
  const folder = join(t.testdir(), 'deep', 'index')
  await add(folder, 'a')
  t.same(await seen(folder, 'a'), { ids: [], keys: 0 })
  t.same(await seen(folder, 'b'), { ids: [1], keys: 8 })
  await add(folder, 'b')
  await add(folder, 'c', { commits: false })
  t.same(await seen(folder, 'd'), { ids: [1, 2], keys: 16 })
  t.same(await seen(folder, 'a'), { ids: [2], keys: 8 })
})

t.test('a repeated run replaces what it left, and what it replaced goes when it runs again', async (t) => {
  const folder = t.testdir()
  const first = await add(folder, 'a')
  const open = await IndexFolder.open(folder, parameters, 'b')
  await add(folder, 'a')
  let keys = 0
  open.readKeys(() => keys++)
  t.equal(keys, 8, 'who had opened the folder before still has it')
  t.same(open.visible, [first])
  await open.close()
  t.same(await seen(folder, 'b'), { ids: [2], keys: 8 })
  await add(folder, 'a', { commits: false })
  const last = await IndexFolder.open(folder, parameters, 'b')
  t.throws(() => last.store.readBlock(first, 0), /segment-1 ENOENT/, 'the first is gone')
  t.throws(() => last.store.readGroup(first.id, 0), /records-1 ENOENT/)
  t.equal(last.store.readBlock({ id: 2 }, 0).length, 6, 'the second counts')
  await last.close()
})

t.test('what a crash left of a lineage goes when it runs again, and counts for nobody', async (t) => {
  const folder = t.testdir()
  const dead = await add(folder, 'a', { commits: false })
  t.same(await seen(folder, 'b'), { ids: [], keys: 0 })
  t.same(await seen(folder, 'a'), { ids: [], keys: 0 })
  const after = await IndexFolder.open(folder, parameters, 'a')
  t.throws(() => after.store.readBlock(dead, 0), /segment-1 ENOENT/)
  await after.close()
})

t.test('other parameters are one line that names both', async (t) => {
  const folder = t.testdir()
  await add(folder, 'a')
  await t.rejects(IndexFolder.open(folder, { ...parameters, bands: 20 }, 'b'), {
    message: 'was made for minhash with ngram 5, bands 14, hashes 8 (format 1), this run is minhash with ngram 5, bands 20, hashes 8 (format 1)',
  })
  await t.rejects(IndexFolder.open(folder, { ...parameters, mode: 'exact' }, 'b'), { message: /this run is exact \(format 1\)$/ })
})

t.test('a damaged folder is one line, not a crash', async (t) => {
  const half = async (file: string): Promise<void> => truncate(file, Math.floor((await readFile(file)).length / 2))
  const changeAt = (at: number) => async (file: string): Promise<void> => {
    const bytes = await readFile(file)
    bytes[at]! ^= 1
    await writeFile(file, bytes)
  }
  const damage: [string, (file: string) => Promise<void>, RegExp][] = [
    ['data.mdb', (file) => writeFile(file, 'hello '.repeat(10_000)), /^data.mdb is no LMDB file/],
    ['data.mdb', (file) => writeFile(file, 'hello'), /^data.mdb is no LMDB file/],
    ['data.mdb', (file) => truncate(file, 8192), /^data.mdb is cut short: 8192 of \d+ bytes/],
    ['segment-1', half, /^segment-1 is cut short or damaged/],
    ['segment-1', (file) => truncate(file, 3), /^segment-1 is cut short or damaged/],
    ['segment-1', (file) => rm(file), /^segment-1 ENOENT/],
    ['segment-1', changeAt(5), /^segment-1 blob 0 has changed/],
    ['segment-1', changeAt(1024 * 28 + 5), /^segment-1 is damaged/],
  ]
  for (const [name, damaged, message] of damage) {
    const folder = t.testdir()
    await add(folder, 'a', { blocks: 1024 })
    await damaged(join(folder, name))
    await t.rejects(seen(folder, 'b'), { message }, String(message))
  }
})

t.test('missing keys are seen', async (t) => {
  const folder = t.testdir()
  const opened = await IndexFolder.open(folder, parameters, 'a')
  const target = opened.begin(0, 8, 0)
  opened.store.writeBlock(target, 0, Uint32Array.of(1, 1, 1))
  await opened.commit(target)
  await opened.close()
  await t.rejects(seen(folder, 'b'), { message: 'segment-1 has 1 keys of 8' })
})
