import type { Lane } from './lane.ts'
import { findObstacle } from './ready.ts'

export interface AbsentWatchOptions {
  /** The model of the run, and whether the user named it. */
  readonly model: () => { readonly model: string | null, readonly named: boolean }
  readonly note: (line: string) => void
  readonly onJoin: () => void
  readonly signal: AbortSignal
}

/** The wait between two looks doubles from the first to the second. Milliseconds. */
const minPauseMs = 1_000
const maxPauseMs = 30_000

interface Search {
  nextAt: number
  pauseMs: number
  asking: boolean
  told: string | null
}

/** Looks for endpoints that are missing, and lets them in once they serve the model of the run. */
export class AbsentWatch {
  readonly #options: AbsentWatchOptions
  readonly #searches = new WeakMap<Lane, Search>()

  constructor(options: AbsentWatchOptions) {
    this.#options = options
  }

  look(lanes: readonly Lane[], now: number): void {
    for (const lane of lanes) {
      if (!isMissing(lane)) {
        this.#searches.delete(lane)
        continue
      }
      const search = this.#searches.get(lane) ?? { nextAt: now, pauseMs: minPauseMs, asking: false, told: null }
      this.#searches.set(lane, search)
      if (!search.asking && now >= search.nextAt) void this.#ask(lane, search, now)
    }
  }

  async #ask(lane: Lane, search: Search, now: number): Promise<void> {
    const { model, note, onJoin, signal } = this.#options
    const { origin } = lane.client
    search.asking = true
    const { model: name, named } = model()
    const obstacle = await findObstacle(lane.client, name, named, signal).catch(() => 'closed')
    search.asking = false
    if (signal.aborted || !isMissing(lane)) return
    if (obstacle === null) {
      lane.presence = 'in'
      note(`endpoint ${origin} is up and takes part from now on`)
      return onJoin()
    }
    search.nextAt = now + search.pauseMs
    search.pauseMs = Math.min(maxPauseMs, 2 * search.pauseMs)
    // One that is up, but not for us, is worth a line; that one is not up is said once.
    if (/^(serves|answered [34])/.test(obstacle)) {
      if (obstacle !== search.told) note(`endpoint ${origin} cannot take part: it ${obstacle}`)
    } else if (lane.presence === 'new') {
      note(`endpoint ${origin} is not up yet (${obstacle}); it takes part as soon as it is`)
    }
    lane.presence = 'absent'
    search.told = obstacle
  }
}

function isMissing({ presence }: Lane): boolean {
  return presence === 'absent' || presence === 'new'
}
