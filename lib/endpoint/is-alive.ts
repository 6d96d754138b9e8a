import type { RequestBody } from '../rows.ts'
import type { Lane } from './lane.ts'
import type { Lanes } from './lanes.ts'
import { canary } from './protocol.ts'
import { readOutcome } from './read-outcome.ts'

/** One token takes no longer, even behind a full queue. */
const canaryDeadlineMs = 60_000

/** True where any endpoint completes something harmless. @param like names the model */
export async function isAlive(lanes: readonly Lane[], places: Lanes, like: RequestBody, signal: AbortSignal, now: () => number): Promise<boolean> {
  const request = canary(like)
  const answers = await Promise.all(lanes.filter(({ presence }) => presence === 'in').map(async (only) => {
    const lane = await places.take({ failedOn: [], affinity: null, only })
    const start = now()
    try {
      const outcome = await lane.client.send(request, signal, canaryDeadlineMs)
      return !('kind' in readOutcome(request, lane.client, outcome))
    } finally {
      lane.dropped(start)
      places.free()
    }
  }))
  return answers.includes(true)
}
