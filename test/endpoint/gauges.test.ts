import fc from 'fast-check'
import t from 'tap'
import { parseGauges, parseGenerated } from '../../dist/endpoint/gauges.js'

t.test('vLLM: new names, one set for each engine', async (t) => {
  t.strictSame(parseGauges(`# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="org/name {7B}"} 250.0
vllm:num_requests_running{engine="1",model_name="org/name {7B}"} 6.0
vllm:num_requests_waiting{engine="0",model_name="org/name {7B}"} 3.0
vllm:num_requests_waiting{engine="1",model_name="org/name {7B}"} 0.0
vllm:kv_cache_usage_perc{engine="0",model_name="x"} 0.5
vllm:kv_cache_usage_perc{engine="1",model_name="x"} 0.93
vllm:gpu_cache_usage_perc{engine="0",model_name="x"} 0.99
vllm:num_preemptions_total{engine="0",model_name="x"} 12.0
vllm:num_preemptions_created{engine="0",model_name="x"} 1.7e+09
`), { running: 256, waiting: 3, cacheUse: 0.93, preemptions: 12 })
})

t.test('vLLM: old names; what was swapped out waits', async (t) => {
  t.strictSame(parseGauges('vllm:num_requests_running{model_name="x"} 4\nvllm:num_requests_waiting{model_name="x"} 1\n' +
    'vllm:num_requests_swapped{model_name="x"} 2\nvllm:gpu_cache_usage_perc{model_name="x"} 1\r\n'),
  { running: 4, waiting: 3, cacheUse: 1, preemptions: null })
})

t.test('SGLang: one rank speaks for its engine, engines are summed', async (t) => {
  t.strictSame(parseGauges(`sglang:num_running_reqs{dp_rank="0",tp_rank="0"} 10
sglang:num_running_reqs{dp_rank="0",tp_rank="1"} 10
sglang:num_running_reqs{dp_rank="1",tp_rank="0"} 20
sglang:num_queue_reqs{dp_rank="0",tp_rank="0"} 1
sglang:num_queue_reqs{dp_rank="1",tp_rank="0"} 2
sglang:token_usage{tp_rank="0"} 0.43
sglang:num_retracted_requests_total{tp_rank="0"} 5
`), { running: 30, waiting: 3, cacheUse: 0.43, preemptions: 5 })
})

t.test('llama.cpp and TGI', async (t) => {
  t.strictSame(parseGauges('llamacpp:requests_processing 4\nllamacpp:requests_deferred 46\n'),
    { running: 4, waiting: 46, cacheUse: null, preemptions: null })
  t.strictSame(parseGauges('tgi_batch_current_size 4 1700000000000\ntgi_queue_size 7\n'),
    { running: 4, waiting: 7, cacheUse: null, preemptions: null })
})

t.test('null for anything else', async (t) => {
  const others = ['', '<html>404</html>', '{"running": 1}', 'process_cpu_seconds_total 3\n',
    'vllm:num_requests_running 3\n', 'vllm:num_requests_waiting 3\n',
    'vllm:num_requests_running NaN\nvllm:num_requests_waiting 1\n', 'vllm:num_requests_running -1\nvllm:num_requests_waiting 0\n']
  for (const text of others) t.equal(parseGauges(text), null, JSON.stringify(text))
})

t.test('any text is read without an error, and only numbers come out', async (t) => {
  const name = fc.constantFrom('vllm:num_requests_running', 'vllm:num_requests_waiting', 'vllm:num_preemptions_total', '# HELP x', 'other')
  const labels = fc.oneof(fc.constant(''), fc.string().map((text) => `{a="${text}"}`), fc.string())
  const value = fc.oneof(fc.double().map(String), fc.string())
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(fc.tuple(name, labels, value)), (lines) => {
    const gauges = parseGauges(lines.map(([name, labels, value]) => `${name}${labels} ${value}`).join('\n'))
    return gauges === null || [gauges.running, gauges.waiting, gauges.preemptions ?? 0].every((n) => Number.isFinite(n) && n >= 0)
  })))
})

t.test('tokens generated so far, of vLLM alone: the others count what is finished', async (t) => {
  const page = 'vllm:generation_tokens_total{engine="0"} 10\nvllm:generation_tokens_total{engine="1"} 5.0\nvllm:generation_tokens_created 1e9\n'
  t.equal(parseGenerated(page), 15)
  t.equal(parseGenerated('sglang:generation_tokens_total 7\n'), null)
  t.equal(parseGenerated('<html>'), null)
})
