import { ResponseInvalidError } from '../errors.ts'
import type { RequestBody } from '../rows.ts'
import type { Client, OnAttempt } from './client.ts'
import type { ParsedReply } from './protocol.ts'
import { parseReply } from './protocol.ts'
import type { Failure, Outcome } from './retry.ts'

/** One call over the network: what was sent and what came back. */
export interface Call {
  readonly client: Client
  readonly body: string
  /** How many requests it carried. */
  readonly prompts: number
  readonly outcome: Outcome
}

/** What a call came to for one of its requests. */
export interface Asked {
  readonly read: ParsedReply | Failure
  readonly call: Call
  /** 0-based among the requests of the call. */
  readonly place: number
  /** Completion tokens that the call took its time for: those of its longest reply. */
  readonly paceTokens: number
}

export interface AskAlone {
  readonly deadlineMs?: number | undefined
  readonly onAttempt?: OnAttempt | undefined
}

/** One request in a call of its own. Rejects like `Client.send`. */
export async function ask(client: Client, request: RequestBody, signal: AbortSignal, { deadlineMs, onAttempt }: AskAlone = {}): Promise<Asked> {
  const outcome = await client.send(request, signal, deadlineMs, onAttempt)
  const read = readOutcome(client, outcome, (body) => parseReply(request.shape, body))
  const paceTokens = 'kind' in read ? 0 : (read.usage?.completionTokens ?? 0)
  return { read, call: { client, body: request.body, prompts: 1, outcome }, place: 0, paceTokens }
}

/** What `parse` makes of a 200; all else is a failure, and so is a 200 that it refuses. */
export function readOutcome<Read extends object>(client: Client, outcome: Outcome, parse: (body: string) => Read): Read | Failure {
  if (outcome.kind === 'broken' || outcome.status < 200 || outcome.status > 299) return outcome
  try {
    return parse(outcome.body)
  } catch (error) {
    if (!(error instanceof ResponseInvalidError)) throw error
    return { kind: 'invalid', error: new ResponseInvalidError(complaint(parse, client.redact(outcome.body))) }
  }
}

/** What is wrong with a 200, from a body without secrets: once cut short, half of one would not be known again. */
function complaint(parse: (body: string) => object, body: string): string {
  try {
    parse(body)
  } catch (error) {
    if (error instanceof ResponseInvalidError) return error.message
  }
  return 'answer is no completion'
}

/** A reply that cannot be used, said without the key. */
export function invalid(client: Client, error: ResponseInvalidError): Failure {
  return { kind: 'invalid', error: new ResponseInvalidError(client.redact(error.message)) }
}
