import { answerText } from './answer.js'

/** @typedef {import('./request.js').Ask} Ask */
/** @typedef {import('./answer.js').Answer} Answer */

/**
 * A request that is being answered.
 * @typedef {object} Job
 * @property {Ask} ask
 * @property {string} id
 * @property {number} created seconds since the epoch
 * @property {string} model
 * @property {Answer[]} answers one for each prompt
 * @property {import('./sequence.js').Sequence[]} sequences one for each prompt
 * @property {boolean} cachedInUsage
 */

/** One usage for all prompts of a request, as vLLM counts it. @param {Job} job */
export function usageOf({ ask, sequences, cachedInUsage }) {
  const prompt = sum(ask.promptTokens)
  const completion = sum(sequences.map(({ generated }) => generated))
  const cached = sum(sequences.map((sequence) => sequence.cached))
  return {
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens: completion,
    prompt_tokens_details: cachedInUsage ? { cached_tokens: cached } : null,
  }
}

/**
 * The whole answer to a request that does not stream.
 * @param {Job} job
 * @param {{ usage?: boolean, aborted?: boolean }} [how] without usage; given up after half of the text
 */
export function wholeReply(job, { usage = true, aborted = false } = {}) {
  const { ask, id, created, model } = job
  const choices = job.answers.map((answer, index) => {
    const text = answerText(answer, aborted ? Math.ceil(answer.tokens / 2) : answer.tokens)
    const end = { logprobs: null, finish_reason: aborted ? 'abort' : answer.finishReason, stop_reason: null }
    return ask.shape === 'chat'
      ? { index, message: { role: 'assistant', content: text, refusal: null, reasoning: null, tool_calls: [] }, ...end }
      : { index, text, ...end }
  })
  const object = ask.shape === 'chat' ? 'chat.completion' : 'text_completion'
  return { id, object, created, model, choices, ...(usage ? { usage: usageOf(job) } : {}) }
}

/**
 * One event of a stream.
 * @param {Job} job
 * @param {number} index of the prompt
 * @param {string} text
 * @param {{ first?: boolean, finishReason?: string | null }} [how] first: opens a chat message
 */
export function streamChunk({ ask, id, created, model }, index, text, { first = false, finishReason = null } = {}) {
  if (ask.shape === 'completion') {
    const choice = { index, text, logprobs: null, finish_reason: finishReason, stop_reason: null }
    return event({ id, object: 'text_completion', created, model, choices: [choice] })
  }
  const delta = first ? { role: 'assistant', content: text } : { content: text }
  const choice = { index, delta, logprobs: null, finish_reason: finishReason }
  return event({ id, object: 'chat.completion.chunk', created, model, choices: [choice] })
}

/** The event that carries usage, after the last text. @param {Job} job */
export function usageChunk(job) {
  const { id, created, model, ask } = job
  const object = ask.shape === 'chat' ? 'chat.completion.chunk' : 'text_completion'
  return event({ id, object, created, model, choices: [], usage: usageOf(job) })
}

export const streamEnd = 'data: [DONE]\n\n'

/** @param {unknown} data */
export function event(data) {
  return `data: ${JSON.stringify(data)}\n\n`
}

/**
 * An error body: nested as OpenAI and vLLM since 0.10 write it, flat as vLLM before that and SGLang do.
 * @param {'nested' | 'flat'} style
 * @param {{ status: number, type: string, message: string, param?: string | null }} error
 */
export function errorBody(style, { status, type, message, param = null }) {
  return style === 'nested'
    ? { error: { message, type, param, code: status } }
    : { object: 'error', message, type, param, code: status }
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
