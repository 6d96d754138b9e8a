import { hash } from 'node:crypto'
import { ResponseInvalidError } from '../errors.ts'
import type { ChatMessage, Prompt, Reply, RequestBody, Sampling } from '../rows.ts'

/**
 * Top-level fields that `extraBody` may not set: what the request is about, and what would turn the answer into one
 * that `parseReply` does not read (a stream, or several paid-for choices of which one is kept).
 */
export const reservedFields: readonly string[] = ['model', 'messages', 'prompt', 'stream', 'n']

export interface EncodeOptions {
  readonly model: string
  readonly sampling: Sampling
  /** 0-based index among the samples of one prompt, `0.1` where it is asked again; part of the key, not of the body. */
  readonly sample: number | string
  /** Vendor fields for the top level of the body. They win over `sampling`; reserved fields are left out. */
  readonly extraBody: Readonly<Record<string, unknown>>
}

/** What makes vLLM, SGLang and llama.cpp go on with the last message instead of answering it. */
const goOn = { continue_final_message: true, add_generation_prompt: false }

/**
 * Make a prompt ready to send. The key is the first 128 bits of SHA-256 over shape, sample index and body. The body has
 * one spelling: fixed field order, objects inside `extraBody` sorted by key, well-formed Unicode. So the same request
 * has the same key in every run, however its options were put together.
 */
export function encodeRequest(prompt: Prompt, options: EncodeOptions): RequestBody {
  const { temperature, top_p, max_tokens, stop: stops, seed } = options.sampling
  const { model } = options
  const stop = stops?.length ? stops : undefined
  // Two literals, since spreading one into the other takes longer than writing the JSON.
  const fields = prompt.shape === 'chat'
    ? { model, messages: prompt.messages.map(plainMessage), temperature, top_p, max_tokens, stop, seed }
    : { model, prompt: prompt.prompt, temperature, top_p, max_tokens, stop, seed }
  const extraBody = prompt.shape === 'chat' && prompt.messages.at(-1)?.role === 'assistant' ? { ...goOn, ...options.extraBody } : options.extraBody
  const text = JSON.stringify(Object.assign(fields, vendorFields(extraBody)))
  const body = wellFormed(text)
  const key = hash('sha256', `${prompt.shape}\n${options.sample}\n${body}`, 'hex').slice(0, 32)
  return { shape: prompt.shape, body, key }
}

/** The model that a request names. For error messages: it parses the whole body. */
export function modelOf(request: RequestBody): string {
  return String(record(JSON.parse(request.body))?.['model'])
}

/**
 * Most completion tokens that a request asks for; null where it sets no bound. Read from the text, since parsing takes
 * longer than sending: in JSON a quote within a text is escaped, so this can only be a key.
 */
export function maxTokensOf({ body }: RequestBody): number | null {
  // It stands near the end: one search for what both names end with.
  for (let at = body.lastIndexOf('_tokens":'); at > 0; at = body.lastIndexOf('_tokens":', at - 1)) {
    const number = /"max(?:_completion)?_tokens":(\d+)[,}]/.exec(body.slice(Math.max(0, at - 16), at + 40))?.[1]
    if (number !== undefined) return Number(number)
  }
  return null
}

/** The least that can be asked of the model that `request` names: does it complete anything at all? */
export function canary(request: RequestBody): RequestBody {
  const prompt: Prompt = request.shape === 'chat'
    ? { shape: 'chat', messages: [{ role: 'user', content: 'Hello' }] }
    : { shape: 'completion', prompt: 'Hello' }
  return encodeRequest(prompt, { model: modelOf(request), sampling: { max_tokens: 1 }, sample: 0, extraBody: {} })
}

/** A reply as far as the body tells; the pool adds who answered and how fast. `model` is empty where it is left out. */
export type ParsedReply = Omit<Reply, 'latencyMs' | 'endpoint'>

/**
 * Read the body of a 200. Of several choices the first counts.
 * @throws ResponseInvalidError where it is no completion: not JSON, an error object, no choices
 */
