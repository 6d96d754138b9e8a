import type { RowError } from '../errors.ts'
import type { Stage } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'

export interface LabelOptions {
  /** As in `--label NAME=...`. */
  readonly name: string
  /** Labels in the order of the rows, null for none; an error fails its row alone. */
  readonly label: (rows: readonly SeedRow[], signal: AbortSignal) => Promise<readonly (string | null | RowError)[]>
  /** Batches labelled at once. */
  readonly concurrency: number
  /** Told each label as it is given, `unlabelled` for none. */
  readonly onLabel: (label: string) => void
}

/** Give each seed a label, such as its web format. Nothing is dropped by it. */
export function label({ name, label, concurrency, onLabel }: LabelOptions): Stage<SeedRow, SeedRow> {
  return {
    name: `label:${name}`,
    concurrency,
    async process(rows, ctx) {
      if (rows.length === 0) return []
      const labels = await label(rows, ctx.signal)
      return rows.flatMap((row, k) => {
        const found = labels[k]!
        if (found instanceof Error) {
          ctx.fail(row, found)
          return []
        }
        onLabel(found ?? 'unlabelled')
        return [{ ...row, labels: { ...row.labels, [name]: found } }]
      })
    },
  }
}
