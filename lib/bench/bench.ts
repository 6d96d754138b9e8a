import { setTimeout as sleep } from 'node:timers/promises'
import { openPool, type EndpointPool } from '../endpoint/pool.ts'
import { ConfigInvalidError, EndpointUnreachableError, RowError } from '../errors.ts'
import type { RequestBody } from '../rows.ts'
import { newClientMeter } from './client-meter.ts'
import type { BenchConfig } from './config.ts'
import { runLoad, type Outcome } from './load.ts'
import { readPrompts, type PromptSet } from './prompts.ts'
import { benchResult, type BenchResult } from './result.ts'
import { windowOf } from './window.ts'

/** What a bench needs of the process around it. */
export interface BenchSurroundings {
  /** Milliseconds since the epoch, with fractions. */
  readonly now: () => number
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number
  /** User and system time of this process so far, in microseconds. */
  readonly cpuUs: () => number
  /** One line for the person who waits. */
  readonly note: (line: string) => void
  /** Called as each request ends, warm-ups included. */
  readonly progress: (ended: number, total: number) => void
}

/**
 * Measure an endpoint with the prompts that a recipe makes of seeds, at a fixed number of requests in flight, through
 * the client of the main job. Nothing is retried: a retry would hide a failure in a latency.
 * @throws StreamError when there is nothing to measure: no endpoint, no prompts, a wrong key
 */
export async function runBench(config: BenchConfig, around: BenchSurroundings, signal: AbortSignal): Promise<BenchResult> {
  const { maxConcurrency, numPrompts, numWarmups } = config
  const pool = openPool({
    endpoints: config.endpoints.map((url) => ({
      url, apiKey: config.apiKey, headers: config.headers, deadlineMs: config.requestTimeout * 1000,
    })),
    maxConcurrency,
    maxAttempts: 1,
    random: around.random,
    now: around.now,
    sleep: (ms, stop) => sleep(ms, undefined, { signal: stop }),
  })
  try {
    const ready = await pool.ready(signal, config.readyTimeout * 1000, config.model ?? undefined)
    const model = config.model ?? ready.model
    if (model === null) throw new ConfigInvalidError(['the endpoint lists no models; name one with --model'])
    // What is sent to keep the load up while the last measured requests end must not repeat the first ones either.
    const wanted = numWarmups + numPrompts + maxConcurrency
    const prompts = await readPrompts(config, model, wanted, signal)
    const notes = notesOn(config, prompts, wanted)
    around.note(`${config.endpoints.join(', ')}: ${numWarmups} warm-ups, then ${numPrompts} prompts, ${maxConcurrency} in flight`)

    const meter = newClientMeter(around.cpuUs)
    const plan = { warmups: numWarmups, prompts: numPrompts }
    const load = await runLoad({
      plan,
      concurrency: maxConcurrency,
      requests: prompts.requests,
      send: (request, stop) => send(pool, request, stop),
      clock: around.now,
      onOpen: meter.open,
      onClose: meter.close,
      onEnd: (ended) => around.progress(ended, numWarmups + numPrompts),
    }, signal)
    return benchResult({
      config,
      model,
      notes,
      date: new Date(load.startedAt),
      sent: load.sent,
      distinct: Math.min(load.sent, prompts.requests.length),
      maxInFlight: load.maxInFlight,
      measured: windowOf(load.ended, load.startedAt, plan),
      client: meter.read(),
    })
  } finally {
    await pool.close()
  }
}

async function send(pool: EndpointPool, request: RequestBody, signal: AbortSignal): Promise<Outcome> {
  try {
    const { latencyMs, finishReason, usage } = await pool.generate(request, signal)
    return { ok: true, latencyMs, finishReason, usage }
  } catch (error) {
    // An endpoint that has answered nobody for a while ends a job; here it is what is being measured.
    const cause = error instanceof EndpointUnreachableError ? error.cause : error
    if (cause instanceof RowError) return { ok: false, code: cause.code }
    throw error
  }
}

function notesOn({ recipe, input }: BenchConfig, { requests, cutBy }: PromptSet, wanted: number): string[] {
  const notes: string[] = []
  if (recipe.steps.length > 1) {
    notes.push(`only the first of the ${recipe.steps.length} steps of ${recipe.name} is sent: later prompts hang on the answers`)
  }
  if (cutBy !== null) {
    const why = cutBy === 'input' ? `${input} makes only ${requests.length} different prompts` : `only ${requests.length} prompts are held in memory`
    notes.push(`${why} for up to ${wanted} requests: repeated prompts hit the server's prefix cache, so it looks faster than on new ones`)
  }
  return notes
}
