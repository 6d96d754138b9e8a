import type { Chunker } from './chunker.ts'
import { contextHead } from './chunkers/context-head.ts'
import { head } from './chunkers/head.ts'
import { nemotronSegments } from './chunkers/nemotron-segments.ts'
import { promptTokens } from './chunkers/prompt-tokens.ts'
import { proxLinesChunker } from './chunkers/prox-lines.ts'
import { proxPrompt } from './chunkers/prox-prompt.ts'
import { secondHalves } from './chunkers/second-halves.ts'
import { sentences } from './chunkers/sentences.ts'

/** Everything that `chunk.by` may name. */
export const chunkers: ReadonlyMap<string, Chunker> = new Map(
  ([
    contextHead, head, nemotronSegments, promptTokens, proxLinesChunker, proxPrompt, secondHalves, sentences,
  ] as unknown as Chunker[]).map((each) => [each.name, each]),
)
