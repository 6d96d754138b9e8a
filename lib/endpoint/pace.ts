/** What one endpoint has lately been seen to take. Milliseconds. */
export interface Observed {
  /** Of one completion token, at the upper end, everything about it included. */
  readonly perTokenMs: number
  /** Waiting and prefill, at the upper end. */
  readonly startMs: number
  /** The longest replies as a whole. */
  readonly latencyMs: number
  readonly meanMs: number
  /** The longest time that nothing came though something was in flight. */
  readonly gapMs: number
}

interface Entry {
  readonly latencyMs: number
  readonly tokens: number
  readonly gapMs: number
}

/** Replies that count: long enough to hold the rare ones, short enough to follow a server that gets slower. */
const size = 512

/** With fewer nothing is said. */
const enough = 20

/** The last replies of one endpoint, as quantiles. Nothing is streamed: all that is known of a reply is when it was there. */
export class Pace {
  readonly #entries: Entry[] = []
  /** As of the last `refresh`; null until enough was seen. */
  observed: Observed | null = null
  #stale = false

  /** @param tokens of the completion; @param gapMs since the reply before it, or since there was something in flight */
  add(latencyMs: number, tokens: number, gapMs: number): void {
    this.#entries.push({ latencyMs, tokens: Math.max(1, tokens), gapMs })
    if (this.#entries.length >= 2 * size) this.#entries.splice(0, this.#entries.length - size)
    this.#stale = true
  }

  /** Sorts: not for every reply. */
  refresh(): void {
    if (this.#stale) this.observed = observe(this.#entries.slice(-size))
    this.#stale = false
  }
}

function observe(entries: readonly Entry[]): Observed | null {
  if (entries.length < enough) return null
  // Short replies are mostly start, so what a token takes is read from the longest quarter.
  const long = quantile(entries.map(({ tokens }) => tokens), 0.75)
  const rates = entries.filter(({ tokens }) => tokens >= long).map(({ latencyMs, tokens }) => latencyMs / tokens)
  const usual = quantile(rates, 0.5)
  const latencies = entries.map(({ latencyMs }) => latencyMs)
  return {
    perTokenMs: quantile(rates, 0.95),
    startMs: quantile(entries.map(({ latencyMs, tokens }) => Math.max(0, latencyMs - usual * tokens)), 0.99),
    latencyMs: quantile(latencies, 0.99),
    meanMs: latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length,
    gapMs: entries.reduce((most, { gapMs }) => Math.max(most, gapMs), 0),
  }
}

/** The smallest value that so large a share of all does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}
