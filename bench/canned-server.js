/**
 * An OpenAI-compatible server that answers every completion with text made beforehand, as cheaply as Node can: raw
 * sockets, whole answers as ready-made buffers, in a process of its own. It measures clients, so it must never be what
 * they wait for; `GET /stats` tells how busy it was.
 *
 *   node bench/canned-server.js [--latency MS] [--max-concurrency N] [--texts N] [--chars N] [--seed N] [--classified N]
 *
 * Prints its port on stdout and ends when stdin closes. `--latency` holds every answer that long; above
 * `--max-concurrency` requests wait their turn, as in a server whose batch is full. `/classify` answers for
 * `--classified` texts at once, whatever was sent. An array of prompts gets a choice for each and one usage.
 */
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { englishText } from './english.js'

/** Served by name; the texts are nobody's. */
const model = 'canned'

/** Prompt tokens of a 2 KB document and its instruction: told with every answer, whatever was asked. */
const promptTokens = 470

const { values } = parseArgs({
  options: {
    latency: { type: 'string', default: '0' },
    'max-concurrency': { type: 'string', default: 'Infinity' },
    // 8 MB of different texts: more than a Parquet page or a zstd window can fold into references.
    texts: { type: 'string', default: '4096' },
    // About 420 tokens of o200k_base.
    chars: { type: 'string', default: '2120' },
    seed: { type: 'string', default: '1' },
    classified: { type: 'string', default: '32' },
  },
})
const latency = Number(values.latency)
const slots = Number(values['max-concurrency'])

const tokensOf = new Map()

/** Exact for these texts: o200k_base never joins what a blank parts, so words can be counted once each. */
function tokensIn(text) {
  let sum = 0
  for (const [piece] of text.matchAll(/ ?\S+\n*/g)) {
    let tokens = tokensOf.get(piece)
    if (tokens === undefined) tokensOf.set(piece, (tokens = countTokens(piece)))
    sum += tokens
  }
  return sum
}

function answer(value, status = '200 OK') {
  return answerBody(JSON.stringify(value), status)
}

function answerBody(body, status = '200 OK') {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
  return Buffer.from(head + body)
}

function completion(i) {
  const text = englishText(Number(values.seed) * 1_000_003 + i, Number(values.chars))
  const tokens = tokensIn(text)
  const shared = { id: `canned-${i}`, created: 1_763_600_000, model }
  const usage = { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens }
  const end = { index: 0, finish_reason: 'stop', logprobs: null }
  return {
    tokens,
    chat: answer({ ...shared, object: 'chat.completion', choices: [{ ...end, message: { role: 'assistant', content: text } }], usage }),
    plain: answer({ ...shared, object: 'text_completion', choices: [{ ...end, text }], usage }),
    choice: JSON.stringify({ finish_reason: 'stop', logprobs: null, text }).slice(1),
  }
}

const completions = Array.from({ length: Number(values.texts) }, (_, i) => completion(i))
const meanTokens = completions.reduce((sum, { tokens }) => sum + tokens, 0) / completions.length
const models = answer({ object: 'list', data: [{ id: model, object: 'model', created: 1_763_600_000, owned_by: 'bench', max_model_len: 32_768 }] })
const probs = Array.from({ length: 24 }, (_, i) => (i + 1) / 300)
const classified = answer({
  id: 'classify-canned', object: 'list', created: 1_763_600_000, model,
  data: Array.from({ length: Number(values.classified) }, (_, index) => ({ index, label: 'canned', probs, num_classes: probs.length })),
  usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
})
const unknown = answer({ error: { message: 'no such route', type: 'not_found', code: 404 } }, '404 Not Found')

let answered = 0
let calls = 0
let open = 0
let peak = 0
const waiting = []

function stats() {
  const { user, system } = process.cpuUsage()
  return answer({ answered, calls, open, peak, waiting: waiting.length, mean_completion_tokens: meanTokens, cpu_us: user + system })
}

function arrayAnswer(prompts) {
  const some = Array.from({ length: prompts }, (_, i) => completions[(answered + i) % completions.length])
  const tokens = some.reduce((sum, completion) => sum + completion.tokens, 0)
  const usage = { prompt_tokens: promptTokens * prompts, completion_tokens: tokens, total_tokens: promptTokens * prompts + tokens }
  const choices = some.map(({ choice }, index) => `{"index":${index},${choice}`).join()
  return answerBody(`{"id":"canned","object":"text_completion","created":1763600000,"model":"${model}","choices":[${choices}],"usage":${JSON.stringify(usage)}}`)
}

function take(reply) {
  if (open >= slots) return void waiting.push(reply)
  open++
  if (open > peak) peak = open
  if (latency > 0) setTimeout(give, latency, reply)
  else give(reply)
}

function give({ socket, shape, prompts = 1 }) {
  open--
  calls++
  if (!socket.destroyed) socket.write(prompts > 1 ? arrayAnswer(prompts) : completions[answered % completions.length][shape])
  answered += prompts
  if (waiting.length > 0) take(waiting.shift())
}

function route(socket, head, body) {
  if (head.startsWith('POST ')) {
    const path = head.slice(5, head.indexOf(' ', 5))
    if (path.endsWith('/chat/completions')) return take({ socket, shape: 'chat' })
    if (path.endsWith('/classify')) return socket.write(classified)
    if (path.endsWith('/completions')) return take({ socket, shape: 'plain', prompts: promptsIn(body()) })
  }
  if (head.startsWith('GET /stats')) return socket.write(stats())
  socket.write(/^GET \S*\/models /.test(head) ? models : unknown)
}

/** @param {Buffer} body */
function promptsIn(body) {
  return body.toString('latin1', 0, 400).includes('"prompt":[') ? JSON.parse(body.toString()).prompt.length : 1
}

/** Bytes of requests in, answers out. Knows `content-length` only: the clients measured here send strings. */
function serve(socket) {
  let rest = null
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    let bytes = rest === null ? chunk : Buffer.concat([rest, chunk])
    rest = null
    while (bytes.length > 0) {
      const headEnd = bytes.indexOf('\r\n\r\n')
      if (headEnd === -1) break
      const head = bytes.latin1Slice(0, headEnd)
      const end = headEnd + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      if (bytes.length < end) break
      const request = bytes
      route(socket, head, () => request.subarray(headEnd + 4, end))
      bytes = bytes.subarray(end)
    }
    if (bytes.length > 0) rest = bytes
  })
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
process.stdin.resume()
process.stdin.on('end', () => process.exit())
