import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { DedupeIndex } from '../../dist/run/dedupe-index.js'
import { IndexFolder } from '../../dist/run/index-folder.js'

const parameters = { mode: 'minhash', ngram: 5, bands: 2, hashes: 8 } as const

interface Doc {
  readonly exact: number
  readonly check: number
  /** Band keys; null for a document too short to have any. */
  readonly bands: readonly [number, number] | null
  readonly sketch: number
}

interface Run {
  readonly lineage: string
  readonly docs: readonly Doc[]
  readonly memory: number
  readonly commits: boolean
}

/** Few keys, so that documents meet in every way; spread over all blocks. */
const key = fc.integer({ min: 0, max: 11 })
const doc: fc.Arbitrary<Doc> = fc.record({
  exact: key,
  check: fc.integer({ min: 0, max: 1 }),
  bands: fc.option(fc.tuple(key.map((k) => 20 + k), key.map((k) => 40 + k)), { freq: 5 }),
  sketch: fc.integer({ min: 0, max: 4 }),
})
const memory = fc.constantFrom(0, 600, 1200, 4000, 1_000_000)
const run: fc.Arbitrary<Run> = fc.record({
  lineage: fc.constantFrom('a', 'b', 'c'),
  docs: fc.array(doc, { maxLength: 60 }),
  memory,
  commits: fc.boolean(),
})

const words = (key: number): [number, number] => [Math.imul(key + 1, 0x9e3779b1) >>> 0, key]
const jaccardOf = (a: number, b: number): number => 1 - Math.abs(a - b) / 10

/** Judge documents one after another; ids are `name:ordinal`. */
async function judgeAll(index: DedupeIndex, name: string, docs: readonly Doc[], work = true) {
  const keys = new Uint32Array(4)
  const sketch = new Uint32Array(1)
  const twins = []
  for (const [k, doc] of docs.entries()) {
    const sign = (): boolean => {
      if (doc.bands === null) return false
      keys.set([...words(doc.bands[0]), ...words(doc.bands[1])])
      sketch[0] = doc.sketch
      return true
    }
    twins.push(await index.judge({ id: `${name}:${k}`, exact: words(doc.exact), check: doc.check, keys, sketch, sign }))
    if (work) index.work()
  }
  return twins
}

const jaccard = (a: Uint32Array, b: Uint32Array): number => jaccardOf(a[0]!, b[0]!)

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dedupe-index-test-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runReal(folder: string, runs: readonly Run[]) {
  const all = []
  for (const [number, { lineage, docs, memory, commits }] of runs.entries()) {
    const history = await IndexFolder.open(join(folder, 'index'), parameters, lineage)
    const index = await DedupeIndex.open({ memory, spillFolder: join(folder, 'spill'), sketchWords: 1, jaccard })
    index.remember(history)
    all.push(await judgeAll(index, `run${number}`, docs))
    if (commits) await index.commit()
    await index.close()
    await history.close()
  }
  return all
}

interface Kept {
  readonly id: string
  readonly doc: Doc
  readonly owns: ReadonlySet<number>
  readonly earlierRun: boolean
}

