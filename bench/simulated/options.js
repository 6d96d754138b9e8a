import { parseArgs } from 'node:util'
import { faultKinds, readFault } from './faults.js'
import { metricsWriters } from './metrics.js'
import { blockSize } from './tokens.js'

/**
 * @typedef {import('./engine.js').EngineSettings & import('./answer.js').AnswerSettings & {
 *   host: string, port: number, controlPort: number, model: string, apiKey: string, speed: number, maxModelLen: number,
 *   maxQueue: number, queueFullStatus: 429 | 503, metrics: keyof typeof metricsWriters | 'none', metricsInterval: number,
 *   errors: 'nested' | 'flat', cachedInUsage: boolean, keepAlive: number, poison: string, windowSeconds: number,
 *   faults: import('./faults.js').FaultRule[],
 * }} Options
 */

const metricsKinds = [...Object.keys(metricsWriters), 'none']

/**
 * Every option: how it is given, what it is where it is not, and what it does. The engine's defaults are about a
 * 1.7B model on one H100: 256 sequences give some 11,000 tokens/s before prefill takes its share.
 * @type {readonly (readonly [name: string, value: number | string | boolean, help: string, choices?: readonly (string | number)[]])[]}
 */
const table = [
  ['host', '127.0.0.1', 'address to listen on'],
  ['port', 0, 'port of the OpenAI routes; 0: any free one'],
  ['control-port', 0, 'port of the control routes'],
  ['model', 'simulated', 'name of the model that is served'],
  ['api-key', '', 'refuse requests without this key'],
  ['seed', 1, 'of lengths, texts and faults'],
  ['speed', 1, 'simulated seconds in a real one'],

  ['max-num-seqs', 256, 'sequences that decode at once'],
  ['max-num-batched-tokens', 8192, 'tokens of a step, prefill and decode'],
  ['max-model-len', 8192, 'tokens of a prompt and its answer'],
  ['kv-tokens', 400_000, 'tokens that fit into the KV cache'],
  ['prefix-cache', true, 'find the start of a prompt in the KV cache'],
  ['base-ms', 12, 'a step takes this,'],
  ['per-seq-ms', 0.03, 'this for every sequence that decodes in it,'],
  ['per-kv-token-ms', 0.000_02, 'this for every cached token that these read,'],
  ['prefill-tokens-per-s', 60_000, 'and a second for so many prompt tokens'],
  ['max-queue', Infinity, 'requests that may wait; more are refused'],
  ['queue-full-status', 503, 'with this status', [429, 503]],

  ['output-mean', 360, 'tokens of an answer (lognormal)'],
  ['output-cv', 0.6, 'their standard deviation over the mean'],
  ['cached-in-usage', true, 'tell cached_tokens in usage; vLLM does when asked to'],

  ['metrics', 'vllm', 'names at /metrics; none: 404', metricsKinds],
  ['metrics-interval', 0, 'simulated seconds for which /metrics stays as it was'],
  ['errors', 'nested', 'error bodies: {"error": {...}}, or flat as SGLang and old vLLM', ['nested', 'flat']],
  ['keep-alive', 5, 'real seconds after which idle connections are closed, as uvicorn does'],
  ['poison', '', 'prompts with this text in them are answered 400'],
  ['window-seconds', 1, 'simulated seconds of one throughput sample'],
]

const camel = (/** @type {string} */ name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())

/**
 * Read the command line.
 * @param {readonly string[]} args
 * @returns {Options | 'help'}
 * @throws TypeError that says in one line what is wrong
 */
