import type { Operation } from './operation.ts'
import { afterPrefix } from './ops/after-prefix.ts'
import { between } from './ops/between.ts'
import { dropLines } from './ops/drop-lines.ts'
import { listItems } from './ops/list-items.ts'
import { questionPairs } from './ops/question-pairs.ts'
import { source } from './ops/source.ts'
import { stripMarkdown } from './ops/strip-markdown.ts'
import { tokens } from './ops/tokens.ts'
import { trim } from './ops/trim.ts'
import { unquote } from './ops/unquote.ts'

/** Everything that `parse` and `join.then` may name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  ([afterPrefix, between, dropLines, listItems, questionPairs, source, stripMarkdown, tokens, trim, unquote] as unknown as Operation[]).map((each) => [each.name, each]),
)
