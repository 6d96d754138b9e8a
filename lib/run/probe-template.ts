import { EndpointRefusedError, RowError } from '../errors.ts'
import type { EndpointPool } from '../endpoint/pool.ts'
import { openSource } from '../io/source.ts'
import { type ProxTemplateName, proxTemplateNames, withProxTemplate } from '../recipes/prox-template.ts'
import type { SeedRow } from '../rows.ts'
import type { Ask } from '../stages/expand.ts'
import { judgeTemplate, type ProbedDocument, type TemplateVerdict } from '../text/prox/template-verdict.ts'
import { asksOf } from './asks.ts'
import type { RunConfig } from './config.ts'
import { openEndpoint, type Surroundings } from './job.ts'
import { planRun } from './plan.ts'
import { openTextJudge, type TextJudge } from './text-judge.ts'

/** Chunks that are sent with each template. */
const probeChunks = 32
/** Seeds that are looked at for them. */
const probeSeeds = 200

export interface TemplateProbe {
  /** A table, and what to do. */
  readonly lines: readonly string[]
  /** The first that passes; null where none does. */
  readonly template: ProxTemplateName | null
}

/**
 * Ask about the same real chunks with every template, and see with which one the model answers in programs that refine.
 * Writes nothing.
 * @throws StreamError as a run does before its first row
 */
export async function probeTemplate(
  config: RunConfig, around: Pick<Surroundings, 'note' | 'now' | 'random'>, signal: AbortSignal,
): Promise<TemplateProbe> {
  const opened: { close(): Promise<unknown> }[] = []
  const keep = <Part extends { close(): Promise<unknown> }>(part: Part): Part => (opened.push(part), part)
  try {
    const first = withProxTemplate(config.recipe, 'plain')
    const plan = planRun(config)
    const source = keep(await openSource({ ...config, ...plan, scoreColumn: null, labelColumns: {} }))
    const judge = keep(openTextJudge())
    const seeds = await probeDocuments(source.batches(signal), { ...config, recipe: first }, judge)
    if (seeds.length === 0) return { lines: ['no seed can be used: none has a chunk that fits the prompt'], template: null }
    const { pool, model } = await openEndpoint(config, plan.maxConcurrency, around, keep, signal)
    const verdicts = new Map<ProxTemplateName, TemplateVerdict>()
    const errors = new Map<ProxTemplateName, Error>()
    for (const name of proxTemplateNames) {
      const recipe = withProxTemplate(config.recipe, name)
      const asks = await asksFor(seeds, { ...config, recipe }, model, judge)
      const documents = await Promise.all(seeds.map(({ text }, i) => answered(text, asks[i]!, pool, signal, (error) => void (errors.has(name) || errors.set(name, error)))))
      verdicts.set(name, judgeTemplate(documents, recipe.quirks ?? 'safe'))
    }
    const refused = [...errors.values()].find((error) => error instanceof EndpointRefusedError)
    if (refused && [...verdicts.values()].every(({ answered: n }) => n === 0)) throw refused
    return report(verdicts, errors, model, seeds.length)
  } finally {
    for (const part of opened.toReversed()) await part.close()
  }
}

/** Whole documents whose chunks are about as many as are wanted together. */
async function probeDocuments(batches: AsyncIterable<readonly SeedRow[]>, config: RunConfig, judge: TextJudge): Promise<SeedRow[]> {
  const taken: SeedRow[] = []
  let room = probeChunks
  let read = 0
  for await (const rows of batches) {
    const seeds = rows.filter(({ text }) => /\S/.test(text)).slice(0, probeSeeds - read)
    for (const [i, asks] of (await asksFor(seeds, config, 'MODEL', judge)).entries()) {
      const chunks = asks.filter(({ request }) => request !== null).length
      if (chunks === 0 || chunks > room) continue
      taken.push(seeds[i]!)
      room -= chunks
    }
    read += rows.length
    if (room === 0 || read >= probeSeeds) break
  }
  return taken
}

/** The requests of the step that cuts by lines, one sample each, for each seed. */
function asksFor(seeds: readonly SeedRow[], config: RunConfig, model: string, judge: TextJudge): Promise<Ask[][]> {
  const step = config.recipe.steps.find(({ chunk }) => chunk?.by === 'prox_lines')!
  return asksOf(step, seeds, { config: { ...config, samples: 1 }, model, judge })
}

async function answered(
  text: string, asks: readonly Ask[], pool: EndpointPool, signal: AbortSignal, onError: (error: Error) => void,
): Promise<ProbedDocument> {
  const replies = asks.map(async ({ request }): Promise<string | null> => {
    // A chunk waits for no other: the step that cuts by lines is not sequential.
    if (request === null || typeof request === 'function') return 'skipped'
    try {
      return (await pool.generate(request, signal)).text
    } catch (error) {
      // A server may have no such route, or no chat template of its own: that is a finding.
      if (!(error instanceof RowError || error instanceof EndpointRefusedError)) throw error
      onError(error)
      return null
    }
  })
  return { text, replies: await Promise.all(replies) }
}

function report(
  verdicts: ReadonlyMap<ProxTemplateName, TemplateVerdict>, errors: ReadonlyMap<ProxTemplateName, Error>, model: string, documents: number,
): TemplateProbe {
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  const row = (name: string, ...cells: readonly string[]): string => name.padEnd(14) + cells.map((cell) => cell.padStart(12)).join('')
  const template = proxTemplateNames.find((name) => verdicts.get(name)?.passes) ?? null
  const asked = verdicts.get('plain')!.asked
  const lines = [
    `model ${model}, ${asked} chunks of ${documents} documents with each template`,
    row('template', 'answered', 'programs', 'docs kept', 'words kept', ''),
    ...[...verdicts].map(([name, { answered: n, asked: of, parsed, kept, wordsKept, passes }]) =>
      row(name, `${n}/${of}`, percent(parsed), percent(kept), wordsKept.toFixed(3), passes ? 'passes' : 'fails')),
    ...[...errors].map(([name, { message }]) => `${name}: first error: ${message}`),
    'passes: at least 50 % of the replies are programs, 50 % of the documents are kept, 0.300 to 0.999 of their words are left',
    template === null ? 'no template passes: is this a ProX chunk refiner?' : `use --prox-template ${template}`,
  ]
  return { lines, template }
}
