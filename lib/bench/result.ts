import type { ClientLoad } from './client-meter.ts'
import type { BenchConfig } from './config.ts'
import type { Ended } from './load.ts'
import { spreadOf } from './percentiles.ts'
import type { Measured } from './window.ts'

/**
 * What a bench says. Keys that `vllm bench serve` has too carry its names and its meaning, so that tools that read its
 * results read these. Counts, tokens and latencies are all over the requests that ended inside the window (window.ts).
 */
export interface BenchResult {
  /** ISO 8601. */
  readonly date: string
  readonly endpoint: string
  readonly model_id: string
  readonly recipe: string
  readonly input: string
  readonly num_prompts: number
  readonly num_warmups: number
  /** Different prompts among those sent; fewer than were sent means that prompts repeated. */
  readonly distinct_prompts: number
  /** Requests sent, before, in and after the window. */
  readonly total_sent: number
  readonly max_concurrency: number
  readonly max_concurrent_requests: number
  /** Length of the window in seconds. */
  readonly duration: number
  readonly completed: number
  readonly failed: number
  /** Failed requests by error code. */
  readonly errors: Readonly<Record<string, number>>
  readonly finish_reasons: Readonly<Record<string, number>>
  /** Completed requests whose answer had no usage: their tokens are in no count. */
  readonly missing_usage: number
  readonly total_input_tokens: number
  /** Prompt tokens that the server took from its prefix cache, where it says so. */
  readonly total_cached_input_tokens: number
  readonly total_output_tokens: number
  /** Completed requests a second. */
  readonly request_throughput: number
  /** Output tokens a second. */
  readonly output_throughput: number
  /** Input and output tokens a second. */
  readonly total_token_throughput: number
  /** Send to last byte, of completed requests; null where none was completed. */
  readonly mean_e2el_ms: number | null
  readonly median_e2el_ms: number | null
  readonly std_e2el_ms: number | null
  readonly p90_e2el_ms: number | null
  readonly p99_e2el_ms: number | null
  /** User and system time of this process by requests that ended, failed ones included. */
  readonly cpu_us_per_request: number
  readonly event_loop_utilization: number
  readonly event_loop_delay_p99_ms: number
  /** True where this client was what limited the figures: the endpoint can do more. */
  readonly client_bound: boolean
  /** Sentences for whoever reads the figures. */
  readonly notes: readonly string[]
}

/** Above this share of busy time the event loop has no room left to send a request the moment that it could. */
export const clientBoundFrom = 0.9

export interface ResultParts {
  readonly config: BenchConfig
  readonly date: Date
  readonly model: string
  readonly sent: number
  readonly distinct: number
  readonly maxInFlight: number
  /** In milliseconds. */
  readonly measured: Measured<Ended>
  readonly client: ClientLoad
  readonly notes: readonly string[]
}

/** Work the figures out. Pure. */
export function benchResult(parts: ResultParts): BenchResult {
  const { config, measured, client } = parts
  const seconds = measured.duration / 1000
  const perSecond = (n: number): number => (seconds > 0 ? n / seconds : 0)
  const completed = measured.ended.filter((ended) => ended.ok)
  const failed = measured.ended.filter((ended) => !ended.ok)
  const usages = completed.flatMap(({ usage }) => (usage ? [usage] : []))
  const missing = completed.length - usages.length
  const sum = (name: Exclude<keyof (typeof usages)[number], 'shared'>): number => usages.reduce((total, usage) => total + usage[name], 0)
  const [input, output] = [sum('promptTokens'), sum('completionTokens')]
  const latency = spreadOf(completed.map(({ latencyMs }) => latencyMs))
  return {
    date: parts.date.toISOString(),
    endpoint: config.endpoints.join(','),
    model_id: parts.model,
    recipe: config.recipe.name,
    input: config.input,
    num_prompts: config.numPrompts,
    num_warmups: config.numWarmups,
    distinct_prompts: parts.distinct,
    total_sent: parts.sent,
    max_concurrency: config.maxConcurrency,
    max_concurrent_requests: parts.maxInFlight,
    duration: seconds,
    completed: completed.length,
    failed: failed.length,
    errors: counts(failed.map(({ code }) => code)),
    finish_reasons: counts(completed.map(({ finishReason }) => finishReason)),
    missing_usage: missing,
    total_input_tokens: input,
    total_cached_input_tokens: sum('cachedPromptTokens'),
    total_output_tokens: output,
    request_throughput: perSecond(completed.length),
    output_throughput: perSecond(output),
    total_token_throughput: perSecond(input + output),
    mean_e2el_ms: latency?.mean ?? null,
    median_e2el_ms: latency?.median ?? null,
    std_e2el_ms: latency?.std ?? null,
    p90_e2el_ms: latency?.p90 ?? null,
    p99_e2el_ms: latency?.p99 ?? null,
    cpu_us_per_request: client.cpuUs / measured.ended.length,
    event_loop_utilization: client.loopUtilization,
    event_loop_delay_p99_ms: client.loopDelayP99Ms,
    client_bound: client.loopUtilization > clientBoundFrom,
    notes: [...parts.notes, ...cautions(config, completed.length, missing)],
  }
}

function cautions({ numPrompts, numWarmups, maxConcurrency }: BenchConfig, completed: number, missing: number): string[] {
  const notes: string[] = []
  if (missing > 0) {
    const which = missing === completed ? 'no answer says' : `${missing} of ${completed} answers do not say`
    notes.push(`${which} how many tokens it has (usage is missing), so the token rates are too low by that much`)
  }
  if (numWarmups < maxConcurrency) {
    notes.push(`fewer warm-ups (${numWarmups}) than requests in flight (${maxConcurrency}): the start burst is in the figures`)
  }
  if (numPrompts < maxConcurrency) {
    notes.push(`fewer prompts (${numPrompts}) than requests in flight (${maxConcurrency}): the window is too short to trust its rates`)
  }
  return notes
}

/** Most frequent first. */
function counts(names: readonly string[]): Record<string, number> {
  const found = new Map<string, number>()
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1)
  return Object.fromEntries([...found].sort(([, a], [, b]) => b - a))
}
