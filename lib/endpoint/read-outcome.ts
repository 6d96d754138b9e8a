import { ResponseInvalidError } from '../errors.ts'
import type { RequestBody } from '../rows.ts'
import type { Client } from './client.ts'
import type { ParsedReply } from './protocol.ts'
import { parseReply } from './protocol.ts'
import type { Failure, Outcome } from './retry.ts'

/** The completion in an outcome, or what it is instead. */
export function readOutcome(request: RequestBody, client: Client, outcome: Outcome): ParsedReply | Failure {
  if (outcome.kind === 'broken' || outcome.status < 200 || outcome.status > 299) return outcome
  try {
    return parseReply(request.shape, outcome.body)
  } catch (error) {
    if (!(error instanceof ResponseInvalidError)) throw error
    return { kind: 'invalid', error: new ResponseInvalidError(complaint(request, client.redact(outcome.body))) }
  }
}

/** What is wrong with a 200, from a body without secrets: once cut short, half of one would not be known again. */
function complaint(request: RequestBody, body: string): string {
  try {
    parseReply(request.shape, body)
  } catch (error) {
    if (error instanceof ResponseInvalidError) return error.message
  }
  return 'answer is no completion'
}
