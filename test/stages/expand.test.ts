import t from 'tap'
import { observe } from '../../dist/flow/observe.js'
import { newTally } from '../../dist/flow/tally.js'
import { expand } from '../../dist/stages/expand.js'
import { generatedRow, promptRow, seedRow } from '../rows.js'

const ask = (variant: string, sample = 0) => ({ ...promptRow(), variant, sample })
const make = (recipe = 'r', step = 'rewrite') =>
  expand({ name: 'expand', recipe, step, asks: () => [ask('summary'), ask('qa'), ask('qa', 1)] })
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
