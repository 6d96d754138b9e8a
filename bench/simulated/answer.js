import { englishText } from '../english.js'
import { fractionOf, hash53 } from './hash.js'
import { charsPerToken } from './tokens.js'

/**
 * @typedef {object} AnswerSettings
 * @property {number} seed
 * @property {number} outputMean tokens of an answer, on average, where nothing cuts it short
 * @property {number} outputCv their standard deviation, as a share of the mean
 * @typedef {object} Limits
 * @property {number} maxTokens
 * @property {number} minTokens
 * @property {boolean} ignoreEos true: as long as `maxTokens` allows
 * @typedef {object} Answer
 * @property {number} tokens
 * @property {'stop' | 'length'} finishReason
 * @property {number} textSeed
 */

/**
 * How long the answer to `key` is, drawn from a lognormal distribution, and how it ends. The same for the same seed and
 * key; `limits` only cut it.
 * @param {string} key everything of a request that a model's answer depends on
 * @param {Limits} limits
 * @param {AnswerSettings} settings
 * @returns {Answer}
 */
export function answerTo(key, { maxTokens, minTokens, ignoreEos }, { seed, outputMean, outputCv }) {
  const id = hash53(key, seed)
  const variance = Math.log(1 + outputCv ** 2)
  const drawn = Math.exp(Math.log(outputMean) - variance / 2 + Math.sqrt(variance) * normal(id))
  const natural = ignoreEos ? Infinity : Math.max(1, minTokens, Math.round(drawn))
  const whole = natural <= maxTokens
  return { tokens: whole ? natural : maxTokens, finishReason: whole ? 'stop' : 'length', textSeed: id % 2 ** 32 }
}

/**
 * The text of the first `tokens` tokens of an answer: exactly so many tokens long. A longer answer from the same seed
 * starts with a shorter one that was cut.
 * @param {Answer} answer
 * @param {number} [tokens] default: all
 */
export function answerText({ tokens: all, finishReason, textSeed }, tokens = all) {
  const length = tokens * charsPerToken
  const text = englishText(textSeed, length).slice(0, length)
  return tokens === all && finishReason === 'stop' ? `${text.slice(0, -1)}.` : text
}

/** Standard normal, by Box and Muller. @param {number} id */
function normal(id) {
  const radius = Math.sqrt(-2 * Math.log(1 - fractionOf('radius', id)))
  return radius * Math.cos(2 * Math.PI * fractionOf('angle', id))
}
