import { reservedFields } from '../endpoint/protocol.ts'
import type { LayoutName } from '../io/layout-names.ts'
import type { MinHashOptions } from '../text/minhash.ts'
import type { Recipe } from '../recipes/recipe.ts'
import type { Sampling } from '../rows.ts'

/** Fields of a request that are ours to set, so `--extra-body` may not hold them. */
export const fixedFields = reservedFields

export { layoutNames } from '../io/layout-names.ts'
export { minHashDefaults } from '../text/minhash.ts'

/** Everything a run needs to know, checked and complete: the cli makes it, nobody below reads flags or environment. */
export interface RunConfig {
  /** As typed: files, folders, globs, or only `-` for an Arrow IPC stream on stdin. */
  readonly inputs: readonly string[]
  /** A folder, or `-` for an Arrow IPC stream on stdout. */
  readonly output: string
  readonly recipe: Recipe
  /** Base URLs and `@FILE`s of them, as typed; empty means the offline rewriter. */
  readonly endpoints: readonly string[]
  /** null: the first model that the endpoint lists. */
  readonly model: string | null
  readonly apiKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly extraBody: Readonly<Record<string, unknown>>
  /** Requests in flight over all endpoints. `auto`: as many as keep each of them full without a queue. */
  readonly maxConcurrency: number | 'auto'
  /** Most prompts in one call, for steps of raw completions. */
  readonly batch: number
  /** Attempts per request, the first included. */
  readonly maxAttempts: number
  /** Longest time for one attempt, in seconds. */
  readonly requestTimeout: number
  /** How long to wait for the endpoint to come up, in seconds. */
  readonly readyTimeout: number
  readonly textColumn: string
  readonly idColumn: string | null
  readonly keepColumns: readonly string[]
  readonly dedupe: 'none' | 'exact' | 'minhash'
  readonly minhash: MinHashOptions
  /** Bytes of the dedupe index that are held in memory. */
  readonly dedupeMemory: number
  /** Folder of an index that is kept across runs. */
  readonly dedupeIndex: string | null
  /** See selection.ts for its grammar. */
  readonly quality: string
  /** `NAME=column:COLUMN` or `NAME=http:URL` each. */
  readonly label: readonly string[]
  /** Bearer token for classifier servers, which are not told the endpoint's. */
  readonly classifierApiKey: string
  readonly samples: number
  /** What tokens are counted by: `o200k_base`, `cl100k_base`, or a tokenizer.json. */
  readonly tokenizer: string
  /** Overrides of the recipe's sampling. */
  readonly sampling: Sampling
  readonly limit: number | null
  /** 0-based. */
  readonly shard: { readonly index: number; readonly count: number } | null
  /** Fixes the recipe's draws (0 where null) and, where given, is sent with every request (plus the sample index). */
  readonly seed: number | null
  readonly resume: 'auto' | 'always' | 'never'
  /** Outputs of which the losses are compared with their sources' when the run has ended; null: none. */
  readonly diagnoseCollapse: number | null
  readonly maxFailures: { readonly rows: number } | { readonly percent: number } | null
  /** Where every attempt at a request is written down; null: nowhere. */
  readonly requestLog: string | null
  /** Of so many calls the log holds one whole, beside those that fail. */
  readonly requestLogBodies: number
  /** How rows are laid out: see io/layouts.ts. */
  readonly layout: LayoutName
  readonly onBadFile: 'stop' | 'skip'
  /** Bytes of text per Parquet part. */
  readonly partSize: number
  /** null: `_run/state` in the output folder. */
  readonly stateDir: string | null
}
