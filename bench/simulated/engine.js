import { BlockPool } from './block-pool.js'
import { zeroCounters } from './counters.js'
import { Sequence } from './sequence.js'
import { blockSize } from './tokens.js'
import { WaitingQueue } from './waiting-queue.js'

/**
 * What one step computes, while it is chosen.
 * @typedef {{ budget: number, decodes: number, kv: number, prefill: number, recomputed: number }} Load
 * @typedef {object} EngineSettings
 * @property {number} maxNumSeqs sequences in one step
 * @property {number} maxNumBatchedTokens prompt and decode tokens in one step
 * @property {number} kvTokens room in the KV cache
 * @property {boolean} prefixCache
 * @property {number} baseMs a step costs this,
 * @property {number} perSeqMs this for each decoding sequence,
 * @property {number} perKvTokenMs this for each cached token that they read,
 * @property {number} prefillTokensPerS and a second for so many prompt tokens
 */

/**
 * An inference engine with continuous batching and chunked prefill, as the scheduler of vLLM's V1 engine, simulated
 * step by step. Pure: time is what `advance` says, nothing is random, no text is touched. Times are simulated seconds.
 */
export class Engine {
  now = 0
  counters = zeroCounters()
  /** @type {Sequence[]} in order of admission */
  #running = []
  #waiting = new WaitingQueue()
  #stepEnd = Infinity
  /** Of the step under way. @type {Load} */
  #load = { budget: 0, decodes: 0, kv: 0, prefill: 0, recomputed: 0 }
  #paused = false
  /** In `#complete`: what its callbacks add waits for the step after it. */
  #completing = false
  /** @type {EngineSettings} */
  #settings
  /** @type {BlockPool} */
  #pool

  /** @param {EngineSettings} settings */
  constructor(settings) {
    this.#settings = { ...settings }
    this.#pool = this.#emptyPool()
  }

  get settings() {
    return this.#settings
  }

  get running() {
    return this.#running.length
  }

  get waiting() {
    return this.#waiting.size
  }

  /** Share of the KV cache that is held, 0 to 1. */
  get kvUsage() {
    return this.#pool.usage
  }

  get paused() {
    return this.#paused
  }

