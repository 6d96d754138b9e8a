/** @typedef {ReturnType<typeof zeroCounters>} Counters */

/** Totals since an engine was made. */
export function zeroCounters() {
  return {
    /** Sequences. */
    added: 0, finished: 0, aborted: 0, preemptions: 0, steps: 0,
    /** Tokens. `prefillTokens` holds `recomputedTokens`; `lostTokens` were generated for sequences that were aborted. */
    promptTokens: 0, prefillTokens: 0, recomputedTokens: 0, queriedTokens: 0, cachedTokens: 0, generatedTokens: 0, lostTokens: 0,
    /** Simulated seconds: with a step under way; slots filled; slots there were; requests waiting. */
    busySeconds: 0, runningSeconds: 0, slotSeconds: 0, waitingSeconds: 0,
  }
}

/**
 * What was added since an earlier copy.
 * @param {Counters} now
 * @param {Counters} earlier
 */
export function countersSince(now, earlier) {
  const since = { ...now }
  for (const name of /** @type {(keyof Counters)[]} */ (Object.keys(now))) since[name] -= earlier[name]
  return since
}
