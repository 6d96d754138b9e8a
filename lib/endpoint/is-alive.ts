import type { RequestBody } from '../rows.ts'
import { ask } from './ask.ts'
import type { OnAttempt } from './attempt-note.ts'
import { attemptNotes } from './attempt-note.ts'
import type { Lane } from './lane.ts'
import type { Lanes } from './lanes.ts'
import { canary } from './protocol.ts'

/** One token takes no longer, even behind a full queue. */
const canaryDeadlineMs = 60_000

export interface AliveOptions {
  readonly now: () => number
  readonly onAttempt?: OnAttempt | undefined
}

/**
 * True where any endpoint completes something harmless; false where none does, null where all have left before they
 * could be asked, or there was none.
 * @param like names the model
 */
export async function isAlive(lanes: readonly Lane[], places: Lanes, like: RequestBody, signal: AbortSignal, { now, onAttempt }: AliveOptions): Promise<boolean | null> {
  const request = canary(like)
  const answers = await Promise.all(lanes.map(async (only) => {
    const lane = await places.take({ failedOn: [], affinity: null, only }, signal)
    const start = now()
    try {
      // It may have been drained while this waited for a place.
      if (lane.presence !== 'in') return null
      const note = attemptNotes(onAttempt, { client: lane.client, key: request.key, now }, { sent: 1, affinity: null })
      const asked = await ask(lane.client, request, signal, { deadlineMs: canaryDeadlineMs })
      note?.(asked, 'canary')
      if (!('kind' in asked.read)) return true
      return lane.presence === 'in' ? false : null
    } finally {
      lane.dropped(start)
      places.free()
    }
  }))
  return answers.includes(true) || (answers.includes(false) ? false : null)
}