export function readOptions(args) {
  const flags = Object.fromEntries(table.map(([name, value]) => [name, { type: /** @type {'boolean' | 'string'} */ (typeof value === 'boolean' ? 'boolean' : 'string') }]))
  const { values } = parseArgs({
    args: [...args], allowNegative: true,
    options: { ...flags, fault: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  })
  if (values.help) return 'help'
  const options = Object.fromEntries(table.map(([name, fallback, , choices]) => {
    const given = /** @type {string | boolean | undefined} */ (values[/** @type {keyof typeof values} */ (name)])
    return [camel(name), given === undefined ? fallback : readValue(name, given, fallback, choices)]
  }))
  const faults = /** @type {string[]} */ (values.fault ?? []).map(readFault)
  return check(/** @type {Options} */ (/** @type {unknown} */ ({ ...options, faults })))
}

/**
 * @param {string} name
 * @param {string | boolean} given
 * @param {string | number | boolean} fallback
 * @param {readonly (string | number)[]} [choices]
 */
function readValue(name, given, fallback, choices) {
  const value = typeof fallback === 'number' ? Number(given) : given
  if (typeof value === 'number' && !(value >= 0)) throw new TypeError(`--${name} must be a number, 0 or more, not "${given}"`)
  if (choices && !choices.includes(/** @type {string | number} */ (value))) throw new TypeError(`--${name} must be one of ${choices.join(', ')}, not "${given}"`)
  return value
}

/** @param {Options} options */
function check(options) {
  const { maxNumSeqs, maxNumBatchedTokens, maxModelLen, kvTokens } = options
  if (!(options.speed > 0)) throw new TypeError('--speed must be above 0')
  if (!(options.windowSeconds > 0)) throw new TypeError('--window-seconds must be above 0')
  if (!(options.prefillTokensPerS > 0)) throw new TypeError('--prefill-tokens-per-s must be above 0')
  if (maxNumBatchedTokens < maxNumSeqs) throw new TypeError(`--max-num-batched-tokens (${maxNumBatchedTokens}) must be at least --max-num-seqs (${maxNumSeqs})`)
  const needed = Math.ceil(maxModelLen / blockSize) * blockSize
  if (kvTokens < needed) throw new TypeError(`--kv-tokens (${kvTokens}) must hold one longest sequence: ${needed} for --max-model-len ${maxModelLen}`)
  return options
}

/** Settings that may change while running, from the body of `POST /_sim/settings`. @param {unknown} body @returns {Partial<import('./engine.js').EngineSettings>} */
export function readSettings(body) {
  const changeable = ['maxNumSeqs', 'maxNumBatchedTokens', 'baseMs', 'perSeqMs', 'perKvTokenMs', 'prefillTokensPerS']
  for (const [name, value] of Object.entries(Object(body))) {
    if (!changeable.includes(name)) throw new TypeError(`"${name}" cannot change; what can: ${changeable.join(', ')}`)
    if (!(typeof value === 'number' && value >= 0)) throw new TypeError(`${name} must be a number, 0 or more, not ${value}`)
  }
  return Object(body)
}

/** What --help prints. */
export function helpText() {
  const left = table.map(([name, value]) => (value === true ? `--no-${name}` : `--${name} ${value === '' ? 'TEXT' : value}`))
  const width = Math.max(...left.map(({ length }) => length))
  const lines = table.map(([, value, help, choices], i) => {
    const negated = value === true ? `do not ${help}` : help
    return `  ${left[i]?.padEnd(width)}  ${negated}${choices ? ` (${choices.join(', ')})` : ''}`
  })
  const kinds = Object.entries(faultKinds).map(([kind, help]) => `  ${kind.padEnd(13)} ${help}`)
  return `An inference server that only simulates: OpenAI routes, and the timing of vLLM's scheduler.

  node bench/simulated/server.js [options]

Prints {"url","control","pid"} as one line of JSON, and ends on SIGTERM or when stdin closes.

${lines.join('\n')}

  --fault KIND=SHARE     (repeat) that share of requests, drawn by seed, body and attempt, goes wrong
  --fault '{"kind":"503","share":0.5,"every":60,"lasts":5}'   half of them, for 5 of every 60 simulated seconds
  --fault '{"kind":"reset","attempts":1}'                     the first attempt of each request

${kinds.join('\n')}

Control (on a port of its own): GET /_sim/stats, /_sim/windows, /_sim/requests; POST /_sim/settings {maxNumSeqs, baseMs, ...},
/_sim/cut, /_sim/faults [...], /_sim/pause, /_sim/resume, /_sim/state {state: down | loading | up}, /_sim/restart {downSeconds, loadingSeconds}.
What is modelled and what is not: bench/simulated/README.md
`
}
