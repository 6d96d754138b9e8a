import type { Chunker } from './chunker.ts'
import { head } from './chunkers/head.ts'
import { promptTokens } from './chunkers/prompt-tokens.ts'
import { secondHalves } from './chunkers/second-halves.ts'
import { sentences } from './chunkers/sentences.ts'

/** Everything that `chunk.by` may name. */
export const chunkers: ReadonlyMap<string, Chunker> = new Map(
  ([head, promptTokens, secondHalves, sentences] as unknown as Chunker[]).map((each) => [each.name, each]),
)
