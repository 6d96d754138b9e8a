import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { claimFolder, inspectFolder, nameRun, runIn } from '../../dist/run/output-folder.js'
import { toYaml } from '../../dist/yaml.js'

const job = { input: ['in.parquet'], recipe: 'beyondweb' }
const written = (input = job.input, recipe = job.recipe) => ({
  'part-00000-abc1.parquet': 'x',
  'part-00001-abc1.parquet': 'x',
  _SUCCESS: '',
  _rejected: { 'part-00000-abc1.parquet': 'x' },
  _run: { 'config.yaml': toYaml({ input, recipe: { name: recipe } }), 'summary.json': '{}', state: { 'data.mdb': 'replies' } },
})

t.test('a folder that is missing or empty is free', async (t) => {
  const folder = t.testdir({ empty: {} })
  t.same(await inspectFolder(join(folder, 'new'), job, 'auto'), { parts: [], job: null, run: null })
  t.same(await inspectFolder(join(folder, 'empty'), job, 'never'), { parts: [], job: null, run: null })
})

t.test('the same job goes on: its parts and reports go, its state stays', async (t) => {
  const folder = t.testdir(written())
  const earlier = await inspectFolder(folder, job, 'auto')
  t.equal(earlier.parts.length, 2)
  t.same(readdirSync(folder).length, 5, 'looking changes nothing')
  await claimFolder(folder, earlier, 'new config')
  t.same(readdirSync(folder), ['_run'])
  t.same(readdirSync(join(folder, '_run')).toSorted(), ['config.yaml', 'state'])
})

const conflicts: [string, Parameters<Test['testdir']>[0], Parameters<typeof inspectFolder>[2], RegExp][] = [
  ['another recipe', written(undefined, 'summarize'), 'auto', /holds a run of summarize over in.parquet, this is beyondweb over in.parquet/],
  ['another input', written(['b.parquet']), 'auto', /holds a run of beyondweb over b.parquet/],
  ['any run, with --resume never', written(), 'never', /holds an earlier run/],
  ["somebody's own file", { 'data.parquet': 'x' }, 'always', /holds data.parquet, which no run of ours wrote/],
  ["Spark's parts", { 'part-00000-abc1.parquet': 'x' }, 'always', /holds part-00000-abc1.parquet, which no run of ours/],
]
for (const [name, content, resume, message] of conflicts) {
  t.test(`refused: ${name}`, async (t) => {
    await t.rejects(inspectFolder(t.testdir(content), job, resume), { code: 'STREAM_OUTPUT_CONFLICT', message })
  })
}

t.test('--resume always replaces another run', async (t) => {
  const folder = t.testdir(written(['b.parquet'], 'summarize'))
  t.equal((await inspectFolder(folder, job, 'always')).parts.length, 2)
})

t.test('a file in the place of the folder is one clear error', async (t) => {
  const folder = t.testdir({ out: 'a file' })
  await t.rejects(inspectFolder(join(folder, 'out'), job, 'auto'), { code: 'STREAM_OUTPUT_CONFLICT', message: /out: is a file, expected a folder/ })
})

t.test('the run that a folder holds is found again, also where the folder was moved, and is gone once it is claimed', async (t) => {
  const folder = t.testdir({ out: written(), moved: {} })
  const out = join(folder, 'out')
  t.equal(await runIn(out), null)
  await nameRun(out, 'abc1', join(out, '_run', 'state'))
  t.same(await runIn(out), { id: 'abc1', state: join(out, '_run', 'state') })
  renameSync(out, join(folder, 'moved', 'out'))
  t.same(await runIn(join(folder, 'moved', 'out')), { id: 'abc1', state: join(folder, 'moved', 'out', '_run', 'state') })
  const moved = join(folder, 'moved', 'out')
  await nameRun(moved, 'abc2', join(folder, 'elsewhere'))
  t.same(await runIn(moved), { id: 'abc2', state: join(folder, 'elsewhere') })
  const earlier = await inspectFolder(moved, job, 'auto')
  t.equal(earlier.run, 'abc2')
  await claimFolder(moved, earlier, 'new config')
  t.equal(await runIn(moved), null)
})
