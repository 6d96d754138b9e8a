import type { Counts } from './summary.ts'

/** Shares of all replies of a judge, 0 to 1, for scores from 1 to 5. */
export interface JudgeRates {
  /** Replies, those without a score that could be read included. */
  readonly judged: number
  readonly unreadable: number
  readonly atLeast3: number
  readonly atMost2: number
  readonly atLeast4: number
  readonly exactly5: number
}

const SCORE = /^score\.(-?\d+)$/

/** Replies by score, from what a step counted (`score.N`); empty where the step is no judge's. */
export function scoresOf(counts: Counts): Map<number, number> {
  const scores = Object.entries(counts).flatMap(([name, n]): [number, number][] => {
    const score = SCORE.exec(name)?.[1]
    return score === undefined ? [] : [[Number(score), n]]
  })
  return new Map(scores.sort(([a], [b]) => a - b))
}

/**
 * The rates that MAGA reports for its judge (arXiv 2502.04235, Limited Consistency). Their denominator is every reply: the
 * rows of its table 1 do not add up to its n of 15,355, and only n gives its percentages (Base: (3788 + 7124 + 3224) / 15355
 * = 92.06 %; without the 198 that have no score it would be 93.26 %).
 */
export function judgeRates(scores: ReadonlyMap<number, number>, unreadable: number): JudgeRates {
  const sum = (wanted: (score: number) => boolean): number => [...scores].reduce((total, [score, n]) => total + (wanted(score) ? n : 0), 0)
  const judged = sum(() => true) + unreadable
  const share = (wanted: (score: number) => boolean): number => (judged === 0 ? 0 : sum(wanted) / judged)
  return {
    judged,
    unreadable,
    atLeast3: share((score) => score >= 3),
    atMost2: share((score) => score <= 2),
    atLeast4: share((score) => score >= 4),
    exactly5: share((score) => score === 5),
  }
}
