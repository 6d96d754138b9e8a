import { Pipeline } from '../flow/pipeline.ts'
import type { Tally } from '../flow/tally.ts'
import { layouts } from '../io/layouts.ts'
import { type OpSpec, type Step, taskOf } from '../recipes/recipe.ts'
import type { GeneratedRow, SeedRow } from '../rows.ts'
import { admit } from '../stages/admit.ts'
import { dedupe, type DedupeOptions } from '../stages/dedupe.ts'
import { expand } from '../stages/expand.ts'
import { infer, type InferOptions, type OnReply, type ReplyStore } from '../stages/infer.ts'
import { join } from '../stages/join.ts'
import { label } from '../stages/label.ts'
import { length } from '../stages/length.ts'
import { parse, type Parsed } from '../stages/parse.ts'
import { rules } from '../stages/rules.ts'
import { score } from '../stages/score.ts'
import { select } from '../stages/select.ts'
import { asksOf } from './asks.ts'
import type { Classifiers } from './classifiers.ts'
import type { RunConfig } from './config.ts'
import type { Plan } from './plan.ts'
import { describeSource, type Selection } from './selection.ts'
import type { TextJudge } from './text-judge.ts'

/** What the stages of a run are given by the rest of it. */
export interface ChainParts {
  readonly config: RunConfig
  readonly plan: Plan
  readonly selection: Selection
  /** null where nothing is deduped. */
  readonly find: DedupeOptions['find'] | null
  readonly classifiers: Pick<Classifiers, 'score' | 'labels'>
  readonly onLabel: (name: string, label: string) => void
  readonly model: string
  readonly judge: TextJudge
  readonly generate: InferOptions['generate']
  readonly store: ReplyStore
  readonly onReply: OnReply
  /** Rows that nothing was asked about. */
  readonly onUnasked: (rows: number) => void
  /** What a step's operations count. */
  readonly onCounts: (step: string, counts: Readonly<Record<string, number>>) => void
}

/** The pipeline of a run, and its tallies by what they count. */
export interface Chain {
  readonly pipeline: Pipeline<SeedRow, GeneratedRow>
  /** All stages, in order. */
  readonly tallies: readonly Tally[]
  /** Stages that count seeds. */
  readonly seedTallies: readonly Tally[]
  /** Stages that count requests and what came of them. */
  readonly outputTallies: readonly Tally[]
}

export type SeedParts = Pick<ChainParts, 'config' | 'selection' | 'find' | 'classifiers' | 'onLabel' | 'judge'>

/** Seeds -> admit -> dedupe -> quality -> score -> select -> labels, each where asked for. Also a dry run's way. */
export function seedStages({ config, selection, find, classifiers, onLabel, judge }: SeedParts): Pipeline<SeedRow, SeedRow> {
  const { source, tests } = selection
  // Seeds that only count are all wanted, whatever is in them.
  if (config.recipe.seeds === 'none') return Pipeline.of<SeedRow>()
  let seeds = Pipeline.of<SeedRow>().via(admit())
  if (find) seeds = seeds.via(dedupe({ find }))
  if (selection.rules.length > 0) seeds = seeds.via(rules({ name: 'quality', ordered: true, judge: (texts) => judge.judge(selection.rules, texts) }))
  if (classifiers.score) seeds = seeds.via(score(classifiers.score))
  if (source && tests.length > 0) seeds = seeds.via(select({ what: describeSource(source), tests }))
  for (const [name, options] of Object.entries(classifiers.labels)) {
    seeds = seeds.via(label({ name, ...options, onLabel: (given) => onLabel(name, given) }))
  }
  return seeds
}

/** The whole line: seeds -> (expand -> infer -> parse, and join) per step -> length -> collapse. */
export function buildChain(parts: ChainParts): Chain {
  const { config, judge } = parts
  const { steps, filters } = config.recipe
  const seeds = seedStages(parts)
  const seedCount = seeds.tallies.length
  let rows = seeds as Pipeline<SeedRow, SeedRow | GeneratedRow>
  for (const step of steps) {
    const name = (stage: string): string => (steps.length === 1 ? stage : `${stage}:${step.name}`)
    rows = withStep(rows, step, name, parts)
  }
  const measured = (rows as Pipeline<SeedRow, GeneratedRow>).via(length({ ...filters, count: (texts) => judge.countTokens(texts) }))
  const pipeline = filters.collapse ? measured.via(rules({ name: 'collapse', ordered: false, judge: (texts) => judge.judge(['gopher_repetition'], texts) })) : measured
  const { tallies } = pipeline
  return { pipeline, tallies, seedTallies: tallies.slice(0, seedCount), outputTallies: tallies.slice(seedCount) }
}

