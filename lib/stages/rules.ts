import type { Stage } from '../flow/stage.ts'
import type { Verdict } from '../text/verdict.ts'

export interface RulesOptions {
  /** `quality` for seeds, `collapse` for outputs: the same rules, filed under what they are for. */
  readonly name: string
  /** Verdicts on texts by one or several rule sets, in their order, null for one that passes. */
  readonly judge: (texts: readonly string[]) => Promise<readonly (Verdict | null)[]>
  /** Whether batches leave in the order they came: seeds do, of outputs no slow batch holds others. */
  readonly ordered: boolean
}

/** Drop rows whose text breaks a rule, under the id of the rule. */
export function rules<Row extends { readonly text: string }>({ name, judge, ordered }: RulesOptions): Stage<Row, Row> {
  return {
    name,
    concurrency: 3,
    ordered,
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
