import { encodeRequest } from '../endpoint/protocol.ts'
import { Pipeline } from '../flow/pipeline.ts'
import type { Tally } from '../flow/tally.ts'
import { expandDocument } from '../recipes/prompts.ts'
import type { Step } from '../recipes/recipe.ts'
import type { GeneratedRow, SeedRow } from '../rows.ts'
import { admit } from '../stages/admit.ts'
import { dedupe, type DedupeOptions } from '../stages/dedupe.ts'
import { expand, type Ask } from '../stages/expand.ts'
import { infer, type InferOptions, type OnReply, type ReplyStore } from '../stages/infer.ts'
import { label } from '../stages/label.ts'
import { length } from '../stages/length.ts'
import { parse } from '../stages/parse.ts'
import { rules } from '../stages/rules.ts'
import { score } from '../stages/score.ts'
import { select } from '../stages/select.ts'
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

export type SeedParts = Pick<ChainParts, 'selection' | 'find' | 'classifiers' | 'onLabel' | 'judge'>

/** Seeds -> admit -> dedupe -> quality -> score -> select -> labels, each where asked for. Also a dry run's way. */
export function seedStages({ selection, find, classifiers, onLabel, judge }: SeedParts): Pipeline<SeedRow, SeedRow> {
  const { source, tests } = selection
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

/** The whole line: seeds -> (expand -> infer -> parse) per step -> length -> collapse. */
export function buildChain(parts: ChainParts): Chain {
  const { config, plan, judge } = parts
  const { steps, filters } = config.recipe
  const seeds = seedStages(parts)
  const seedCount = seeds.tallies.length
  let rows = seeds as Pipeline<SeedRow, SeedRow | GeneratedRow>
  for (const step of steps) {
    const name = (stage: string): string => (steps.length === 1 ? stage : `${stage}:${step.name}`)
    rows = rows
      .via(expand({ name: name('expand'), recipe: config.recipe.name, step: step.name, asks: (row) => asksOf(step, row, parts) }))
      .via(infer({ ...parts, name: name('infer'), concurrency: plan.inferBatches }))
      .via(parse({ name: name('parse'), parse: (text) => text.trim() })) as Pipeline<SeedRow, SeedRow | GeneratedRow>
  }
  const measured = (rows as Pipeline<SeedRow, GeneratedRow>).via(length({ ...filters, count: (texts) => judge.countTokens(texts) }))
  const pipeline = filters.collapse ? measured.via(rules({ name: 'collapse', ordered: false, judge: (texts) => judge.judge(['gopher_repetition'], texts) })) : measured
  const { tallies } = pipeline
  return { pipeline, tallies, seedTallies: tallies.slice(0, seedCount), outputTallies: tallies.slice(seedCount) }
}

/** Every request of one row in one step: variants in recipe order, samples of a variant side by side. */
export function asksOf(
  step: Step,
  row: SeedRow | GeneratedRow,
  { config, model }: Pick<ChainParts, 'config' | 'model'>,
): readonly Ask[] {
  const document = 'seed' in row ? { text: row.text, id: row.seed.id, slots: row.slots } : { text: row.text, id: row.id, slots: {} }
  return expandDocument(step, document, config.seed ?? 0).flatMap(({ variant, prompt, sampling, slots }) =>
    Array.from({ length: config.samples }, (_, sample): Ask => {
      const seed = config.seed === null ? (sampling.seed ?? null) : config.seed + sample
      const merged = { ...sampling, ...config.sampling, ...(seed !== null && { seed }) }
      const request = encodeRequest(prompt, { model, sampling: merged, sample, extraBody: config.extraBody })
      return { variant: variant.name, strategy: variant.strategy, slots, sample, request, samplingSeed: seed }
    }),
  )
}
