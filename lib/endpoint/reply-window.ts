/** One reply, as far as it tells how busy its server is. Times in milliseconds of one clock. */
export interface Timing {
  readonly sentAt: number
  readonly doneAt: number
  /** Completion tokens; 0 where the server does not count them. */
  readonly tokens: number
}

/** latency = startMs + tokenMs x tokens, over recent replies. */
export interface Fit {
  readonly count: number
  readonly meanMs: number
  readonly meanTokens: number
  /** Time of one token in the batch as it is now; null where lengths vary too little to tell. */
  readonly tokenMs: number | null
  /** Waiting and prefill. */
  readonly startMs: number
  /** Standard error of `startMs`. */
  readonly errorMs: number
}

/** Lengths must vary by so much of their mean before a line through them says anything. */
const minVariation = 0.08

/**
 * The last replies of one server. A reply takes as long as it waits, plus its prefill, plus its tokens one after the
 * other; the server does not tell these apart, but replies of different length do.
 */
export class ReplyWindow {
  readonly #size: number
  readonly #entries: Timing[] = []

  constructor(size: number) {
    this.#size = size
  }

  add(timing: Timing): void {
    this.#entries.push(timing)
    if (this.#entries.length >= 2 * this.#size) this.#entries.splice(0, this.#entries.length - this.#size)
  }

  /**
   * Of the last `count` replies: the time of a token from what was sent from `batchSince` on, while the batch was what
   * it is, the rest from what was sent from `since` on. A cut that only drains a queue leaves the batch alone.
   */
  fit(batchSince: number, since: number, count: number): Fit | null {
    const entries = this.#entries.slice(-count).filter(({ sentAt }) => sentAt >= batchSince)
    const recent = entries.filter(({ sentAt }) => sentAt >= since)
    if (recent.length < 3) return null
    const all = moments(entries)
    const { meanX, meanY } = moments(recent)
    const flat = { count: recent.length, meanMs: meanY, meanTokens: meanX, tokenMs: null, startMs: meanY, errorMs: Infinity }
    const slope = all.xy / all.xx
    if (!(slope > 0 && slope < Infinity) || Math.sqrt(all.xx / entries.length) < minVariation * all.meanX) return flat
    const startMs = meanY - slope * meanX
    let squares = 0
    for (const { sentAt, doneAt, tokens } of recent) squares += (doneAt - sentAt - startMs - slope * tokens) ** 2
    const slopeVariance = Math.max(0, all.yy - slope * all.xy) / (entries.length - 2) / all.xx
    return {
      count: recent.length,
      meanMs: meanY,
      meanTokens: meanX,
      tokenMs: slope,
      startMs,
      errorMs: Math.sqrt(squares / (recent.length - 2) / recent.length + meanX * meanX * slopeVariance),
    }
  }
}

interface Moments {
  readonly meanX: number
  readonly meanY: number
  readonly xx: number
  readonly xy: number
  readonly yy: number
}

/** Of latency (y) and tokens (x), about their means. */
function moments(entries: readonly Timing[]): Moments {
  let [sumX, sumY] = [0, 0]
  for (const { sentAt, doneAt, tokens } of entries) {
    sumX += tokens
    sumY += doneAt - sentAt
  }
  const [meanX, meanY] = [sumX / entries.length, sumY / entries.length]
  let [xx, xy, yy] = [0, 0, 0]
  for (const { sentAt, doneAt, tokens } of entries) {
    const [dx, dy] = [tokens - meanX, doneAt - sentAt - meanY]
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  return { meanX, meanY, xx, xy, yy }
}
