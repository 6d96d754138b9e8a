/** Live counts of one stage: received = kept + dropped + failed after every batch. */
export interface Tally {
  readonly stage: string
  received: number
  /** Received rows that went on. On a stage that fans out this counts received rows, not outputs. */
  kept: number
  /** Rows that left the stage: equals `kept` unless the stage fans out. */
  emitted: number
  readonly dropped: Map<string, number>
  readonly failed: Map<string, number>
  /** Wall time spent inside `process`, summed over batches (overlapping batches count twice), in milliseconds. */
  ms: number
}

export function newTally(stage: string): Tally {
  return { stage, received: 0, kept: 0, emitted: 0, dropped: new Map(), failed: new Map(), ms: 0 }
}

/** Add one to the counter of `reason`. */
export function count(counters: Map<string, number>, reason: string, by = 1): void {
  counters.set(reason, (counters.get(reason) ?? 0) + by)
}

export function total(counters: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const n of counters.values()) sum += n
  return sum
}
