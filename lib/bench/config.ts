import type { Recipe } from '../recipes/recipe.ts'
import type { Sampling } from '../rows.ts'

/** Everything a bench needs to know, checked and complete. */
export interface BenchConfig {
  /** Base URLs, at least one. */
  readonly endpoints: readonly string[]
  /** null: the first model that the endpoint lists. */
  readonly model: string | null
  readonly apiKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly extraBody: Readonly<Record<string, unknown>>
  /** Seed file, folder or glob that prompts are made from. */
  readonly input: string
  readonly textColumn: string
  /** Only its first step is asked: the prompts of later steps hang on the answers. */
  readonly recipe: Recipe
  /** Overrides of the recipe's sampling. */
  readonly sampling: Sampling
  /** Requests in flight, from the first warm-up to the end of the window. */
  readonly maxConcurrency: number
  /** Requests that end inside the window, 1 or more. */
  readonly numPrompts: number
  /** Requests that end before the window opens; 0 opens it with the first request. */
  readonly numWarmups: number
  /** Longest time for one request, in seconds. Nothing is sent twice. */
  readonly requestTimeout: number
  /** How long to wait for the endpoint to come up, in seconds. */
  readonly readyTimeout: number
}
