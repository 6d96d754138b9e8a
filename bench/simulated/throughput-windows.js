import { zeroCounters } from './counters.js'

/**
 * One stretch of simulated time.
 * @typedef {object} Window
 * @property {number} at where it starts, simulated seconds
 * @property {number} seconds how long it is: as asked, and up to the end of the step under way; longer where nobody asked for anything
 * @property {number} tokens_per_s generated
 * @property {number} prefill_tokens_per_s
 * @property {number} running mean
 * @property {number} waiting mean
 * @property {number} finished sequences
 */

/**
 * What an engine did, in windows of about equal length: each ends with the first look after its time. Looked at between
 * steps only, so that no window has a part of a step without its tokens.
 */
export class ThroughputWindows {
  /** @type {Window[]} */
  #list = []
  #seconds
  #from = 0
  #before = zeroCounters()

  /** @param {number} seconds length of a window, simulated */
  constructor(seconds) {
    this.#seconds = seconds
  }

  /** Look at the engine, between two steps. @param {{ now: number, counters: import('./counters.js').Counters }} engine */
  add({ now, counters }) {
    const before = this.#before
    const seconds = now - this.#from
    if (seconds < this.#seconds) return
    const rate = (/** @type {keyof typeof counters} */ name) => (counters[name] - before[name]) / seconds
    this.#list.push({
      at: this.#from,
      seconds,
      tokens_per_s: rate('generatedTokens'),
      prefill_tokens_per_s: rate('prefillTokens'),
      running: rate('runningSeconds'),
      waiting: rate('waitingSeconds'),
      finished: counters.finished - before.finished,
    })
    this.#from = now
    this.#before = { ...counters }
  }

  list() {
    return this.#list
  }

  last() {
    return this.#list.at(-1)
  }
}
