/**
 * What the engine is asked to do for one prompt.
 * @typedef {object} Work
 * @property {number} promptTokens
 * @property {readonly number[]} hashes one for each full block of the prompt
 * @property {number} outputTokens how many tokens will be generated
 * @property {(sequence: Sequence) => void} [onDone] called at the simulated moment of the last token
 */

/** One prompt on its way through the engine. Times are simulated seconds. */
export class Sequence {
  /** @type {'waiting' | 'running' | 'done' | 'aborted'} */
  state = 'waiting'
  /** Output tokens so far; a preemption takes none of them back. */
  generated = 0
  /** Tokens whose keys and values are in the cache. */
  computed = 0
  /** The most `computed` ever was: what lies under it and is computed again was lost to a preemption. */
  highWater = 0
  /** Tokens of the step under way. */
  scheduled = 0
  /** Prompt tokens found in the cache when it first ran: what `usage` calls cached_tokens. */
  cached = 0
  preemptions = 0
  /** Hashes of shared blocks, from the start of the prompt on. @type {number[]} */
  held = []
  /** Blocks of its own. */
  own = 0
  /** Prompt blocks that were offered to the cache, or found in it. */
  published = 0
  startedAt = NaN
  firstTokenAt = NaN
  doneAt = NaN

  /**
   * @param {Work} work
   * @param {number} arrivedAt
   */
  constructor(work, arrivedAt) {
    this.promptTokens = work.promptTokens
    this.hashes = work.hashes
    this.outputTokens = work.outputTokens
    this.onDone = work.onDone
    this.arrivedAt = arrivedAt
  }

  /** Tokens known: the prompt and what was generated. */
  get tokens() {
    return this.promptTokens + this.generated
  }
}
