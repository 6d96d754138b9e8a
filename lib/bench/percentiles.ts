/** How a set of values is spread, in the unit of the values. */
export interface Spread {
  readonly mean: number
  readonly median: number
  /** Of the whole set, not an estimate for a larger one (numpy's default, so vLLM's). */
  readonly std: number
  readonly p90: number
  readonly p99: number
}

/** null for no values: there is nothing to say, and 0 would say something. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  // Sums of differences from the median stay exact where the values themselves are large and close together.
  const median = percentile(sorted, 50)
  const shift = sorted.reduce((sum, value) => sum + (value - median), 0) / sorted.length
  const mean = median + shift
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length
  return { mean, median, std: Math.sqrt(variance), p90: percentile(sorted, 90), p99: percentile(sorted, 99) }
}

/**
 * Percentile with linear interpolation between the two nearest ranks (numpy's default, so vLLM's).
 * @param sorted ascending, at least one value
 * @param p from 0 to 100 inclusive
 */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  const rank = ((sorted.length - 1) * p) / 100
  const below = Math.floor(rank)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (high - low) * (rank - below)
}
