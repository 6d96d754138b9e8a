import type { Chunker } from './chunker.ts'
import { sentences } from './chunkers/sentences.ts'

/** Everything that `chunk.by` may name. */
export const chunkers: ReadonlyMap<string, Chunker> = new Map(
  ([sentences] as unknown as Chunker[]).map((each) => [each.name, each]),
)
