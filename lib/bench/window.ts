/**
 * What is measured. Load is kept at full concurrency from before the window opens until after it closes, so neither
 * the start burst nor the drain is in it. The window opens as the last of the warm-ups ends and closes as the last of
 * the measured requests ends; requests are counted in the order in which they end, and one that overlaps an edge
 * counts wholly where it ends. Those in flight at the opening stand for those in flight at the closing.
 */
export interface WindowPlan {
  /** Requests that end before the window. 0: it opens with the first request, start burst included. */
  readonly warmups: number
  /** Requests that end inside, failed ones among them. */
  readonly prompts: number
}

export type Phase = 'warm-up' | 'measured' | 'after'

/** Where the n-th request to end belongs, n from 1. */
export function phaseOf(n: number, { warmups, prompts }: WindowPlan): Phase {
  if (n <= warmups) return 'warm-up'
  return n <= warmups + prompts ? 'measured' : 'after'
}

/** Requests that end inside the window, and its length in the unit of the times. */
export interface Measured<Ended> {
  readonly ended: readonly Ended[]
  readonly duration: number
}

/**
 * Cut the window out of a load.
 * @param ended in the order in which they ended, the last measured one included
 * @param startedAt when the first request was sent
 */
export function windowOf<Ended extends { readonly at: number }>(
  ended: readonly Ended[], startedAt: number, plan: WindowPlan,
): Measured<Ended> {
  const { warmups, prompts } = plan
  const inside = ended.slice(warmups, warmups + prompts)
  if (inside.length < prompts) {
    throw new RangeError(`${ended.length} requests ended, but the window closes with number ${warmups + prompts}`)
  }
  const opens = warmups === 0 ? startedAt : ended[warmups - 1]!.at
  return { ended: inside, duration: inside.at(-1)!.at - opens }
}
