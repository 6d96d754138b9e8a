import type { Gauges } from './gauges.ts'
import { parseGauges } from './gauges.ts'
import type { Lane } from './lane.ts'

export interface GaugeWatchOptions {
  /** Between two looks, in real milliseconds. */
  readonly everyMs: number
  /** The clock of the pilots. */
  readonly now: () => number
  /** Something may be allowed now that was not. */
  readonly onGauges: () => void
}

/** How often, of its turns, an endpoint that has no gauges is asked again: it may have been a start, or a hiccup. */
const rarely = 60

/** Failures in a row after which gauges that were there are gone. */
const patience = 3

/** What comes later tells of a batch that is past. */
const deadlineMs = 1_000

interface Watch {
  asking: boolean
  failures: number
  skip: number
}

/** Looks at the gauges of endpoints while they have something to do: `lanes` may change. Whatever goes wrong with that is no matter. */
export function watchGauges(lanes: readonly Lane[], { everyMs, now, onGauges }: GaugeWatchOptions): { start(): void, stop(): void } {
  const stopped = new AbortController()
  const watches = new WeakMap<Lane, Watch>()
  let timer: NodeJS.Timeout | undefined

  async function look(lane: Lane, watch: Watch): Promise<void> {
    watch.asking = true
    const gauges = await scrape(lane, stopped.signal)
    watch.asking = false
    if (stopped.signal.aborted) return
    if (gauges) {
      watch.failures = 0
      lane.gauges = gauges
      lane.pilot?.gauges(now(), gauges)
      return onGauges()
    }
    if (++watch.failures < patience) return
    watch.skip = rarely
    lane.gauges = null
  }

  function turn(): void {
    for (const lane of lanes) {
      if (lane.flying === 0) continue
      const watch = watches.get(lane) ?? { asking: false, failures: patience, skip: 0 }
      watches.set(lane, watch)
      if (watch.asking || watch.skip-- > 0) continue
      watch.skip = 0
      void look(lane, watch)
    }
  }

  return {
    start() {
      // Not what keeps the process alive.
      timer ??= setInterval(turn, everyMs).unref()
    },
    stop() {
      clearInterval(timer)
      stopped.abort()
    },
  }
}

async function scrape({ client }: Lane, signal: AbortSignal): Promise<Gauges | null> {
  try {
    const outcome = await client.metrics(signal, deadlineMs)
    return outcome.kind === 'answer' && outcome.status === 200 ? parseGauges(outcome.body) : null
  } catch {
    return null
  }
}