function withStep(
  rows: Pipeline<SeedRow, SeedRow | GeneratedRow>, step: Step, name: (stage: string) => string, parts: ChainParts,
): Pipeline<SeedRow, SeedRow | GeneratedRow> {
  const { config, plan, onUnasked } = parts
  const tasks = new Map(step.variants.map((variant) => [variant.name, taskOf(step, variant)]))
  const read = (ops: (variant: string) => readonly OpSpec[] | null) => (batch: readonly GeneratedRow[]) => readReplies(batch, ops, step, parts)
  const replies = read((variant) => tasks.get(variant)!.parse)
  // A first look, to see whether to ask again, must not count: what is kept is read once more by `parse`.
  const look = (batch: readonly GeneratedRow[]) => readReplies(batch, (variant) => tasks.get(variant)!.parse, step, { ...parts, onCounts: () => {} })
  const again = [...tasks.values()].some(({ attempts }) => (attempts ?? 1) > 1)
  const asked = rows
    .via(expand({ name: name('expand'), recipe: config.recipe.name, step: step.name, judges: step.judge !== undefined, asks: (batch) => asksOf(step, batch, parts) }))
    .via(infer({
      ...parts,
      name: name('infer'),
      concurrency: plan.inferBatches,
      onUnasked,
      keepRequest: layouts[config.layout].prompt ?? false,
      keepUnjudged: step.judge?.mode === 'report',
      ...(again && { accepts: async (row: GeneratedRow) => 'outputs' in (await look([row]))[0]! }),
    }))
    .via(parse({ name: name('parse'), parse: replies, ...(step.judge && { judge: step.judge }) }))
  const joins = [...tasks.values()].flatMap(({ join: how }) => how ?? [])
  if (joins.length === 0) return asked as Pipeline<SeedRow, SeedRow | GeneratedRow>
  const joined = asked.via(join({ name: name('join'), joinOf: (variant) => tasks.get(variant)?.join ?? null }))
  if (!joins.some((how) => how.parse !== undefined)) return joined as Pipeline<SeedRow, SeedRow | GeneratedRow>
  const finish = read((variant) => tasks.get(variant)?.join?.parse ?? null)
  return joined.via(parse({ name: name('finish'), parse: finish })) as Pipeline<SeedRow, SeedRow | GeneratedRow>
}

/** What replies hold. Without operations: the reply itself, trimmed, here; else the text worker does what they say. */
async function readReplies(
  rows: readonly GeneratedRow[], opsOf: (variant: string) => readonly OpSpec[] | null, step: Step, { config, judge, onCounts }: ChainParts,
): Promise<Parsed[]> {
  const parsed = new Map<GeneratedRow, Parsed>()
  const queues = new Map<readonly OpSpec[], GeneratedRow[]>()
  for (const row of rows) {
    const ops = opsOf(row.variant)
    if (ops === null) parsed.set(row, { outputs: [{ text: row.text.trim(), slots: row.slots, judgeScore: null }] })
    else if (queues.has(ops)) queues.get(ops)!.push(row)
    else queues.set(ops, [row])
  }
  for (const [ops, queue] of queues) {
    const how = { ops, quirks: config.recipe.quirks ?? 'safe', runSeed: config.seed ?? 0, step: step.name }
    const drafts = queue.map(({ id, text, slots, source, seed }) => ({ id, text, slots, source, document: source === seed.text ? null : seed.text }))
    const refined = await judge.refine(how, drafts)
    for (const [i, each] of refined.entries()) {
      if (each.counts) onCounts(step.name, each.counts)
      parsed.set(queue[i]!, 'drafts' in each ? { outputs: each.drafts } : each)
    }
  }
  return rows.map((row) => parsed.get(row)!)
}
