import { InputNotFoundError } from '../errors.ts'
import { openSource } from '../io/source.ts'
import type { RequestBody } from '../rows.ts'
import { asksOf } from '../run/asks.ts'
import { checkChunks } from '../run/chunk-check.ts'
import { openTextJudge } from '../run/text-judge.ts'
import type { BenchConfig } from './config.ts'

export interface PromptSet {
  /** All different, at least one. */
  readonly requests: readonly RequestBody[]
  /** Why there are fewer than were wanted; null where there are not. */
  readonly cutBy: 'input' | 'memory' | null
}

/** Prompts are made before the load starts, so that the client does nothing but send: this is what it may hold. */
const maxChars = 256_000_000

/**
 * The first `wanted` different prompts that the recipe's first step makes of the seeds, or all there are: as a run makes them, chunks
 * and all. A prompt that waits for an answer is made without one.
 * @throws InputNotFoundError where no seed has a text; what openSource() throws
 */
export async function readPrompts(
  config: BenchConfig, model: string, wanted: number, signal: AbortSignal,
): Promise<PromptSet> {
  const { input, textColumn, recipe, sampling, extraBody } = config
  checkChunks(config)
  const source = await openSource({
    inputs: [input], textColumn, idColumn: null, keepColumns: [], scoreColumn: null, labelColumns: {},
    batchRows: 256, batchBytes: 4_000_000, shard: null, limit: null, onBadFile: 'stop',
  })
  const judge = openTextJudge()
  const requests = new Map<string, RequestBody>()
  let chars = 0
  try {
    for await (const rows of source.batches(signal)) {
      const seeds = rows.filter(({ text }) => text.trim() !== '')
      const options = { config: { recipe, seed: null, samples: 1, sampling, extraBody }, model, judge }
      for (const asks of await asksOf(recipe.steps[0]!, seeds, options)) {
        for (const { request: asked } of asks) {
          if (asked === null) continue
          const request = typeof asked === 'function' ? asked('')[0] : asked
          if (!requests.has(request.key)) chars += request.body.length
          requests.set(request.key, request)
          if (requests.size === wanted) return { requests: [...requests.values()], cutBy: null }
        }
        if (chars > maxChars) return { requests: [...requests.values()], cutBy: 'memory' }
      }
    }
  } finally {
    await source.close()
    await judge.close()
  }
  if (requests.size === 0) throw new InputNotFoundError(`${input} holds no seed with a text in column "${textColumn}"`)
  return { requests: [...requests.values()], cutBy: 'input' }
}
