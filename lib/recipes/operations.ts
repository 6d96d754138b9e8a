import type { Operation } from './operation.ts'
import { between } from './ops/between.ts'
import { jsonScore } from './ops/json-score.ts'
import { keywordCoverage } from './ops/keyword-coverage.ts'
import { magaPairs } from './ops/maga-pairs.ts'
import { proxDocument } from './ops/prox-document.ts'
import { proxExecute } from './ops/prox-execute.ts'
import { proxReply } from './ops/prox-reply.ts'
import { source } from './ops/source.ts'
import { tokens } from './ops/tokens.ts'
import { trim } from './ops/trim.ts'
import { withoutPhrases } from './ops/without-phrases.ts'

/** Everything that `parse` may name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  ([between, jsonScore, keywordCoverage, magaPairs, proxDocument, proxExecute, proxReply, source, tokens, trim, withoutPhrases] as unknown as Operation[]).map((each) => [each.name, each]),
)
