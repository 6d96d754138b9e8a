import { hash } from 'node:crypto'
import type { Stage } from '../flow/stage.ts'
import type { GeneratedRow, PromptRow, RequestBody, SeedRow } from '../rows.ts'

/** One request that a recipe step makes of a row, rendered and ready to send. */
export interface Ask {
  readonly variant: string
  readonly strategy: string
  readonly slots: Readonly<Record<string, string>>
  readonly sample: number
  readonly request: RequestBody
  readonly samplingSeed: number | null
}

export interface ExpandOptions {
  readonly name: string
  readonly recipe: string
  readonly step: string
  /** The requests of one row, at least one, in a fixed order: siblings stay together from here on. */
  readonly asks: (row: SeedRow | GeneratedRow) => readonly Ask[]
}

/** Fan out: every seed, or output of an earlier step, becomes the prompts of this step, in the same batch. */
export function expand(options: ExpandOptions): Stage<SeedRow | GeneratedRow, PromptRow> {
  const { name, recipe, step, asks } = options
  const origins = new WeakMap<PromptRow, SeedRow | GeneratedRow>()
  return {
    name,
    originOf: (row) => origins.get(row)!,
    process: (rows) =>
      rows.flatMap((row) => {
        const parent = parentId(row)
        return asks(row).map((ask): PromptRow => {
          const id = hash128(parent, recipe, step, ask.variant, String(ask.sample))
          const prompt = { ...ask, id, step, seed: isOutput(row) ? row.seed : row }
          origins.set(prompt, row)
          return prompt
        })
      }),
  }
}

/** A seed is named by its id and its text, so that an edited document makes new outputs; an output by its own id. */
function parentId(row: SeedRow | GeneratedRow): string {
  return isOutput(row) ? row.id : hash128(row.id, hash('sha256', row.text, 'hex'))
}

function isOutput(row: SeedRow | GeneratedRow): row is GeneratedRow {
  return 'seed' in row
}

/** 128 bits of SHA-256 over the parts, as 32 hex digits; the separator cannot be produced by joining other parts. */
function hash128(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32)
}
