import type { Arm } from './arms.ts'

/**
 * Tokens of each source of an arm: whole numbers that are in proportion to the parts and sum to `budget` exactly. What rounding down
 * leaves goes one by one to those that lost most by it.
 * @param budget tokens, a whole number up to 2^53
 */
export function armTokens({ sources }: Arm, budget: number): number[] {
  const all = BigInt(sources.reduce((sum, { parts }) => sum + parts, 0))
  const shares = sources.map(({ parts }) => BigInt(parts) * BigInt(budget))
  const tokens = shares.map((share) => Number(share / all))
  const lost = shares.map((share, at) => ({ at, rest: share % all })).toSorted((a, b) => (a.rest === b.rest ? a.at - b.at : a.rest > b.rest ? -1 : 1))
  const left = budget - tokens.reduce((sum, n) => sum + n, 0)
  for (const { at } of lost.slice(0, left)) tokens[at]!++
  return tokens
}
