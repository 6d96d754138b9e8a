import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { zeroCounters } from '../../../bench/simulated/counters.js'
import { Latencies } from '../../../bench/simulated/latencies.js'
import { metricsWriters } from '../../../bench/simulated/metrics.js'
import { parsePrometheus } from './parse-prometheus.ts'

const latencies = new Latencies()
for (const seconds of [0.1, 0.4, 0.5, 9000]) latencies.whole.add(seconds)
const seen = {
  model: 'org/"model"', running: 200, waiting: 13, kvUsage: 0.5, kvTokens: 400_000, tokensPerS: 9000.5, latencies, ended: { stop: 7, length: 2 },
  counters: { ...zeroCounters(), generatedTokens: 12_345_678, promptTokens: 1_000_000, queriedTokens: 400, cachedTokens: 100, preemptions: 3, aborted: 1, finished: 9, steps: 5, prefillTokens: 300 },
}
const samples = (kind: keyof typeof metricsWriters) => parsePrometheus(metricsWriters[kind](seen))
const valueOf = (kind: keyof typeof metricsWriters, names: Record<string, number>) => {
  const found = samples(kind)
  return Object.fromEntries(Object.keys(names).map((name) => [name, found.find((sample) => sample.name === name)?.value]))
}

t.test('vLLM', async (t) => {
  const expected = {
    'vllm:num_requests_running': 200, 'vllm:num_requests_waiting': 13, 'vllm:kv_cache_usage_perc': 0.5,
    'vllm:gpu_cache_usage_perc': 0.5, 'vllm:num_preemptions_total': 3, 'vllm:prompt_tokens_total': 1_000_000,
    'vllm:generation_tokens_total': 12_345_678, 'vllm:prefix_cache_queries_total': 400, 'vllm:prefix_cache_hits_total': 100,
  }
  t.same(valueOf('vllm', expected), expected)
  for (const { labels } of samples('vllm')) t.match(labels, { engine: '0', model_name: 'org/"model"' })
  const text = metricsWriters.vllm(seen)
  t.match(text, '# TYPE vllm:generation_tokens_total counter\nvllm:generation_tokens_total{engine="0",model_name="org/\\"model\\""} 1.2345678e+07\n')
  t.match(text, '# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{engine="0",model_name="org/\\"model\\""} 200.0\n')
  const buckets = samples('vllm').filter(({ name }) => name === 'vllm:e2e_request_latency_seconds_bucket').map(({ labels, value }) => [labels.le, value])
  t.same(buckets.slice(0, 3), [['0.3', 1], ['0.5', 3], ['0.8', 3]])
  t.same(buckets.at(-1), ['+Inf', 4])
  t.same(samples('vllm').filter(({ name }) => name === 'vllm:request_success_total').map(({ labels, value }) => [labels.finished_reason, value]), [['stop', 7], ['length', 2], ['abort', 1]])
})

t.test('vLLM before its V1 engine has the old names only', async (t) => {
  const expected = { 'vllm:num_requests_running': 200, 'vllm:num_requests_waiting': 13, 'vllm:num_requests_swapped': 0, 'vllm:gpu_cache_usage_perc': 0.5, 'vllm:gpu_prefix_cache_hit_rate': 0.25 }
  t.same(valueOf('vllm-v0', expected), expected)
  t.same(samples('vllm-v0').filter(({ name, labels }) => name.includes('kv_cache') || 'engine' in labels), [])
})

t.test('SGLang', async (t) => {
  const expected = {
    'sglang:num_running_reqs': 200, 'sglang:num_queue_reqs': 13, 'sglang:token_usage': 0.5, 'sglang:num_used_tokens': 200_000,
    'sglang:gen_throughput': 9000.5, 'sglang:max_total_num_tokens': 400_000, 'sglang:cache_hit_rate': 0.25, 'sglang:num_retracted_requests_total': 3,
    'sglang:prompt_tokens_total': 1_000_000, 'sglang:generation_tokens_total': 12_345_678, 'sglang:cached_tokens_total': 100,
  }
  t.same(valueOf('sglang', expected), expected)
})

const recorded = new URL('../../../../shared/data/openai/llama-server-fixtures/metrics.http', import.meta.url)

t.test('llama-server: names, types and help as recorded', { skip: !existsSync(recorded) && 'no shared data' }, async (t) => {
  const real = readFileSync(recorded, 'utf8')
  const heads = metricsWriters.llamacpp(seen).split('\n').filter((line) => line.startsWith('#'))
  t.ok(heads.length > 10)
  for (const line of heads) t.ok(real.includes(line), line)
  const expected = { 'llamacpp:requests_processing': 200, 'llamacpp:requests_deferred': 13 }
  t.same(valueOf('llamacpp', expected), expected)
})
