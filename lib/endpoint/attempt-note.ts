import type { Asked, Call } from './ask.ts'
import type { Client } from './client.ts'
import type { ParsedReply } from './protocol.ts'
import type { Failure } from './retry.ts'

/**
 * What becomes of a request after an attempt: its reply is kept; it is sent again after a while, at once to another
 * endpoint, at once in a smaller array; it fails; it ends the run; it was under way when the run ended; it was no
 * request of the run, and only asked whether the endpoint lives.
 */
export type NextStep = 'done' | 'retry' | 'elsewhere' | 'halve' | 'fail-row' | 'end-run' | 'stopped' | 'canary'

/** One attempt at one request, for the request log. */
export interface AttemptNote {
  /** When it was sent, in milliseconds since the epoch. */
  readonly sentAt: number
  readonly latencyMs: number
  readonly key: string
  /** The seed's id where it is known. */
  readonly affinity: string | null
  /** Origin. */
  readonly endpoint: string
  /** 1 for the first. */
  readonly attempt: number
  /** null where nothing came back before the run ended. */
  readonly call: Call | null
  /** 0-based among the requests of the call. */
  readonly place: number
  /** null where the call was not read. */
  readonly read: ParsedReply | Failure | null
  readonly next: NextStep
  /** Until the next attempt; null where there is none or it is made at once. */
  readonly delayMs: number | null
}

export type OnAttempt = (attempt: AttemptNote) => void

/** Says what came of an attempt, or of a part of it, which is timed from the part before. */
export type TakeNote = (asked: Pick<Asked, 'call' | 'place'> & Partial<Asked> | null, next: NextStep, delayMs?: number | null) => void

/** For one attempt, from now on; null where nobody listens, so that nothing is made in vain. */
export function attemptNotes(
  onAttempt: OnAttempt | undefined,
  { client, key, now }: { readonly client: Client, readonly key: string, readonly now: () => number },
  /** `sent` is read as the note is taken. */
  row: { readonly sent: number, readonly affinity: string | null },
): TakeNote | null {
  if (!onAttempt) return null
  let sentAt = now()
  return (asked, next, delayMs = null) => {
    const end = now()
    const { call = null, place = 0, read = null } = asked ?? {}
    onAttempt({ sentAt, latencyMs: Math.max(0, end - sentAt), key, affinity: row.affinity, endpoint: client.origin, attempt: row.sent, call, place, read, next, delayMs })
    sentAt = end
  }
}