export function parseReply(shape: Prompt['shape'], body: string): ParsedReply {
  const root = answerObject(body)
  return readChoice(shape, root, Array.isArray(root['choices']) ? root['choices'][0] : undefined, body)
}

/** The body of a 200. @throws ResponseInvalidError where it is no JSON object */
export function answerObject(body: string): Record<string, unknown> {
  const root = record(parseJson(body))
  if (!root) throw new ResponseInvalidError(`answer is not a JSON object: ${excerpt(body)}`)
  return root
}

/**
 * Read one choice of the answer `root`, with the usage of the whole.
 * Real servers leave out, rename or null nearly everything, so only what carries the text is insisted on.
 * @throws ResponseInvalidError
 */
export function readChoice(shape: Prompt['shape'], root: Record<string, unknown>, given: unknown, body: string): ParsedReply {
  const choice = record(given)
  // OpenRouter reports an upstream's failure inside the choice.
  const complaint = errorObject(root) ?? (choice ? errorObject(choice) : gatewayMessage(root))
  if (complaint) throw new ResponseInvalidError(`answer is an error with status 200: ${complaint.message}`)
  if (!choice) throw new ResponseInvalidError(`answer has no choices: ${excerpt(body)}`)
  const message = record(choice['message'])
  const content = shape === 'chat' ? (message ?? choice['text']) : (choice['text'] ?? message)
  if (content === undefined || content === null) throw new ResponseInvalidError('answer has a choice without a text')
  const finishReason = string(choice['finish_reason']) || 'unknown'
  // SGLang and vLLM answer 200 with what they had when they gave a generation up.
  if (finishReason === 'abort') throw new ResponseInvalidError('generation was given up by the server')
  const { text, reasoning } = typeof content === 'string'
    ? { text: content, reasoning: null }
    : readMessage(record(content) ?? {}, finishReason)
  return { text, finishReason, usage: readUsage(record(root['usage'])), reasoning, model: string(root['model']) }
}

/** What a server says in a body that is an error, as text for people and as a code for machines. */
export interface Complaint {
  readonly message: string
  /** As text also where the server sends a number; null where there is none. */
  readonly code: string | null
}

/** Read the body of an error status: OpenAI, vLLM, FastAPI or llama.cpp JSON, plain text or HTML. Never throws. */
export function parseError(status: number, body: string): Complaint {
  const root = record(parseJson(body))
  const known = root && (errorObject(root) ?? gatewayMessage(root))
  if (known) return known
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]
  const text = title ?? (/^\s*</.test(body) ? body.replace(/<[^>]*>/g, ' ') : body)
  return { message: excerpt(text) || `status ${status} without a message`, code: null }
}

/** One entry of `GET /v1/models`. */
export interface ModelInfo {
  readonly id: string
  /** Context length in tokens, null where the server does not say. */
  readonly maxModelLen: number | null
}

/**
 * Read the body of `GET /v1/models`.
 * @throws ResponseInvalidError where it is no list of models
 */
export function parseModels(body: string): ModelInfo[] {
  const data = record(parseJson(body))?.['data']
  if (!Array.isArray(data)) throw new ResponseInvalidError(`answer is no list of models: ${excerpt(body)}`)
  return data.flatMap((entry) => {
    const model = record(entry)
    const id = string(model?.['id'])
    // vLLM and SGLang; OpenRouter and others; llama.cpp.
    const length = model?.['max_model_len'] ?? model?.['context_length'] ?? record(model?.['meta'])?.['n_ctx']
    return id ? [{ id, maxModelLen: typeof length === 'number' && length > 0 ? length : null }] : []
  })
}

/** The two fields in their order, whatever else or however the message was put together. */
function plainMessage({ role, content }: ChatMessage): ChatMessage {
  return { role, content }
}

function vendorFields(extraBody: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of Object.keys(extraBody).sort()) {
    if (!reservedFields.includes(name)) fields[name] = sorted(extraBody[name])
  }
  return fields
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  const object = record(value)
  if (!object) return value
  return Object.fromEntries(Object.keys(object).sort().map((name) => [name, sorted(object[name])]))
}

