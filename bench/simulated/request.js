import { countTokens } from './tokens.js'

/** @typedef {'chat' | 'completion'} Shape */

/**
 * One HTTP request for completions, understood.
 * @typedef {object} Ask
 * @property {Shape} shape
 * @property {string[]} prompts one; several for a prompt array
 * @property {number[]} promptTokens of each
 * @property {number[]} maxTokens of each
 * @property {number} minTokens
 * @property {boolean} ignoreEos
 * @property {boolean} stream
 * @property {boolean} includeUsage at the end of a stream
 * @property {string} sampling what an answer depends on beside its prompt, as text
 */

/** An answer that is an error, as vLLM words it. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} type
   * @param {string} message
   * @param {string | null} param
   */
  constructor(status, type, message, param = null) {
    super(message)
    this.status = status
    this.type = type
    this.param = param
  }
}

/** What an answer does not depend on: the prompt has its own place, and the rest only cuts or packs it. */
const besides = new Set(['messages', 'prompt', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'min_tokens'])

/** vLLM's for raw completions; a chat without max_tokens may fill the context. */
const completionMaxTokens = 16

/**
 * @param {Shape} shape
 * @param {string} text the body
 * @param {{ model: string, maxModelLen: number, poison: string }} served
 * @returns {Ask}
 * @throws Refusal
 */
export function readRequest(shape, text, { model, maxModelLen, poison }) {
  const body = parse(text)
  const prompts = shape === 'chat' ? [chatPrompt(body)] : rawPrompts(body.prompt)
  if (body.model !== undefined && body.model !== model) {
    throw new Refusal(404, 'NotFoundError', `The model \`${body.model}\` does not exist.`, 'model')
  }
  const minTokens = Number(body.min_tokens ?? 0)
  const asked = body.max_completion_tokens ?? body.max_tokens
  if (asked !== undefined && asked !== null && !(Number.isInteger(asked) && /** @type {number} */ (asked) >= 1)) {
    throw bad(`max_tokens must be at least 1, got ${asked}.`, 'max_tokens')
  }
  const promptTokens = prompts.map(countTokens)
  const maxTokens = promptTokens.map((tokens) => {
    const left = maxModelLen - tokens
    const wanted = asked ?? (shape === 'chat' ? Math.max(1, left) : completionMaxTokens)
    const most = Number(wanted)
    if (most > left) throw tooLong(maxModelLen, tokens, most, shape)
    return most
  })
  for (const prompt of prompts) {
    if (!prompt.isWellFormed()) throw bad("'utf-8' codec can't encode characters: surrogates not allowed")
    if (poison && prompt.includes(poison)) throw bad('this prompt is poison')
  }
  const sampling = JSON.stringify([shape, Object.entries(body).filter(([name]) => !besides.has(name))])
  const stream = body.stream === true
  const options = /** @type {{ include_usage?: boolean } | undefined} */ (body.stream_options)
  const includeUsage = stream && options?.include_usage === true
  return { shape, prompts, promptTokens, maxTokens, minTokens, ignoreEos: body.ignore_eos === true, stream, includeUsage, sampling }
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parse(text) {
  let body
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw bad(`[{'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error', 'ctx': {'error': '${/** @type {Error} */ (error).message}'}}]`)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('Input should be a valid dictionary')
  return body
}

/**
 * The messages behind a chat template. Equal beginnings stay equal, so that the prefix cache finds them.
 * @param {Record<string, unknown>} body
 */
function chatPrompt({ messages, add_generation_prompt: open = true }) {
  if (!Array.isArray(messages) || messages.length === 0) throw bad("[{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required'}]")
  let prompt = ''
  for (const { role, content } of messages) prompt += `<|${role}|>\n${contentText(content)}\n`
  // What continues a message must not close it.
  return open === false ? prompt.slice(0, -1) : `${prompt}<|assistant|>\n`
}

/** @param {unknown} content text, or parts as for images */
function contentText(content) {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw bad("[{'type': 'string_type', 'loc': ('body', 'messages', 'content')}]")
  return content.map((part) => String(part?.text ?? '')).join('')
}

/**
 * @param {unknown} prompt
 * @returns {string[]}
 */
function rawPrompts(prompt) {
  const prompts = Array.isArray(prompt) ? prompt : [prompt]
  if (prompts.length > 0 && prompts.every((each) => typeof each === 'string')) return prompts
  throw bad("[{'type': 'string_type', 'loc': ('body', 'prompt'), 'msg': 'Input should be a string or a list of strings (token ids are not simulated)'}]")
}

/** @param {string} message @param {string | null} param */
function bad(message, param = null) {
  return new Refusal(400, 'BadRequestError', message, param)
}

/** @param {number} length @param {number} prompt @param {number} output @param {Shape} shape */
function tooLong(length, prompt, output, shape) {
  const [where, all] = shape === 'chat' ? ['messages', 'messages or completion'] : ['prompt', 'prompt or completion']
  return bad(
    `This model's maximum context length is ${length} tokens. However, you requested ${prompt + output} tokens ` +
    `(${prompt} in the ${where}, ${output} in the completion). Please reduce the length of the ${all}.`,
  )
}
