import type { Stage } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'

/** The kept document that another one repeats. */
export interface Twin {
  /** Id of the row that was kept. */
  readonly of: string
  readonly kind: 'exact' | 'near'
  /** Estimated similarity of the two as sets of shingles, 0 to 1; 1 for exact ones. */
  readonly jaccard: number
  /** It was kept by an earlier run over the same `--dedupe-index`. */
  readonly earlierRun: boolean
}

export interface DedupeOptions {
  /** Twins in the order of the rows, null for a row without one. Must answer calls in the order they are made. */
  readonly find: (rows: { readonly ids: readonly string[]; readonly texts: readonly string[] }) => Promise<readonly (Twin | null)[]>
}

/**
 * Drop seeds that repeat an earlier kept one: `duplicate` where the normalised texts are equal, `near_duplicate` where
 * they share a MinHash band. The detail names the one that was kept and the estimated Jaccard similarity.
 */
export function dedupe({ find }: DedupeOptions): Stage<SeedRow, SeedRow> {
  return {
    name: 'dedupe',
    // The next batches wait at the index, in order, while this one's answer is on its way.
    concurrency: 3,
    async process(rows, ctx) {
      if (rows.length === 0) return []
      const twins = await find({ ids: rows.map(({ id }) => id), texts: rows.map(({ text }) => text) })
      return rows.filter((row, k) => {
        const twin = twins[k]
        if (twin) ctx.drop(row, twin.kind === 'exact' ? 'duplicate' : 'near_duplicate', detail(twin))
        return !twin
      })
    },
  }
}

/** `of ID, estimated Jaccard 0.87, in an earlier run`: readable, and easy to take apart again. */
function detail({ of, jaccard, earlierRun }: Twin): string {
  return `of ${of}, estimated Jaccard ${jaccard.toFixed(2)}${earlierRun ? ', in an earlier run' : ''}`
}
