import { encodeRequest } from '../endpoint/protocol.ts'
import { draw } from '../recipes/draw.ts'
import { chooseVariants, promptFor, type Chosen, type StepDocument } from '../recipes/prompts.ts'
import type { Step, Task } from '../recipes/recipe.ts'
import type { GeneratedRow, Leave, RequestBody, SeedRow } from '../rows.ts'
import type { Ask } from '../stages/expand.ts'
import type { RunConfig } from './config.ts'
import type { Chunked, ChunkOptions, TextJudge } from './text-judge.ts'

export interface AskOptions {
  readonly config: Pick<RunConfig, 'recipe' | 'seed' | 'samples' | 'sampling' | 'extraBody'>
  readonly model: string
  readonly judge: Pick<TextJudge, 'chunk'>
}

type Row = SeedRow | GeneratedRow

/** A share is drawn in steps of one in so many. */
const shares = 1_000_000

/** Every request of each row in one step: variants in recipe order, samples of a variant side by side, chunks of a sample too. */
export async function asksOf(step: Step, rows: readonly Row[], options: AskOptions): Promise<Ask[][]> {
  const { config, judge } = options
  const runSeed = config.seed ?? 0
  const chosen = rows.map((row) => chooseVariants(step, documentOf(row), runSeed))
  const pieces = await cutAll(step, rows, chosen, config, judge)
  return rows.map((row, i) => {
    const judged = step.judge === undefined || draw([runSeed, row.id, step.name, 'judged'], shares) < step.judge.share * shares
    return chosen[i]!.flatMap((each) => asksFor(each, textOf(step, row), 'seed' in row ? row.text : null, pieces.get(each) ?? null, judged, options))
  })
}

/** The chunks of every document that has to be cut: one message a task, since the text worker counts the tokens. */
async function cutAll(
  step: Step, rows: readonly Row[], chosen: readonly Chosen[][], config: AskOptions['config'], judge: AskOptions['judge'],
): Promise<Map<Chosen, Chunked>> {
  const pieces = new Map<Chosen, Chunked>()
  const byVariant = new Map<string, { readonly each: Chosen; readonly text: string }[]>()
  for (const [i, list] of chosen.entries()) {
    for (const each of list) {
      if (!each.task.chunk) continue
      const queue = byVariant.get(each.task.name) ?? []
      byVariant.set(each.task.name, queue)
      queue.push({ each, text: textOf(step, rows[i]!) })
    }
  }
  for (const queue of byVariant.values()) {
    const { task } = queue[0]!.each
    const cut = await judge.chunk(chunkOptions(task, config)!, queue.map(({ text }) => text))
    for (const [i, { each }] of queue.entries()) pieces.set(each, cut[i]!)
  }
  return pieces
}

/** How the documents of a task are cut; null where they are not. */
export function chunkOptions(task: Task, config: Pick<RunConfig, 'recipe' | 'sampling' | 'extraBody'>): ChunkOptions | null {
  if (!task.chunk) return null
  // As the request has it: vendor fields win over what the run says, and that over the recipe.
  const { max_completion_tokens: newer, max_tokens = newer } = { ...task.sampling, ...config.sampling, ...task.extra, ...config.extraBody } as Record<string, unknown>
  return { chunk: task.chunk, template: templateOf(task), maxTokens: typeof max_tokens === 'number' ? max_tokens : null, quirks: config.recipe.quirks ?? 'safe' }
}

function asksFor(
  { task, slots }: Chosen, text: string, output: string | null, pieces: Chunked | null, judged: boolean, options: AskOptions,
): Ask[] {
  const { name: variant, strategy } = task
  const filled = output === null ? slots : { ...slots, output }
  return Array.from({ length: options.config.samples }, (_, sample) => sample).flatMap((sample) => {
    const { encode, seed } = encoder(task, sample, options)
    const ask = (source: string, chunk: Ask['chunk'], asked: boolean, leave: Leave | null): Ask => {
      const requests = (previous: string): [RequestBody, ...RequestBody[]] => {
        const prompt = promptFor(task, source, task.sequential ? { ...filled, previous: endOf(previous, task.previousChars) } : filled)
        // The same body under another key: what is drawn anew is the reply.
        const again = Array.from({ length: (task.attempts ?? 1) - 1 }, (_, i) => encode(prompt, `${sample}.${i + 1}`))
        return [encode(prompt, sample), ...again]
      }
      const waits = task.sequential === true && chunk !== null && chunk.index > 0
      const [first, ...again] = asked && !waits ? requests('') : [null]
      return {
        variant, strategy, slots, sample, source, chunk, leave, samplingSeed: seed,
        request: asked && waits ? requests : first,
        again,
      }
    }
    const asked = task.ask !== false && judged
    if (pieces === null) return [ask(text, null, asked, null)]
    if ('reason' in pieces) return [ask(text, null, false, pieces)]
    return pieces.map(({ text: piece, skip }, index) => ask(piece, { index, count: pieces.length, of: text }, asked && !skip, null))
  })
}

function encoder(task: Task, sample: number, { config, model }: AskOptions) {
  const seed = config.seed === null ? (task.sampling.seed ?? null) : config.seed + sample
  const sampling = { ...task.sampling, ...config.sampling, ...(seed !== null && { seed }) }
  const extraBody = { ...task.extra, ...config.extraBody }
  const encode = (prompt: Parameters<typeof encodeRequest>[0], name: number | string): RequestBody =>
    encodeRequest(prompt, { model, sampling, sample: name, extraBody })
  return { encode, seed }
}

/** What `{{text}}` is. */
function textOf(step: Step, row: Row): string {
  if (!('seed' in row)) return row.text
  return step.input === 'source' || step.judge ? row.source : row.text
}

function documentOf(row: Row): Omit<StepDocument, 'text'> {
  if (!('seed' in row)) return { id: row.id, slots: labelSlots(row), score: row.score, locator: row.locator }
  return { id: row.id, slots: row.slots, score: row.seed.score, locator: row.seed.locator }
}

/** The last `most` UTF-16 units of `text`, less half a surrogate pair at their beginning. */
function endOf(text: string, most = Infinity): string {
  return text.length <= most ? text : text.slice(-most).replace(/^[\udc00-\udfff]/, '')
}

/** A seed's labels fill places too: `--label topic=...` the place `{{label_topic}}`. */
function labelSlots({ labels }: SeedRow): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).flatMap(([name, label]) => (label === null ? [] : [[`label_${name}`, label]])))
}

/** All that is sent with a document, with the places as they are written. */
function templateOf({ system, instruction, messages }: Task): string {
  if (messages) return messages.map(({ content }) => content).join('\n')
  return [system, instruction].filter((part) => part !== undefined).join('\n')
}
