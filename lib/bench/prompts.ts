import { encodeRequest } from '../endpoint/protocol.ts'
import { InputNotFoundError } from '../errors.ts'
import { openSource } from '../io/source.ts'
import { expandDocument } from '../recipes/prompts.ts'
import type { RequestBody } from '../rows.ts'
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
 * The first `wanted` different prompts that the recipe's first step makes of the seeds, or all there are.
 * @throws InputNotFoundError where no seed has a text; what openSource() throws
 */
export async function readPrompts(
  config: BenchConfig, model: string, wanted: number, signal: AbortSignal,
): Promise<PromptSet> {
  const { input, textColumn, recipe, sampling, extraBody } = config
  const source = await openSource({
    inputs: [input], textColumn, idColumn: null, keepColumns: [], scoreColumn: null, labelColumns: {},
    batchRows: 256, batchBytes: 4_000_000, shard: null, limit: null, onBadFile: 'stop',
  })
  const requests = new Map<string, RequestBody>()
  let chars = 0
  try {
    for await (const rows of source.batches(signal)) {
      for (const { id, text } of rows) {
        if (text.trim() === '') continue
        for (const asked of expandDocument(recipe.steps[0]!, { id, text, slots: {} }, 0)) {
          const request = encodeRequest(asked.prompt, { model, sampling: { ...asked.sampling, ...sampling }, sample: 0, extraBody })
          if (!requests.has(request.key)) chars += request.body.length
          requests.set(request.key, request)
          if (requests.size === wanted) return { requests: [...requests.values()], cutBy: null }
        }
        if (chars > maxChars) return { requests: [...requests.values()], cutBy: 'memory' }
      }
    }
  } finally {
    await source.close()
  }
  if (requests.size === 0) throw new InputNotFoundError(`${input} holds no seed with a text in column "${textColumn}"`)
  return { requests: [...requests.values()], cutBy: 'input' }
}
