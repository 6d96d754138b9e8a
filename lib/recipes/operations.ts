import type { Operation } from './operation.ts'
import { afterPrefix } from './ops/after-prefix.ts'
import { besideSource } from './ops/beside-source.ts'
import { between } from './ops/between.ts'
import { countSlots } from './ops/count-slots.ts'
import { dropLead } from './ops/drop-lead.ts'
import { dropLines } from './ops/drop-lines.ts'
import { dropOpeners } from './ops/drop-openers.ts'
import { entities } from './ops/entities.ts'
import { hasWords } from './ops/has-words.ts'
import { headed } from './ops/headed.ts'
import { jsonScore } from './ops/json-score.ts'
import { keywordCoverage } from './ops/keyword-coverage.ts'
import { listItems } from './ops/list-items.ts'
import { magaPairs } from './ops/maga-pairs.ts'
import { notShorter } from './ops/not-shorter.ts'
import { pairs } from './ops/pairs.ts'
import { proxDocument } from './ops/prox-document.ts'
import { proxExecute } from './ops/prox-execute.ts'
import { proxReply } from './ops/prox-reply.ts'
import { questionPairs } from './ops/question-pairs.ts'
import { source } from './ops/source.ts'
import { stripMarkdown } from './ops/strip-markdown.ts'
import { tokens } from './ops/tokens.ts'
import { trim } from './ops/trim.ts'
import { unquote } from './ops/unquote.ts'
import { withoutPhrases } from './ops/without-phrases.ts'

/** Everything that `parse` may name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  ([
    afterPrefix, besideSource, between, countSlots, dropLead, dropLines, dropOpeners, entities, hasWords, headed,
    jsonScore, keywordCoverage, listItems, magaPairs, notShorter, pairs, proxDocument, proxExecute, proxReply,
    questionPairs, source, stripMarkdown, tokens, trim, unquote, withoutPhrases,
  ] as unknown as Operation[]).map((each) => [each.name, each]),
)
