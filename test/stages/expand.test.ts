import t from 'tap'
import { observe } from '../../dist/flow/observe.js'
import { newTally } from '../../dist/flow/tally.js'
import type { RequestBody } from '../../dist/rows.js'
import { expand } from '../../dist/stages/expand.js'
import { ask, generatedRow, seedRow } from '../rows.js'

const three = [ask('summary'), ask('qa'), ask('qa', { sample: 1 })]
const make = (recipe = 'r', step = 'rewrite', asks = three) =>
  expand({ name: 'expand', recipe, step, asks: async (rows) => rows.map(() => asks) })
const run = async (rows: Parameters<ReturnType<typeof make>['process']>[0], stage = make()) =>
  (await observe(stage, { seq: 0, rows, rejects: [] }, newTally('expand'), new AbortController().signal)).rows

t.test('prompts of a seed stand together, in the order asked for, and know their seed', async (t) => {
  const [a, b] = [seedRow({ id: 'a' }), seedRow({ id: 'b' })]
  const prompts = await run([a, b])
  t.same(prompts.map(({ seed, variant, sample }) => `${seed.id} ${variant} ${sample}`), [
    'a summary 0', 'a qa 0', 'a qa 1', 'b summary 0', 'b qa 0', 'b qa 1',
  ])
  t.equal(prompts[0]!.seed, a)
})

t.test('ids: the same in every run, different for everything that makes another output', async (t) => {
  const ids = async (part: Parameters<typeof seedRow>[0], stage = make()) => (await run([seedRow(part)], stage)).map(({ id }) => id)
  const base = await ids({ id: 'a', text: 'x' })
  t.equal(new Set(base).size, 3)
  t.match(base[0], /^[0-9a-f]{32}$/)
  t.same(await ids({ id: 'a', text: 'x', locator: { file: 'other', row: 9 }, score: 3 }), base, 'neither place nor score')
  for (const [what, other] of [
    ['seed id', await ids({ id: 'b', text: 'x' })],
    ['text', await ids({ id: 'a', text: 'y' })],
    ['recipe', await ids({ id: 'a', text: 'x' }, make('other'))],
    ['step', await ids({ id: 'a', text: 'x' }, make('r', 'judge'))],
  ] as const) {
    t.notOk(other.some((id) => base.includes(id)), what)
  }
})

t.test('an output of an earlier step is expanded under its own id and keeps its seed', async (t) => {
  const seed = seedRow({ id: 'a' })
  const [one, two] = await run([generatedRow({ id: '01', seed }), generatedRow({ id: '02', seed })]).then((p) => [p[0]!, p[3]!] as const)
  t.equal(one.seed, seed)
  t.not(one.id, two.id)
})

t.test('chunks of a document have ids of their own and know the whole they are joined to', async (t) => {
  const chunks = [0, 1].map((index) => ask('qa', { chunk: { index, count: 2, of: 'all' }, source: `piece ${index}` }))
  const prompts = await run([seedRow()], make('r', 'rewrite', chunks))
  const [whole] = await run([seedRow()], make('r', 'rewrite', [ask('qa')]))
  t.same(prompts.map(({ chunk, source }) => [chunk!.index, chunk!.count, source]), [[0, 2, 'piece 0'], [1, 2, 'piece 1']])
  t.ok(prompts.every(({ chunk }) => chunk!.whole === whole!.id), 'the joined row has the id that an uncut one would have')
  t.equal(new Set([...prompts, whole!].map(({ id }) => id)).size, 3)
})

t.test('a later step is still about the chunk that the first one was asked about', async (t) => {
  const chunk = { index: 3, count: 4, whole: 'w', of: 'all', outer: null }
  const [cut] = await run([generatedRow({ chunk })], make('r', 'rewrite', [ask('qa', { chunk: { index: 0, count: 1, of: 'the third' } })]))
  t.match(cut!.chunk, { index: 0, of: 'the third', outer: chunk }, 'and knows it where it is cut again')
  t.same((await run([generatedRow({ chunk })]))[0]!.chunk, chunk)
  t.equal((await run([generatedRow()]))[0]!.chunk, null)
})

t.test('a request that waits for answers stands behind the one before it', async (t) => {
  const make2 = (previous: string): [RequestBody] => [{ shape: 'chat' as const, body: previous, key: previous }]
  const [first, second] = await run([seedRow()], make('r', 's', [ask('a', { chunk: { index: 0, count: 2, of: 'all' } }), ask('a', { chunk: { index: 1, count: 2, of: 'all' }, request: make2 })]))
  t.match(second!.request, { after: first, make: make2 })
})

t.test('a row that no variant is meant for leaves', async (t) => {
  const batch = await observe(make('r', 's', []), { seq: 0, rows: [seedRow()], rejects: [] }, newTally('expand'), new AbortController().signal)
  t.match(batch, { rows: [], rejects: [{ status: 'dropped', reason: 'no_variant' }] })
})

t.test('a judge travels with the output it judges', async (t) => {
  const output = generatedRow({ id: '07' })
  const stage = expand({ name: 'expand', recipe: 'r', step: 'judge', judges: true, asks: async (rows) => rows.map(() => [ask('judge')]) })
  t.equal((await run([output], stage))[0]!.judged, output)
  t.equal((await run([output]))[0]!.judged, null)
})
