export interface AnomalyOptions {
  /** Standard deviations above the mean. The paper does not give it. Default 3. */
  readonly k?: number
  /** Tokens that are averaged, as a share of the sequence; at least one. Default 0.05, the paper's. */
  readonly window?: number
  /** Mean and standard deviation of the differences where nothing is wrong. Default: of this sequence. */
  readonly baseline?: Baseline
}

export interface Baseline {
  readonly mean: number
  readonly deviation: number
}

/**
 * MAGA's `first_anomaly_position` (arXiv 2502.04235): the least position, as a share of the sequence (0 to 1), at which the
 * mean over the next `window` of |synthetic - real| is above |mean| + k * deviation; -1 where there is none.
 *
 * Without a baseline mean and deviation are those of the sequence's own differences, so an anomaly that takes up 1 / (1 + k²)
 * of it (a tenth with k = 3) or more raises the bar beyond itself: give one where much may be wrong.
 *
 * @param synthetic loss of each token, in nats
 * @param real loss of each token, as many
 * @throws RangeError where the lengths differ
 */
export function firstAnomalyPosition(
  synthetic: readonly number[], real: readonly number[], { k = 3, window = 0.05, baseline }: AnomalyOptions = {},
): number {
  const differences = differencesOf(synthetic, real)
  const n = differences.length
  if (n === 0) return -1
  const { mean, deviation } = baseline ?? baselineOf([differences])
  const bar = Math.abs(mean) + k * deviation
  const width = Math.max(1, Math.floor(window * n))
  // Prefix sums: every window's mean is the difference of two of them.
  const sums = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + Math.abs(differences[i]!)
  for (let p = 0; p + width <= n; p++) if ((sums[p + width]! - sums[p]!) / width > bar) return p / n
  return -1
}

/**
 * Token by token, `synthetic` less `real`.
 * @throws RangeError where the lengths differ
 */
export function differencesOf(synthetic: readonly number[], real: readonly number[]): number[] {
  if (synthetic.length !== real.length) throw new RangeError(`losses of ${synthetic.length} and ${real.length} tokens: expected as many`)
  return synthetic.map((loss, i) => loss - real[i]!)
}

/** Mean and standard deviation over the differences of several sequences. */
export function baselineOf(sequences: readonly (readonly number[])[]): Baseline {
  const n = Math.max(1, sequences.reduce((sum, { length }) => sum + length, 0))
  const total = (of: (difference: number) => number): number => sequences.reduce((sum, each) => each.reduce((so, difference) => so + of(difference), sum), 0)
  const mean = total((difference) => difference) / n
  return { mean, deviation: Math.sqrt(total((difference) => (difference - mean) ** 2) / n) }
}
