import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { printable, resolveConfig } from '../../dist/cli/config.js'
import { loadRecipe } from '../../dist/recipes/load.js'
import type { OpSpec, Recipe } from '../../dist/recipes/recipe.js'
import { openJob } from '../../dist/run/job.js'
import { verify } from '../../dist/run/verify.js'
import { readParts, readSummary, root, run, type PartRow } from './stream-process.js'

/** Real pages: what tests have beside them is too tame. */
const pages = join(root, '..', 'shared', 'data', 'seeds', 'web-en.jsonl.gz')
const skip = !existsSync(pages) && `${pages} is not there`
const limit = 12
const lines = skip ? [] : gunzipSync(readFileSync(pages)).toString().split('\n').slice(0, limit)
const seeds = new Map(lines.map((line) => JSON.parse(line) as { id: string; text: string }).map(({ id, text }) => [id, text]))

const listed = spawnSync(process.execPath, [join(root, 'bin', 'stream.js'), '--recipe-list'], { encoding: 'utf8' }).stdout
const names = listed.split('\n').flatMap((line) => /^\S+/.exec(line)?.[0] ?? [])

/** What belongs to prompts and formats. None of it is the text of a document, unless its seed has it too. */
const ofPrompts = [
  '[[DOCUMENT]]', '<document>', '</document>', '<text_a>', '<<<', '>>>', '#Raw Text#', '[doc]', '[/doc]', '[INST]', '<<SYS>>',
  '<|im_start|>', '<|endoftext|>', '<think>', '</think>', 'remove_lines(', 'keep_doc()', 'undefined', '[object Object]',
]

/** What the operations of a recipe take out of replies: anywhere, and as whole lines. */
function removedBy(recipe: Recipe): { phrases: string[]; lines: string[] } {
  const tasks = recipe.steps.flatMap((step) => [step, step.join ?? {}, ...step.variants, ...step.variants.map(({ join }) => join ?? {})])
  const ops = tasks.flatMap((each) => ('parse' in each ? each.parse ?? [] : [])) as OpSpec[]
  // `headed` has a prefix of items that are prompts of the next step.
  const given = (...keys: string[]) => ops.filter(({ op }) => op !== 'headed').flatMap((op) => keys.flatMap((key) => (op[key] ?? []) as string | string[]))
  return { phrases: given('open', 'close', 'prefix', 'lead', 'phrases'), lines: given('lines') }
}

/** Sentences of the prompts that are long enough to be nobody else's. */
function sentencesOf(recipe: Recipe): string[] {
  const prompts = recipe.steps.flatMap(({ system, variants }) => [
    system, ...variants.flatMap((variant) => [variant.system, variant.instruction, ...(variant.messages ?? []).map(({ content }) => content)]),
  ])
  return prompts.flatMap((prompt) => (prompt ?? '').split(/(?<=[.:!?])\s+|\n|\{\{\w+\}\}/)).filter((sentence) => sentence.length >= 40)
}

/** What should not be in the text of a row, unless its seed has it. */
function faultsIn(rows: readonly PartRow[], recipe: Recipe): string[] {
  const { phrases, lines } = removedBy(recipe)
  const marks = [...ofPrompts, ...phrases, ...sentencesOf(recipe)]
  return rows.flatMap((row) => {
    const text = String(row['text'])
    const seed = seeds.get(String(row['seed_id']))
    if (seed === undefined) return [`no seed ${row['seed_id']}`]
    const its = seed.split('\n')
    const faults = [
      ...[...marks, ...text.match(/\{\{[^{}]*\}\}/g) ?? []].filter((mark) => text.includes(mark) && !seed.includes(mark)),
      ...text.split('\n').filter((line) => lines.includes(line) && !its.includes(line)),
      ...(/\S/.test(text) ? [] : ['nothing']),
    ]
    return faults.map((fault) => `${fault} in ${row['variant']} of ${row['seed_id']}: ${text.slice(0, 300)}`)
  })
}

const inOrder = (rows: readonly PartRow[]) => rows.map(({ id, text, variant, chunk }) => `${id} ${variant} ${chunk} ${text}`).toSorted()

/** What two runs of the same thing have in common. */
function counted(out: string) {
  const { seeds, outputs, counts, requests: { planned, unasked }, tokens: { kept } } = readSummary(out)
  return { seeds, outputs, counts, planned, unasked, kept }
}

t.jobs = 2
// A run or two of each recipe: a minute or so where nothing else runs, many where much does.
t.setTimeout(1_200_000)

t.test('every recipe is here', (t) => {
  t.ok(names.length >= 29 && names.includes('maga') && names.includes('prox-chunk'), `${names.length}: ${names.join(' ')}`)
  t.end()
})

for (const name of names) {
  t.test(`${name}: rows on real pages`, { skip, buffered: true }, async (t) => {
    const recipe = await loadRecipe(name)
    const folder = t.testdir()
    const out = join(folder, 'out')
    const args = [pages, out, '--limit', String(limit), '--dedupe', 'none', '--quiet']

    const first = await run([...args, '--recipe', name])
    t.equal(first.code, 0, first.stderr)
    t.match(await verify(out, { stateDir: null, most: 10, onPart: () => {} }), { status: 'proven', violations: [] })
    const rows = readParts(out)
    t.ok(rows.length > 0)
    t.equal(rows.length, readSummary(out).outputs.written)
    // One assertion for all rows: tap needs longer for thousands of them than the runs do.
    t.same(faultsIn(rows, recipe), [])

    // That it is read back the same is tested for all (usage.test.ts); what replies become in later steps is worth a run.
    if (recipe.steps.length === 1) return
    const exported = await run(['--recipe-export', name])
    t.equal(exported.code, 0, exported.stderr)
    const file = join(folder, 'recipe.yaml')
    writeFileSync(file, exported.stdout)
    const before = counted(out)
    // In the same folder, so that a request unlike the first run's is not in state and would be sent. And in this process, to load the program once.
    const config = await resolveConfig([pages, out], { limit, dedupe: 'none', recipe: file }, null, {})
    await (await openJob(config, { stdout: new PassThrough(), note: () => {}, now: Date.now, random: Math.random, printable: printable(config) }, new AbortController().signal)).run()
    t.match(readSummary(out).requests, { sent: 0, cached: before.planned - before.unasked }, 'the same requests to the letter')
    t.same(counted(out), before)
    t.same(inOrder(readParts(out)), inOrder(rows), 'the same rows')
  })
}
