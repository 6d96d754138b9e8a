import type { Operation } from './operation.ts'
import { between } from './ops/between.ts'
import { proxDocument } from './ops/prox-document.ts'
import { proxExecute } from './ops/prox-execute.ts'
import { proxReply } from './ops/prox-reply.ts'
import { source } from './ops/source.ts'
import { tokens } from './ops/tokens.ts'
import { trim } from './ops/trim.ts'

/** Everything that `parse` may name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  ([between, proxDocument, proxExecute, proxReply, source, tokens, trim] as unknown as Operation[]).map((each) => [each.name, each]),
)
