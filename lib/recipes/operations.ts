import type { Operation } from './operation.ts'
import { between } from './ops/between.ts'
import { countSlots } from './ops/count-slots.ts'
import { entities } from './ops/entities.ts'
import { hasWords } from './ops/has-words.ts'
import { headed } from './ops/headed.ts'
import { jsonScore } from './ops/json-score.ts'
import { keywordCoverage } from './ops/keyword-coverage.ts'
import { magaPairs } from './ops/maga-pairs.ts'
import { notShorter } from './ops/not-shorter.ts'
import { pairs } from './ops/pairs.ts'
import { source } from './ops/source.ts'
import { tokens } from './ops/tokens.ts'
import { trim } from './ops/trim.ts'
import { withoutPhrases } from './ops/without-phrases.ts'

/** Everything that `parse` and `join.then` may name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  ([
    between, countSlots, entities, hasWords, headed, jsonScore, keywordCoverage, magaPairs, notShorter, pairs, source, tokens,
    trim, withoutPhrases,
  ] as unknown as Operation[]).map((each) => [each.name, each]),
)
