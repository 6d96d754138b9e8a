import t from 'tap'
import type { BenchConfig } from '../../dist/bench/config.js'
import type { Ended } from '../../dist/bench/load.js'
import { benchResult, type ResultParts } from '../../dist/bench/result.js'
import { benchLines, exitCodeOf } from '../../dist/cli/bench-report.js'
import { summarize } from '../../dist/recipes/summarize.js'

const config: BenchConfig = {
  endpoints: ['http://gpu-1:8000'], model: null, apiKey: 'secret-key-1234', headers: {}, extraBody: {}, input: 'seeds.parquet',
  textColumn: 'text', recipe: summarize, sampling: {}, maxConcurrency: 2, numPrompts: 4, numWarmups: 2, requestTimeout: 600, readyTimeout: 60,
}
const usage = (promptTokens: number, completionTokens: number, cachedPromptTokens = 0) => ({ promptTokens, completionTokens, cachedPromptTokens })
const ok = (latencyMs: number, used: ReturnType<typeof usage> | null, finishReason = 'stop'): Ended => ({ ok: true, at: 0, latencyMs, finishReason, usage: used })
const failed = (code: string): Ended => ({ ok: false, at: 0, code })

const make = (ended: readonly Ended[], more: Partial<ResultParts> = {}) =>
  benchResult({
    config, date: new Date(0), model: 'tiny', sent: 7, distinct: 7, maxInFlight: 2, notes: [],
    measured: { ended, duration: 2000 }, client: { cpuUs: 4000, loopUtilization: 0.25, loopDelayP99Ms: 1.5 }, ...more,
  })

const mixed = [ok(100, usage(10, 20, 8)), failed('STREAM_HTTP_500'), ok(300, usage(30, 40), 'length'), failed('STREAM_HTTP_500')]

t.test('counts, tokens and rates are over the window', async (t) => {
  t.match(make(mixed), {
    duration: 2, completed: 2, failed: 2, errors: { STREAM_HTTP_500: 2 }, finish_reasons: { stop: 1, length: 1 }, missing_usage: 0,
    total_input_tokens: 40, total_cached_input_tokens: 8, total_output_tokens: 60,
    request_throughput: 1, output_throughput: 30, total_token_throughput: 50,
    cpu_us_per_request: 1000, event_loop_utilization: 0.25, event_loop_delay_p99_ms: 1.5, client_bound: false,
  })
})

t.test('failed requests are in no latency', async (t) => {
  const { mean_e2el_ms, median_e2el_ms, std_e2el_ms, p90_e2el_ms, p99_e2el_ms } = make(mixed)
  t.same({ mean_e2el_ms, median_e2el_ms, std_e2el_ms }, { mean_e2el_ms: 200, median_e2el_ms: 200, std_e2el_ms: 100 })
  t.ok(Math.abs(p90_e2el_ms! - 280) < 1e-9 && Math.abs(p99_e2el_ms! - 298) < 1e-9)
})

t.test('the keys of vllm bench serve', async (t) => {
  const shared = [
    'date', 'model_id', 'num_prompts', 'max_concurrency', 'duration', 'completed', 'failed', 'total_input_tokens',
    'total_output_tokens', 'request_throughput', 'output_throughput', 'total_token_throughput', 'max_concurrent_requests',
    'mean_e2el_ms', 'median_e2el_ms', 'std_e2el_ms', 'p90_e2el_ms', 'p99_e2el_ms', 'errors',
  ]
  const result = make(mixed)
  for (const key of shared) t.hasOwnProp(result, key)
  t.notMatch(JSON.stringify(result), /secret-key/)
})

t.test('answers without usage are said, not guessed', async (t) => {
  const some = make([ok(1, usage(1, 1)), ok(1, null), failed('STREAM_HTTP_500'), ok(1, usage(1, 1))])
  t.equal(some.missing_usage, 1)
  t.equal(some.total_output_tokens, 2)
  t.match(some.notes.join(), '1 of 3 answers do not say how many tokens')
  t.match(make([ok(1, null)]).notes.join(), 'no answer says how many tokens')
  t.same(make([ok(1, usage(1, 1))]).notes, [])
})

t.test('a window that cannot be trusted is said', async (t) => {
  t.match(make(mixed, { config: { ...config, numWarmups: 1 } }).notes.join(), 'fewer warm-ups (1) than requests in flight (2)')
  t.match(make(mixed, { config: { ...config, numPrompts: 1 } }).notes.join(), 'fewer prompts (1) than requests in flight (2)')
})

t.test('verdict and exit code', async (t) => {
  const at = (loopUtilization: number) => make(mixed, { client: { cpuUs: 1, loopUtilization, loopDelayP99Ms: 0 } })
  t.equal(exitCodeOf(at(0.9)), 0)
  t.match(benchLines(at(0.9)).at(-1), 'the endpoint was the limit')
  t.equal(exitCodeOf(at(0.91)), 3)
  t.match(benchLines(at(0.91)).at(-1), 'CLIENT-BOUND')
  const nothing = make([failed('STREAM_REQUEST_FAILED')], { client: { cpuUs: 1, loopUtilization: 1, loopDelayP99Ms: 0 } })
  t.equal(exitCodeOf(nothing), 1)
  t.match(benchLines(nothing).at(-1), 'no request was completed')
  t.equal(nothing.mean_e2el_ms, null)
})

t.test('the report', async (t) => {
  t.same(benchLines(make(mixed, { notes: ['prompts repeat'] })), [
    'measured 2.0 s, recipe summarize, model tiny, 2 in flight',
    '  requests  2 completed, 2 failed (STREAM_HTTP_500 2), 1/s',
    '  output    30 tokens/s, 60 tokens, 2 ended (stop 1, length 1)',
    '  input     40 tokens (20 % from the prefix cache), 50 tokens/s with output',
    '  latency   mean 200 ms, median 200 ms, p90 280 ms, p99 298 ms',
    '  client    1,000 us CPU a request, event loop 25 % busy, p99 1.5 ms late',
    '  note      prompts repeat',
    '  verdict   the endpoint was the limit, this client was 25 % busy',
  ])
})
