import type { Stage } from '../flow/stage.ts'
import type { GeneratedRow } from '../rows.ts'
import type { Verdict } from '../text/verdict.ts'

export interface CollapseOptions {
  /** Verdicts on texts by the repetition rules, in their order, null for one that passes. */
  readonly judge: (texts: readonly string[]) => Promise<readonly (Verdict | null)[]>
}

/** Drop outputs in which the model went round in circles, under the id of the repetition rule that they break. */
export function collapse({ judge }: CollapseOptions): Stage<GeneratedRow, GeneratedRow> {
  return {
    name: 'collapse',
    concurrency: 3,
    ordered: false,
    async process(rows, ctx) {
      if (rows.length === 0) return []
      const verdicts = await judge(rows.map((row) => row.text))
      return rows.filter((row, k) => {
        const verdict = verdicts[k]
        if (verdict) ctx.drop(row, verdict.reason, verdict.detail)
        return !verdict
      })
    },
  }
}