/** The rule itself, by scanning a list of what was kept, oldest first. */
function runNaive(runs: readonly Run[]) {
  let committed: { lineage: string; kept: readonly Kept[] }[] = []
  return runs.map(({ lineage, docs, commits }, number) => {
    const kept: Kept[] = committed.filter((each) => each.lineage !== lineage).flatMap((each) => each.kept)
    const earlier = kept.length
    const twins = docs.map((doc, k) => {
      const exact = kept.find(({ owns, doc: other }) => owns.has(doc.exact) && other.check === doc.check)
      if (exact) return { of: exact.id, kind: 'exact', jaccard: 1, earlierRun: exact.earlierRun }
      const near = kept
        .filter(({ owns }) => doc.bands?.some((band) => owns.has(band)))
        .map((each) => ({ ...each, jaccard: jaccardOf(doc.sketch, each.doc.sketch) }))
        .toSorted((a, b) => b.jaccard - a.jaccard)[0]
      if (near) return { of: near.id, kind: 'near', jaccard: near.jaccard, earlierRun: near.earlierRun }
      const taken = kept.some(({ owns }) => owns.has(doc.exact))
      kept.push({ id: `run${number}:${k}`, doc, owns: new Set([...(taken ? [] : [doc.exact]), ...(doc.bands ?? [])]), earlierRun: false })
      return null
    })
    if (commits) {
      const own = kept.slice(earlier).map((each) => ({ ...each, earlierRun: true }))
      committed = [...committed.filter((each) => each.lineage !== lineage), { lineage, kept: own }]
    }
    return twins
  })
}

t.test('verdicts are those of a scan over all kept documents, in any memory, over any history', async () => {
  await fc.assert(fc.asyncProperty(fc.array(run, { maxLength: 5 }), async (runs) => {
    const found = await withFolder((folder) => runReal(folder, runs))
    const expected = runNaive(runs)
    if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(found)}\nis not\n${JSON.stringify(expected)}`)
  }), { numRuns: 60 })
})

t.test('spills every few documents and merges what it spilled, and answers the same', async (t) => {
  const random = fc.sample(fc.record({ exact: fc.nat(4000), check: fc.constant(0), bands: fc.tuple(fc.nat(4000).map((k) => k + 5000), fc.nat(4000).map((k) => k + 10_000)), sketch: fc.nat(4) }), { numRuns: 1500, seed: 7 })
  const [expected] = runNaive([{ lineage: 'a', docs: random, memory: 0, commits: false }])
  for (const memory of [0, 2000, 20_000, 1_000_000]) {
    for (const work of memory === 2000 ? [false, true] : [true]) {
      await withFolder(async (folder) => {
        const index = await DedupeIndex.open({ memory, spillFolder: folder, sketchWords: 1, jaccard })
        t.same(await judgeAll(index, 'run0', random, work), expected, `${memory} bytes, merging ${work}`)
        t.equal(index.documents, expected!.filter((twin) => twin === null).length)
        t.equal(index.spilledBytes > 0, memory < 1_000_000, 'spilled')
        if (memory >= 20_000) t.ok(index.memoryBytes <= memory, `${index.memoryBytes} bytes of ${memory}`)
        await index.close()
      })
    }
  }
})

t.test('of the owners that two runs at once left for one key, all are looked at', async (t) => {
  await withFolder(async (folder) => {
    const open = async (lineage: string) => {
      const history = await IndexFolder.open(join(folder, 'index'), parameters, lineage)
      const index = await DedupeIndex.open({ memory: 0, spillFolder: join(folder, lineage), sketchWords: 1, jaccard })
      index.remember(history)
      return { index, close: async () => { await index.close(); await history.close() } }
    }
    const [a, b] = [await open('a'), await open('b')]
    const one = { exact: 1, check: 0, bands: [20, 40] as const, sketch: 0 }
    t.same(await judgeAll(a.index, 'a', [one]), [null])
    t.same(await judgeAll(b.index, 'b', [{ ...one, exact: 2, sketch: 3 }]), [null], 'does not see the other')
    await b.index.commit()
    await a.index.commit()
    await a.close()
    await b.close()
    const c = await open('c')
    t.same(await judgeAll(c.index, 'c', [{ ...one, exact: 3, sketch: 4 }, { ...one, exact: 4 }, { ...one, exact: 1, sketch: 4 }]), [
      { of: 'b:0', kind: 'near', jaccard: 0.9, earlierRun: true },
      { of: 'a:0', kind: 'near', jaccard: 1, earlierRun: true },
      { of: 'a:0', kind: 'exact', jaccard: 1, earlierRun: true },
    ])
    await c.close()
  })
})
