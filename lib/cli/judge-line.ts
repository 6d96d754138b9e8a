import { judgeRates, scoresOf } from '../run/judge-rates.ts'
import type { Counts } from '../run/summary.ts'
import { whole } from './format.ts'

/**
 * What a judge said of the outputs, from what its step counted: its rates where it scores from 1 to 5, else each score
 * with its share. null for a step that is no judge's.
 */
export function judgeLine(step: string, counts: Counts): string | null {
  const scores = scoresOf(counts)
  const unreadable = counts['judge_parse_error'] ?? 0
  if (scores.size === 0 && unreadable === 0) return null
  const { judged, ...rates } = judgeRates(scores, unreadable)
  const fiveSteps = [...scores.keys()].every((score) => score >= 1 && score <= 5)
  const told = fiveSteps
    ? [
        `${percent(rates.atLeast3)} at 3 or more`, `${percent(rates.atMost2)} at 2 or less`,
        `${percent(rates.atLeast4)} at 4 or more`, `${percent(rates.exactly5)} at 5`,
      ]
    : [...scores].map(([score, n]) => `${score} ${percent(n / judged)}`)
  return `  judged    ${step}: ${whole(judged)} outputs, ${told.join(', ')}${unreadable > 0 ? `; ${whole(unreadable)} replies without a score` : ''}`
}

/** Two decimals, as MAGA prints them. */
function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
