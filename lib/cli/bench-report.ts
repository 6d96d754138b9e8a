import type { BenchResult } from '../bench/result.ts'
import { reasons, short, whole } from './format.ts'

/** What a person wants to know of a bench: one line a subject, then what to be careful about, then who was the limit. */
export function benchLines(result: BenchResult): string[] {
  const list = (...parts: string[]): string => parts.filter(Boolean).join(', ')
  const { total_input_tokens: input, total_cached_input_tokens: cached } = result
  const cachedShare = input > 0 ? Math.round((100 * cached) / input) : 0
  const busy = `${Math.round(100 * result.event_loop_utilization)} %`
  return [
    `measured ${seconds(result.duration)} s, recipe ${result.recipe}, model ${result.model_id}, ${whole(result.max_concurrency)} in flight`,
    `  requests  ${list(`${whole(result.completed)} completed`, reasons('failed', result.errors), `${short(result.request_throughput)}/s`)}`,
    `  output    ${list(`${short(result.output_throughput)} tokens/s`, `${short(result.total_output_tokens)} tokens`, reasons('ended', result.finish_reasons))}`,
    `  input     ${list(`${short(input)} tokens${cachedShare > 0 ? ` (${cachedShare} % from the prefix cache)` : ''}`, `${short(result.total_token_throughput)} tokens/s with output`)}`,
    `  latency   ${latency(result)}`,
    `  client    ${list(`${whole(result.cpu_us_per_request)} us CPU a request`, `event loop ${busy} busy`, `p99 ${ms(result.event_loop_delay_p99_ms)} late`)}`,
    ...result.notes.map((note) => `  note      ${note}`),
    `  verdict   ${verdict(result, busy)}`,
  ]
}

/** 0 measured, 1 nothing was, 3 measured but this client was the limit. */
export function exitCodeOf({ completed, client_bound }: BenchResult): number {
  if (completed === 0) return 1
  return client_bound ? 3 : 0
}

function verdict({ client_bound, completed }: BenchResult, busy: string): string {
  if (completed === 0) return 'no request was completed: nothing was measured'
  if (!client_bound) return `the endpoint was the limit, this client was ${busy} busy`
  return `CLIENT-BOUND: this client's event loop was ${busy} busy, the endpoint can do more than these figures say`
}

function latency({ mean_e2el_ms: mean, median_e2el_ms: median, p90_e2el_ms: p90, p99_e2el_ms: p99 }: BenchResult): string {
  if (mean === null || median === null || p90 === null || p99 === null) return 'unknown'
  return `mean ${ms(mean)}, median ${ms(median)}, p90 ${ms(p90)}, p99 ${ms(p99)}`
}

/** `0.8 ms`, `340 ms`, `12.3 s` */
function ms(value: number): string {
  if (value < 10) return `${value.toFixed(1)} ms`
  return value < 1000 ? `${Math.round(value)} ms` : `${seconds(value / 1000)} s`
}

function seconds(value: number): string {
  return value < 1 ? value.toFixed(3) : value.toFixed(1)
}
