import type { Chunker } from './chunker.ts'
import { head } from './chunkers/head.ts'
import { nemotronSegments } from './chunkers/nemotron-segments.ts'
import { promptTokens } from './chunkers/prompt-tokens.ts'
import { proxLinesChunker } from './chunkers/prox-lines.ts'
import { proxPrompt } from './chunkers/prox-prompt.ts'
import { sentences } from './chunkers/sentences.ts'

/** Everything that `chunk.by` may name. */
export const chunkers: ReadonlyMap<string, Chunker> = new Map(
  ([head, nemotronSegments, promptTokens, proxLinesChunker, proxPrompt, sentences] as unknown as Chunker[]).map((each) => [each.name, each]),
)
