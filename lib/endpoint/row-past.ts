import type { Lane } from './lane.ts'
import type { Failure } from './retry.ts'

const lateCodes = new Set(['DEADLINE', 'OVERDUE', 'STALLED'])

/** What one request has behind it. */
export interface RowPast {
  /** Those that count. */
  attempts: number
  /** Those that do not: the endpoint was not there, and another was. */
  unheard: number
  sent: number
  costly: number
  /** Attempts given up because they took too long. */
  late: number
  /** Those of them in which nobody was answered: no fault of this request. */
  unanswered: number
  /** It has been given its attempts back. */
  forgiven: boolean
  /** Completions of the whole pool when this request failed last, or was first sent. */
  completedBefore: number
  /** One entry a failed attempt. */
  readonly failedOn: Lane[]
  readonly affinity: string | null
}

export function newPast(affinity: string | null): RowPast {
  return { attempts: 0, unheard: 0, sent: 0, costly: 0, late: 0, unanswered: 0, forgiven: false, completedBefore: 0, failedOn: [], affinity }
}

/** As if it had not been tried yet, but for where it has failed. */
export function giveAttemptsBack(row: RowPast): void {
  row.attempts = row.costly = row.unanswered = 0
}

/** @param heard others were answered meanwhile: then it may be this request's own fault */
export function noteFailure(row: RowPast, lane: Lane, failure: Failure, heard: boolean): void {
  row.failedOn.push(lane)
  if (failure.kind === 'invalid') row.costly++
  if (failure.kind !== 'broken' || !lateCodes.has(failure.code)) return
  row.late++
  if (!heard) row.unanswered++
  else if (failure.code === 'DEADLINE') row.costly++
}
