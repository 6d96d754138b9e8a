import { hash } from 'node:crypto'
import type { Stage } from '../flow/stage.ts'
import type { Chunk, Deferred, GeneratedRow, Leave, PromptRow, RequestBody, SeedRow } from '../rows.ts'
import { hash128 } from '../text/hash128.ts'

/** One request that a recipe step makes of a row. */
export interface Ask {
  readonly variant: string
  readonly strategy: string
  readonly slots: Readonly<Record<string, string>>
  readonly sample: number
  /** What the prompt is made of: the row's text, or a chunk of it. */
  readonly source: string
  /** null where the row is asked about as a whole. */
  readonly chunk: Pick<Chunk, 'index' | 'count' | 'of'> | null
  /** null where nothing is asked; a function where the answers to the asks before it are needed. */
  readonly request: RequestBody | Deferred['make'] | null
  readonly again: readonly RequestBody[]
  readonly leave: Leave | null
  readonly samplingSeed: number | null
}

export interface ExpandOptions {
  readonly name: string
  readonly recipe: string
  readonly step: string
  /**
   * The requests of each row, in the order of the rows; siblings stay together from here on. A row without any leaves
   * as `no_variant`.
   */
  readonly asks: (rows: readonly (SeedRow | GeneratedRow)[]) => Promise<readonly (readonly Ask[])[]>
  /** The step judges outputs: they travel with the prompts. */
  readonly judges?: boolean
}

/** Fan out: every seed, or output of an earlier step, becomes the prompts of this step, in the same batch. */
export function expand(options: ExpandOptions): Stage<SeedRow | GeneratedRow, PromptRow> {
  const { name, recipe, step, asks, judges = false } = options
  const origins = new WeakMap<PromptRow, SeedRow | GeneratedRow>()

  function prompts(row: SeedRow | GeneratedRow, asked: readonly Ask[]): PromptRow[] {
    const parent = parentId(row)
    const outer = isOutput(row) ? row.chunk : null
    const made: PromptRow[] = []
    // By name: a spread that is written over takes 10 us.
    for (const { variant, strategy, sample, slots, source, chunk, request, again, leave, samplingSeed } of asked) {
      const whole = hash128(parent, recipe, step, variant, String(sample))
      const prompt: PromptRow = {
        id: chunk ? hash128(whole, String(chunk.index)) : whole,
        seed: isOutput(row) ? row.seed : row,
        source,
        chunk: chunk ? { ...chunk, whole, outer } : outer,
        step,
        variant,
        strategy,
        sample,
        slots,
        // The ask before is the chunk before: chunks of a variant and sample stand side by side.
        request: typeof request === 'function' ? { after: made.at(-1)!, make: request } : request,
        again,
        leave,
        samplingSeed,
        judged: judges && isOutput(row) ? row : null,
      }
      origins.set(prompt, row)
      made.push(prompt)
    }
    return made
  }

  return {
    name,
    originsOf: (row) => [origins.get(row)!],
    async process(rows, ctx) {
      const asked = await asks(rows)
      return rows.flatMap((row, i) => {
        const made = prompts(row, asked[i]!)
        if (made.length === 0) ctx.drop(row, 'no_variant', `no variant of step ${step} is meant for it`)
        return made
      })
    },
  }
}

/** A seed is named by its id and its text, so that an edited document makes new outputs; an output by its own id. */
function parentId(row: SeedRow | GeneratedRow): string {
  return isOutput(row) ? row.id : hash128(row.id, hash('sha256', row.text, 'hex'))
}

function isOutput(row: SeedRow | GeneratedRow): row is GeneratedRow {
  return 'seed' in row
}
