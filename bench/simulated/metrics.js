import { Page } from './prometheus-page.js'

/**
 * @typedef {object} Snapshot what a scrape sees
 * @property {string} model
 * @property {number} running
 * @property {number} waiting
 * @property {number} kvUsage 0 to 1
 * @property {number} kvTokens capacity
 * @property {number} tokensPerS generated, over the last simulated second
 * @property {import('./counters.js').Counters} counters since the server was started
 * @property {{ stop: number, length: number }} ended requests by how
 * @property {import('./latencies.js').Latencies} latencies
 */

/** By `--metrics`. Names, types and help are those of the servers (read in their sources in November 2026). */
export const metricsWriters = {
  /** vLLM 0.9 to 0.12: the new names, and the deprecated ones beside them. @param {Snapshot} seen */
  vllm(seen) {
    const { counters, latencies } = seen
    const page = new Page({ engine: '0', model_name: seen.model })
    page.gauge('vllm:num_requests_running', 'Number of requests in model execution batches.', seen.running)
    page.gauge('vllm:num_requests_waiting', 'Number of requests waiting to be processed.', seen.waiting)
    page.gauge('vllm:gpu_cache_usage_perc', 'GPU KV-cache usage. 1 means 100 percent usage.DEPRECATED: Use vllm:kv_cache_usage_perc instead.', seen.kvUsage)
    page.gauge('vllm:kv_cache_usage_perc', 'KV-cache usage. 1 means 100 percent usage.', seen.kvUsage)
    page.counter('vllm:prefix_cache_queries', 'Prefix cache queries, in terms of number of queried tokens.', counters.queriedTokens)
    page.counter('vllm:prefix_cache_hits', 'Prefix cache hits, in terms of number of cached tokens.', counters.cachedTokens)
    page.counter('vllm:num_preemptions', 'Cumulative number of preemption from the engine.', counters.preemptions)
    page.counter('vllm:prompt_tokens', 'Number of prefill tokens processed.', counters.promptTokens)
    page.counter('vllm:generation_tokens', 'Number of generation tokens processed.', counters.generatedTokens)
    page.head('vllm:request_success_total', 'counter', 'Count of successfully processed requests.')
    for (const reason of /** @type {const} */ (['stop', 'length'])) page.line('vllm:request_success_total', seen.ended[reason], { finished_reason: reason })
    page.line('vllm:request_success_total', counters.aborted, { finished_reason: 'abort' })
    page.histogram('vllm:time_to_first_token_seconds', 'Histogram of time to first token in seconds.', latencies.firstToken)
    page.histogram('vllm:e2e_request_latency_seconds', 'Histogram of e2e request latency in seconds.', latencies.whole)
    page.histogram('vllm:request_queue_time_seconds', 'Histogram of time spent in WAITING phase for request.', latencies.queue)
    return page.text
  },

  /** vLLM's V0 engine: the old names only, and no engine label. @param {Snapshot} seen */
  'vllm-v0'(seen) {
    const { counters } = seen
    const page = new Page({ model_name: seen.model })
    const rate = counters.queriedTokens > 0 ? counters.cachedTokens / counters.queriedTokens : -1
    page.gauge('vllm:num_requests_running', 'Number of requests currently running on GPU.', seen.running)
    page.gauge('vllm:num_requests_waiting', 'Number of requests waiting to be processed.', seen.waiting)
    page.gauge('vllm:num_requests_swapped', 'Number of requests swapped to CPU.', 0)
    page.gauge('vllm:gpu_cache_usage_perc', 'GPU KV-cache usage. 1 means 100 percent usage.', seen.kvUsage)
    page.gauge('vllm:gpu_prefix_cache_hit_rate', 'GPU prefix cache block hit rate.', rate)
    page.counter('vllm:num_preemptions', 'Cumulative number of preemption from the engine.', counters.preemptions)
    page.counter('vllm:prompt_tokens', 'Number of prefill tokens processed.', counters.promptTokens)
    page.counter('vllm:generation_tokens', 'Number of generation tokens processed.', counters.generatedTokens)
    return page.text
  },

  /** @param {Snapshot} seen */
  sglang(seen) {
    const { counters, latencies } = seen
    const page = new Page({ engine_type: 'unified', model_name: seen.model, moe_ep_rank: '0', pp_rank: '0', tp_rank: '0' })
    const rate = counters.queriedTokens > 0 ? counters.cachedTokens / counters.queriedTokens : 0
    page.gauge('sglang:num_running_reqs', 'The number of running requests.', seen.running)
    page.gauge('sglang:num_used_tokens', 'The number of used tokens.', Math.round(seen.kvUsage * seen.kvTokens))
    page.gauge('sglang:token_usage', 'The token usage.', Number(seen.kvUsage.toFixed(2)))
    page.gauge('sglang:gen_throughput', 'The generation throughput (token/s).', seen.tokensPerS)
    page.gauge('sglang:num_queue_reqs', 'The number of requests in the waiting queue.', seen.waiting)
    page.gauge('sglang:cache_hit_rate', 'The prefix cache hit rate.', rate)
    page.gauge('sglang:max_total_num_tokens', 'Maximum total number of tokens in the KV cache pool.', seen.kvTokens)
    page.counter('sglang:num_retracted_requests', 'Total number of retracted requests.', counters.preemptions)
    page.counter('sglang:prompt_tokens', 'Number of prefill tokens processed.', counters.promptTokens)
    page.counter('sglang:generation_tokens', 'Number of generation tokens processed.', counters.generatedTokens)
    page.counter('sglang:cached_tokens', 'Number of cached prompt tokens.', counters.cachedTokens)
    page.counter('sglang:num_requests', 'Number of requests processed.', counters.finished)
    page.histogram('sglang:time_to_first_token_seconds', 'Histogram of time to first token in seconds.', latencies.firstToken)
    page.histogram('sglang:e2e_request_latency_seconds', 'Histogram of End-to-end request latency in seconds', latencies.whole)
    return page.text
  },

  /** llama-server. @param {Snapshot} seen */
  llamacpp({ counters, running, waiting, tokensPerS }) {
    const page = new Page({}, String)
    page.counter('llamacpp:prompt_tokens', 'Number of prompt tokens processed, excluding cached tokens', counters.prefillTokens)
    page.counter('llamacpp:prompt_tokens_cached', 'Number of prompt tokens reused from the cache', counters.cachedTokens)
    page.counter('llamacpp:tokens_predicted', 'Number of generation tokens processed', counters.generatedTokens)
    page.counter('llamacpp:n_decode', 'Total number of llama_decode() calls, excluding speculative decoding and multimodal decoding', counters.steps)
    page.gauge('llamacpp:predicted_tokens_seconds', 'Average generation throughput in tokens/s', tokensPerS)
    page.gauge('llamacpp:requests_processing', 'Number of requests processing', running)
    page.gauge('llamacpp:requests_deferred', 'Number of requests deferred', waiting)
    return page.text
  },
}
