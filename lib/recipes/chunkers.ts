import type { Chunker } from './chunker.ts'
import { head } from './chunkers/head.ts'
import { nemotronSegments } from './chunkers/nemotron-segments.ts'
import { sentences } from './chunkers/sentences.ts'

/** Everything that `chunk.by` may name. */
export const chunkers: ReadonlyMap<string, Chunker> = new Map(
  ([head, nemotronSegments, sentences] as unknown as Chunker[]).map((each) => [each.name, each]),
)
