import { openSource } from '../io/source.ts'
import type { SeedRow } from '../rows.ts'
import { isEncoding } from '../text/tokens.ts'
import { asksOf } from './asks.ts'
import { seedStages } from './chain.ts'
import { checkChunks } from './chunk-check.ts'
import { openClassifiers } from './classifiers.ts'
import type { RunConfig } from './config.ts'
import { openDedupeThread } from './dedupe-thread.ts'
import { planRun } from './plan.ts'
import { columnsOf, parseLabels, parseQuality } from './selection.ts'
import { openTextJudge } from './text-judge.ts'
import { checkTokenizer } from './tokenizer-check.ts'

/** Seeds that the plan is worked out from. */
const sampleSize = 200

/** Lines that show what a run would send: the prompts of the first seed kept, then counts scaled up from a sample. */
export async function* dryRun(config: RunConfig, signal: AbortSignal): AsyncGenerator<string> {
  checkChunks(config)
  const asked = parseQuality(config.quality)
  const labels = parseLabels(config.label)
  const plan = planRun(config)
  const source = await openSource({ ...config, ...plan, ...columnsOf(asked, labels) })
  const judge = openTextJudge({ tokenizer: config.tokenizer })
  // Nothing is sent, so what a classifier server would drop is counted as kept.
  const sends = asked.source?.kind === 'http'
  const selection = sends ? { ...asked, source: null, tests: [] } : asked
  const classifiers = await openClassifiers({ config, source: selection.source, labels: {}, judge, now: Date.now, random: Math.random })
  const { minhash, dedupeMemory: memory } = config
  const dedupe =
    config.dedupe === 'none'
      ? null
      : await openDedupeThread({ mode: config.dedupe, minhash, memory, spillFolder: null, indexFolder: null, lineage: 'dry run' })
  try {
    await checkTokenizer(config.tokenizer, judge)
    const stages = seedStages({ config, selection, find: dedupe && ((rows) => dedupe.find(rows)), classifiers, onLabel: () => {}, judge })
    const { read, kept } = await sample(source.batches(signal), stages, signal)
    const expected = Math.max(read, (await source.estimateRows()) ?? read)
    const [first] = kept
    if (!first) {
      yield `none of the first ${read} seeds would be kept: nothing to send`
      return
    }
    const [step] = config.recipe.steps
    const render = async (seeds: readonly SeedRow[]): Promise<{ body: string; maxTokens: number }[]> => {
      const asked = await asksOf(step!, seeds, { config, model: config.model ?? 'MODEL', judge })
      return asked.flat().flatMap(({ request }) => {
        if (request === null) return []
        const { body } = typeof request === 'function' ? request('')[0] : request
        return [{ body, maxTokens: (JSON.parse(body) as { max_tokens?: number }).max_tokens ?? 0 }]
      })
    }
    for (const { body } of await render([first])) {
      yield JSON.stringify(JSON.parse(body), null, 2)
      yield ''
    }
    const asks = await render(kept)
    const promptTokens = (await judge.countTokens(asks.map(({ body }) => body))).reduce((a, b) => a + b, 0)
    const scale = expected / read
    const million = (n: number): string => `${((n * scale) / 1e6).toFixed(2)} M`
    yield `plan, from the first ${read} of about ${expected} seeds (recipe ${config.recipe.name}, step ${step!.name}):`
    yield `  seeds kept          ${Math.round(kept.length * scale)} (${Math.round((100 * kept.length) / read)} %)`
    yield `  requests            ${Math.round(asks.length * scale)} (${(asks.length / kept.length).toFixed(1)} a seed)`
    yield `  prompt tokens       ${million(promptTokens)} (${countedWith(config.tokenizer)})`
    yield `  completion tokens   at most ${million(asks.reduce((sum, { maxTokens }) => sum + maxTokens, 0))} (max_tokens of every request)`
    if (sends) yield '  not counted         what the http: classifier of --quality would drop'
    if (config.dedupeIndex !== null) yield '  not counted         duplicates of what --dedupe-index holds'
    yield 'nothing was sent, nothing was written'
  } finally {
    await dedupe?.close()
    await classifiers.close()
    await judge.close()
    await source.close()
  }
}

function countedWith(tokenizer: string): string {
  return isEncoding(tokenizer) ? `${tokenizer}; the model's own tokenizer will differ` : `${tokenizer}; a chat template adds some`
}

/** Send the first seeds through the seed stages. */
async function sample(
  batches: AsyncIterable<readonly SeedRow[]>,
  stages: ReturnType<typeof seedStages>,
  signal: AbortSignal,
): Promise<{ read: number; kept: SeedRow[] }> {
  let read = 0
  const kept: SeedRow[] = []
  async function* head(): AsyncGenerator<readonly SeedRow[]> {
    for await (const rows of batches) {
      const taken = rows.slice(0, sampleSize - read)
      read += taken.length
      yield taken
      if (read >= sampleSize) return
    }
  }
  const sink = {
    write: async ({ rows }: { rows: readonly SeedRow[] }) => void kept.push(...rows),
    finish: async () => {},
    abort: async () => {},
  }
  const limits = { rows: sampleSize, bytes: Number.MAX_SAFE_INTEGER }
  await stages.run({ source: head, sink, signal, limits, bytesOf: ({ text }) => text.length })
  return { read, kept }
}