/**
 * JSON.stringify spells a lone surrogate as an escape, and servers answer that with 400. Escaped backslashes are
 * matched too, and kept, so that a document that merely talks about `\ud800` is left alone.
 */
function wellFormed(json: string): string {
  if (!json.includes('\\ud')) return json
  return json.replace(/\\(?:\\|ud[89a-f][0-9a-f]{2})/g, (escape) => (escape === '\\\\' ? escape : '\ufffd'))
}

function readMessage(message: Record<string, unknown>, finishReason: string): Pick<Reply, 'text' | 'reasoning'> {
  const { text, thought } = readContent(message['content'])
  const apart = string(message['reasoning_content']) || string(message['reasoning']) || thought
  // A model that declines in the structured way has said that and nothing else.
  const split = splitThinking(text || string(message['refusal']), finishReason)
  return { text: split.text, reasoning: apart || split.thought || null }
}

/** Content is text, null beside tool calls or reasoning, or a list of parts (Mistral: thinking and text). */
function readContent(content: unknown): { text: string, thought: string } {
  if (!Array.isArray(content)) return { text: string(content), thought: '' }
  const parts = content.map((part) => record(part) ?? {})
  return {
    text: parts.map((part) => string(part['text'])).join(''),
    thought: parts.map((part) => readContent(part['thinking']).text).join(''),
  }
}

/**
 * Servers started without a reasoning parser leave the thinking in the text. The opening tag is missing where the chat
 * template has put it into the prompt; the closing one where the tokens ran out.
 */
function splitThinking(content: string, finishReason: string): { text: string, thought: string } {
  const opened = /^\s*<think>/.exec(content)
  const from = opened ? opened[0].length : 0
  const end = content.indexOf('</think>', from)
  if (end >= 0 && (opened || !content.slice(0, end).includes('<think>'))) {
    return { text: content.slice(end + '</think>'.length).trimStart(), thought: content.slice(from, end).trim() }
  }
  if (opened && finishReason === 'length') return { text: '', thought: content.slice(from).trim() }
  return { text: content, thought: '' }
}

function readUsage(usage: Record<string, unknown> | undefined): Reply['usage'] {
  const completion = usage?.['completion_tokens']
  if (typeof completion !== 'number') return null
  return {
    promptTokens: number(usage?.['prompt_tokens']),
    cachedPromptTokens: number(record(usage?.['prompt_tokens_details'])?.['cached_tokens']),
    completionTokens: completion,
  }
}

/** OpenAI and llama.cpp `{error: {message, code}}`, `{error: text}`, vLLM `{object: 'error', message, code}`. */
function errorObject(holder: Record<string, unknown>): Complaint | undefined {
  const { error } = holder
  if (typeof error === 'string' && error) return { message: excerpt(error), code: null }
  const said = record(error) ?? (holder['object'] === 'error' ? holder : undefined)
  if (!said) return undefined
  const code = said['code'] ?? said['type']
  return { message: excerpt(string(said['message']) || JSON.stringify(said)), code: code == null ? null : String(code) }
}

/** FastAPI `{detail}`, text or one entry a field; gateways' `{message}`. */
function gatewayMessage(root: Record<string, unknown>): Complaint | undefined {
  const said = root['detail'] ?? root['message']
  if (said === undefined || said === null) return undefined
  return { message: excerpt(Array.isArray(said) ? said.map(fieldProblem).join('; ') : text(said)), code: null }
}

/** FastAPI reports one `{loc: ['body', 'messages'], msg}` for each field. */
function fieldProblem(problem: unknown): string {
  const { loc, msg } = record(problem) ?? {}
  return typeof msg === 'string' ? `${Array.isArray(loc) ? `${loc.join('.')}: ` : ''}${msg}` : text(problem)
}

/** The first words of something that a server sent, on one line. */
function excerpt(body: string): string {
  const line = body.slice(0, 2000).replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}...` : line
}

/** undefined where it is no JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body)
  } catch {
    return undefined
  }
}

/** undefined where it is no object. */
export function record(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? (value as Record<string, unknown>) : undefined
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
