import type { RowError } from '../errors.ts'
import type { Stage } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'

export interface ScoreOptions {
  /** Scores in the order of the rows; an error fails its row alone. */
  readonly score: (rows: readonly SeedRow[], signal: AbortSignal) => Promise<readonly (number | RowError)[]>
  /** Batches scored at once. */
  readonly concurrency: number
}

/**
 * Give each seed the score that a classifier finds for it. Inputs are scored, never outputs: rewriting lifts some scores
 * (educational, most of all) without making better training data (shared reference 5.9, arXiv 2605.23721).
 */
export function score({ score, concurrency }: ScoreOptions): Stage<SeedRow, SeedRow> {
  return {
    name: 'score',
    concurrency,
    async process(rows, ctx) {
      if (rows.length === 0) return []
      const scores = await score(rows, ctx.signal)
      return rows.flatMap((row, k) => {
        const found = scores[k]!
        if (typeof found === 'number') return [{ ...row, score: found }]
        ctx.fail(row, found)
        return []
      })
    },
  }
}
