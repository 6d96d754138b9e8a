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

/** Looks at the gauges of endpoints while they have something to do. Whatever goes wrong with that is no matter. */
export function watchGauges(lanes: readonly Lane[], { everyMs, now, onGauges }: GaugeWatchOptions): { start(): void, stop(): void } {
  const stopped = new AbortController()
  const watched = lanes.map((lane) => ({ lane, asking: false, failures: patience, skip: 0 }))
  let timer: NodeJS.Timeout | undefined

  async function look(watch: (typeof watched)[number]): Promise<void> {
    watch.asking = true
    const gauges = await scrape(watch.lane, stopped.signal)
    watch.asking = false
    if (stopped.signal.aborted) return
    if (gauges) {
      watch.failures = 0
      watch.lane.gauges = gauges
      watch.lane.pilot?.gauges(now(), gauges)
      return onGauges()
    }
    if (++watch.failures < patience) return
    watch.skip = rarely
    watch.lane.gauges = null
  }

  function turn(): void {
    for (const watch of watched) {
      if (watch.asking || watch.lane.flying === 0 || watch.skip-- > 0) continue
      watch.skip = 0
      void look(watch)
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
