import { isEndpointFile } from '../endpoint/endpoint-list.ts'
import type { Limits } from '../flow/gate.ts'
import type { Step } from '../recipes/recipe.ts'
import type { RunConfig } from './config.ts'

/** How a run is cut into batches. Derived from the configuration, before anything is opened. */
export interface Plan {
  /** Most requests in flight at once. */
  readonly maxConcurrency: number
  /** Requests that one seed becomes in the step that makes most. */
  readonly promptsPerSeed: number
  /** Seeds in one batch. */
  readonly batchRows: number
  /** UTF-16 code units of seed text in one batch. */
  readonly batchBytes: number
  /** Batches in one infer stage at once. */
  readonly inferBatches: number
  /** Seeds and text between source and sink. */
  readonly limits: Limits
}

/**
 * What is planned for where the endpoints' limits are still to be found, for each of them and in all: no server is known
 * to be run with more than 2,048 sequences. Of a file of endpoints nobody knows how many it will have. Twice as many prompts are held ready: 16 MB for seeds of 2 KB.
 */
const mostPerEndpoint = 2048
const mostInAll = 8192

/** Prompts in a batch then: a small server takes long over a large one, and the rows of a batch wait for its last. */
const autoBatchPrompts = 64

/** No more text than this between source and sink: what bounds memory when documents are long. */
const bytesInFlight = 48_000_000

/**
 * Small batches, many of them: a batch goes on when its slowest request is done, so a batch is an eighth of what the
 * endpoint has in flight, and twice the requests it can take are held ready to fill every slot that falls free.
 */
export function planRun(config: RunConfig): Plan {
  const promptsPerSeed = mostPrompts(config.recipe.steps, config.samples)
  const auto = config.maxConcurrency === 'auto'
  const mostEndpoints = config.endpoints.some(isEndpointFile) ? Infinity : Math.max(1, config.endpoints.length)
  const maxConcurrency = config.maxConcurrency === 'auto' ? Math.min(mostInAll, mostPerEndpoint * mostEndpoints) : config.maxConcurrency
  const batchPrompts = auto ? autoBatchPrompts : Math.min(256, Math.max(16, Math.ceil(maxConcurrency / 8)))
  const batchRows = Math.max(1, Math.round(batchPrompts / promptsPerSeed))
  const inferBatches = Math.ceil((2 * maxConcurrency) / (batchRows * promptsPerSeed)) + 1
  return {
    maxConcurrency,
    promptsPerSeed,
    batchRows,
    batchBytes: 4_000_000,
    inferBatches,
    // The stages before and after infer need batches of their own to work on.
    limits: { rows: batchRows * (inferBatches * config.recipe.steps.length + 8), bytes: bytesInFlight },
  }
}

/** Requests that one seed becomes in the step that makes most: what steps before it make of a seed counts too. */
function mostPrompts(steps: readonly Step[], samples: number): number {
  let rows = 1
  let most = 1
  for (const step of steps) {
    const prompts = rows * promptsOf(step) * samples
    most = Math.max(most, prompts)
    if (!step.judge) rows = Math.ceil(prompts * (step.rowsPerReply ?? 1))
  }
  return most
}

/** Requests that one row becomes in this step. */
export function promptsOf(step: Step): number {
  if (step.choose === 'all') return step.variants.length
  if (step.choose === 'one-per-strategy') return new Set(step.variants.map(({ strategy }) => strategy)).size
  return step.choose.sample
}
