import type { Stage } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'

/** Drop seeds without text (null, empty, nothing but white space) as `empty_text`: there is nothing to rewrite. */
export function admit(): Stage<SeedRow, SeedRow> {
  return {
    name: 'admit',
    process: (rows, ctx) => rows.filter((row) => {
      if (/\S/.test(row.text)) return true
      ctx.drop(row, 'empty_text')
      return false
    }),
  }
}
