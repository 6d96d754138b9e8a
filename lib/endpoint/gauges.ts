/** What an inference server tells of its load, summed over its engines. */
export interface Gauges {
  /** Requests in the batch. */
  readonly running: number
  /** Requests in the queue. */
  readonly waiting: number
  /** Share of the KV cache in use, the fullest engine's; null where it is not told. */
  readonly cacheUse: number | null
  /** Requests thrown out of the batch since the server started; null where it is not told. */
  readonly preemptions: number | null
}

interface Names {
  readonly running: string
  readonly waiting: readonly string[]
  readonly cacheUse: readonly string[]
  readonly preemptions: readonly string[]
}

/** Servers by the names of their metrics, the first found counts. Swapped requests are those of vLLM's V0 engine. */
const servers: readonly Names[] = [
  {
    running: 'vllm:num_requests_running',
    waiting: ['vllm:num_requests_waiting', 'vllm:num_requests_swapped'],
    cacheUse: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
    preemptions: ['vllm:num_preemptions_total', 'vllm:num_preemptions'],
  },
  {
    running: 'sglang:num_running_reqs',
    waiting: ['sglang:num_queue_reqs'],
    cacheUse: ['sglang:token_usage'],
    preemptions: ['sglang:num_retracted_requests_total'],
  },
  { running: 'llamacpp:requests_processing', waiting: ['llamacpp:requests_deferred'], cacheUse: [], preemptions: [] },
  { running: 'tgi_batch_current_size', waiting: ['tgi_queue_size'], cacheUse: [], preemptions: [] },
]

/** Told by every process of one engine about the same requests, where SGLang is asked to: the first speaks for all. */
const otherRank = /[{,]\s*(?:tp_rank|pp_rank|moe_ep_rank)="(?!0")/

/**
 * Read Prometheus text (`GET /metrics`) of vLLM, SGLang, llama.cpp or TGI.
 * @returns null where it is nothing of the kind
 */
export function parseGauges(text: string): Gauges | null {
  const samples = readSamples(text)
  for (const { running, waiting, cacheUse, preemptions } of servers) {
    const runs = samples.get(running)
    const waits = waiting.map((name) => samples.get(name)).filter((values) => values !== undefined)
    if (!runs || waits.length === 0) continue
    const use = first(samples, cacheUse)
    const thrown = first(samples, preemptions)
    return {
      running: sum(runs),
      waiting: sum(waits.flat()),
      cacheUse: use ? Math.max(...use) : null,
      preemptions: thrown ? sum(thrown) : null,
    }
  }
  return null
}

/** Moved by every step of the engine. Those of SGLang and llama.cpp move when a request is finished, which tells nothing new. */
const generatedNames = ['vllm:generation_tokens_total', 'vllm:generation_tokens']

/** Completion tokens that the server has generated so far, unfinished ones included; null where it does not say. */
export function parseGenerated(text: string): number | null {
  const values = first(readSamples(text), generatedNames)
  return values ? sum(values) : null
}

const known = new Set(servers.flatMap(({ running, waiting, cacheUse, preemptions }) => [running, ...waiting, ...cacheUse, ...preemptions]).concat(generatedNames))

/** The values of the known metrics, one for each set of labels. */
function readSamples(text: string): Map<string, number[]> {
  const samples = new Map<string, number[]>()
  for (const line of text.split('\n')) {
    const name = /^[a-z_:]+/i.exec(line)?.[0]
    if (name === undefined || !known.has(name) || otherRank.test(line)) continue
    // Label values may hold anything, a closing brace too; a timestamp may follow the value.
    const value = Number(/^[^{\s]+(?:\{.*\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line)?.[1] ?? NaN)
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) continue
    const values = samples.get(name)
    if (values) values.push(value)
    else samples.set(name, [value])
  }
  return samples
}

function first(samples: ReadonlyMap<string, number[]>, names: readonly string[]): number[] | undefined {
  for (const name of names) {
    const values = samples.get(name)
    if (values) return values
  }
  return undefined
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
