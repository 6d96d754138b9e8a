import type { Lane } from './lane.ts'

/** Live counts. Requests sent = completed + failed + still open (+ ended by a run error). */
export interface PoolStats {
  readonly inFlight: number
  /** Ready to be sent, but without a slot. */
  readonly waiting: number
  /** Requests sent at least once. */
  readonly sent: number
  readonly completed: number
  /** Attempts beyond the first of each request. */
  readonly retries: number
  /** Row errors by code. */
  readonly failed: ReadonlyMap<string, number>
  /** Most requests that may be in flight now: what the autopilots allow, or the fixed number. */
  readonly limit: number
  /** In the order in which they were given; also those that were drained. */
  readonly endpoints: readonly EndpointStats[]
}

export interface EndpointStats {
  readonly origin: string
  readonly up: boolean
  readonly limit: number
  readonly inFlight: number
  /** Attempts. */
  readonly sent: number
  readonly completed: number
  /** As its gauges said last; null where it has none, or nobody asked. */
  readonly running: number | null
  readonly waiting: number | null
}

export function statsOf({ client, isUp, limit, flying, sent, completed, gauges }: Lane): EndpointStats {
  const { running = null, waiting = null } = gauges ?? {}
  return { origin: client.origin, up: isUp, limit, inFlight: flying, sent, completed, running, waiting }
}
