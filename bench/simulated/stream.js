import { answerText } from './answer.js'
import { event, streamChunk, streamEnd, usageChunk } from './reply.js'
import { generationError, openStream, reset } from './send.js'
import { charsPerToken } from './tokens.js'

/** Faults that end a stream after half of its tokens. */
const halfway = new Set(['reset-body', 'truncated', 'malformed', 'error-vllm', 'error-sglang', 'abort'])

/** Sends what the engine has generated since the last look, as server-sent events. */
export class Stream {
  #response
  #job
  #rule
  /** @type {string[]} */
  #texts
  /** @type {number[]} tokens sent of each answer */
  #sent
  #open = false

  /**
   * @param {import('node:http').ServerResponse} response
   * @param {import('./reply.js').Job} job
   * @param {import('./faults.js').FaultRule | null} rule
   */
  constructor(response, job, rule) {
    this.#response = response
    this.#job = job
    this.#rule = rule
    this.#texts = job.answers.map((answer) => answerText(answer))
    this.#sent = job.answers.map(() => 0)
  }

  /** @returns {boolean} true once everything is sent, or a fault has ended it */
  flush() {
    const { sequences, answers, ask } = this.#job
    let text = ''
    for (const [i, { generated }] of sequences.entries()) {
      const sent = this.#sent[i] ?? 0
      const answer = answers[i]
      if (answer === undefined || generated === sent) continue
      this.#sent[i] = generated
      const piece = (this.#texts[i] ?? '').slice(sent * charsPerToken, generated * charsPerToken)
      const finishReason = generated === answer.tokens ? answer.finishReason : null
      text += streamChunk(this.#job, i, piece, { first: sent === 0, finishReason })
    }
    if (text && !this.#open) {
      this.#open = true
      openStream(this.#response)
    }
    const kind = this.#rule?.kind
    if (kind && halfway.has(kind) && sequences.every(({ generated }, i) => generated >= (answers[i]?.tokens ?? 0) / 2)) {
      this.#breakOff(kind)
      return true
    }
    if (sequences.every(({ generated }, i) => generated === answers[i]?.tokens)) {
      const usage = ask.includeUsage && kind !== 'no-usage' ? usageChunk(this.#job) : ''
      this.#response.end(text + usage + streamEnd)
      return true
    }
    if (text) this.#response.write(text)
    return false
  }

  /** @param {string} kind */
  #breakOff(kind) {
    const response = this.#response
    switch (kind) {
      case 'reset-body': return response.write(': halfway\n\n', () => reset(response))
      case 'truncated': return response.end()
      case 'malformed': return response.end(`data: {'choices': [{'delta'\n\n${streamEnd}`)
      case 'abort': return response.end(streamChunk(this.#job, 0, '', { finishReason: 'abort' }) + streamEnd)
      case 'error-sglang': return response.end(event({ error: generationError('flat') }) + streamEnd)
      default: return response.end(event(generationError('nested')) + streamEnd)
    }
  }
}