  /** When something happens next by itself; Infinity where nothing will. */
  get nextEventAt() {
    if (this.#stepEnd !== Infinity) return this.#stepEnd
    return this.#paused || this.running + this.waiting === 0 ? Infinity : this.now
  }

  /**
   * @param {import('./sequence.js').Work} work
   * @param {number} [at] not before `now`; default: now
   */
  add(work, at = this.now) {
    if (at > this.now) this.advance(at)
    const sequence = new Sequence(work, this.now)
    this.#waiting.push(sequence)
    this.counters.added++
    return sequence
  }

  /** Drop a sequence that nobody waits for any more. @param {Sequence} sequence */
  abort(sequence) {
    if (sequence.state === 'done' || sequence.state === 'aborted') return
    if (sequence.state === 'running') this.#leave(sequence)
    else this.#waiting.remove(sequence)
    sequence.state = 'aborted'
    this.counters.aborted++
    this.counters.lostTokens += sequence.generated
  }

  /**
   * Let simulated time pass.
   * @param {number} to
   * @param {() => boolean} [enough] asked after every step; true stops early
   * @returns {boolean} false where it stopped before `to`
   */
  advance(to, enough) {
    if (this.#completing) throw new Error('advance() called from onDone')
    if (this.#stepEnd === Infinity) this.#begin()
    while (this.#stepEnd <= to) {
      this.#moveTo(this.#stepEnd)
      this.#complete()
      this.#begin()
      if (enough?.()) return false
    }
    this.#moveTo(Math.max(this.now, to))
    return true
  }

  /**
   * Takes effect with the next step; `kvTokens` and `prefixCache` with the next `clear`.
   * @param {Partial<EngineSettings>} settings
   */
  configure(settings) {
    this.#settings = { ...this.#settings, ...settings }
  }

  /** The step under way ends, no other begins. */
  pause() {
    this.#paused = true
  }

  resume() {
    this.#paused = false
  }

  /** As after a crash: every sequence is lost, the cache is empty. */
  clear() {
    for (const sequence of [...this.#running, ...this.#waiting.list()]) this.abort(sequence)
    this.#stepEnd = Infinity
    this.#paused = false
    this.#pool = this.#emptyPool()
  }

  /** Choose what the next step computes, and how long that takes. */
  #begin() {
    if (this.#paused) return
    /** @type {Load} */
    const load = { budget: this.#settings.maxNumBatchedTokens, decodes: 0, kv: 0, prefill: 0, recomputed: 0 }
    const preempted = this.#scheduleRunning(load)
    // Where room had to be made there is none for others.
    if (!preempted) this.#scheduleWaiting(load)
    if (load.decodes + load.prefill === 0) return
    const { baseMs, perSeqMs, perKvTokenMs, prefillTokensPerS } = this.#settings
    const seconds = (baseMs + perSeqMs * load.decodes + perKvTokenMs * load.kv) / 1000 + load.prefill / prefillTokensPerS
    this.#stepEnd = this.now + seconds
    this.#load = load
  }

  /** @param {Load} load */
  #scheduleRunning(load) {
    let preempted = false
    for (let i = 0; i < this.#running.length; i++) {
      const sequence = /** @type {Sequence} */ (this.#running[i])
      sequence.scheduled = 0
      const tokens = Math.min(sequence.tokens - sequence.computed, load.budget)
      if (tokens === 0) continue
      const blocks = blocksFor(sequence.computed + tokens) - sequence.held.length - sequence.own
      while (sequence.state === 'running' && !this.#pool.take(blocks)) {
        this.#preempt(/** @type {Sequence} */ (this.#running.at(-1)))
        preempted = true
      }
      if (sequence.state !== 'running') break
      sequence.own += blocks
      this.#schedule(sequence, tokens, load)
    }
    return preempted
  }

  /** @param {Load} load */
  #scheduleWaiting(load) {
    while (this.running < this.#settings.maxNumSeqs && load.budget > 0 && this.waiting > 0) {
      const sequence = /** @type {Sequence} */ (this.#waiting.first)
      // The last token is always computed: its output is the first new token.
      const found = this.#pool.match(sequence.hashes, Math.floor((sequence.tokens - 1) / blockSize))
      const cached = found * blockSize
      const tokens = Math.min(sequence.tokens - cached, load.budget)
      const blocks = blocksFor(cached + tokens) - found
      if (!this.#pool.admit(sequence.hashes, found, blocks)) return
      this.#waiting.shift()
      sequence.state = 'running'
      sequence.held = sequence.hashes.slice(0, found)
      sequence.own = blocks
      sequence.computed = cached
      sequence.published = found
      if (Number.isNaN(sequence.startedAt)) {
        sequence.startedAt = this.now
        sequence.cached = cached
        sequence.highWater = cached
        this.counters.queriedTokens += sequence.tokens
        this.counters.cachedTokens += cached
      }
      this.#running.push(sequence)
      this.#schedule(sequence, tokens, load)
    }
  }

  /**
   * @param {Sequence} sequence
   * @param {number} tokens
   * @param {Load} load
   */
  #schedule(sequence, tokens, load) {
    sequence.scheduled = tokens
    load.budget -= tokens
    const end = sequence.computed + tokens
    if (sequence.generated > 0 && tokens === 1 && end === sequence.tokens) {
      load.decodes++
      load.kv += sequence.computed
      return
    }
    load.prefill += tokens
    load.recomputed += Math.max(0, Math.min(end, sequence.highWater) - sequence.computed)
    // vLLM lets others find a block from the moment it is scheduled, in the same step too.
    const full = Math.min(Math.floor(end / blockSize), sequence.hashes.length)
    for (; sequence.published < full; sequence.published++) {
      const hash = /** @type {number} */ (sequence.hashes[sequence.published])
      if (!this.#pool.publish(hash)) continue
      sequence.held.push(hash)
      sequence.own--
    }
  }

  /** The end of a step: tokens come out, sequences end. */
  #complete() {
    const { counters } = this
    const done = []
    this.#stepEnd = Infinity
    counters.steps++
    counters.prefillTokens += this.#load.prefill
    counters.recomputedTokens += this.#load.recomputed
    for (const sequence of this.#running) {
      if (sequence.scheduled === 0) continue
      sequence.computed += sequence.scheduled
      sequence.scheduled = 0
      if (sequence.computed > sequence.highWater) sequence.highWater = sequence.computed
      if (sequence.computed < sequence.tokens) continue
      if (sequence.generated++ === 0) {
        sequence.firstTokenAt = this.now
        counters.promptTokens += sequence.promptTokens
      }
      counters.generatedTokens++
      if (sequence.generated >= sequence.outputTokens) done.push(sequence)
    }
    if (done.length === 0) return
    for (const sequence of done) {
      sequence.state = 'done'
      sequence.doneAt = this.now
      this.#letGo(sequence)
    }
    counters.finished += done.length
    this.#running = this.#running.filter(({ state }) => state === 'running')
    this.#completing = true
    try {
      for (const sequence of done) sequence.onDone?.(sequence)
    } finally {
      this.#completing = false
    }
  }

  /** Its cache is lost, its tokens are not: it starts again with all of them as prompt. @param {Sequence} sequence */
  #preempt(sequence) {
    this.#leave(sequence)
    sequence.state = 'waiting'
    sequence.preemptions++
    this.#waiting.putBack(sequence)
    this.counters.preemptions++
  }

  /** @param {Sequence} sequence */
  #leave(sequence) {
    this.#running.splice(this.#running.lastIndexOf(sequence), 1)
    this.#letGo(sequence)
  }

  /** @param {Sequence} sequence */
  #letGo(sequence) {
    this.#pool.release(sequence.held, sequence.own)
    sequence.held = []
    sequence.own = 0
  }

  /** @param {number} at */
  #moveTo(at) {
    const seconds = at - this.now
    this.now = at
    this.counters.slotSeconds += seconds * this.#settings.maxNumSeqs
    this.counters.runningSeconds += seconds * this.running
    this.counters.waitingSeconds += seconds * this.waiting
    if (this.#stepEnd !== Infinity) this.counters.busySeconds += seconds
  }

  #emptyPool() {
    const { kvTokens, prefixCache } = this.#settings
    return new BlockPool(Math.floor(kvTokens / blockSize), prefixCache)
  }
}

/** @param {number} tokens */
function blocksFor(tokens) {
  return Math.ceil(tokens / blockSize)
}
