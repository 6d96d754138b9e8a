import type { OnAttempt } from './attempt-note.ts'
import type { ClientOptions } from './client.ts'

export interface PoolOptions {
  /** At least one. */
  readonly endpoints: readonly ClientOptions[]
  /** Asked at every look: all endpoints as they should be from now on, or none; null where nothing has changed. Never rejects. */
  readonly latest?: (() => Promise<readonly ClientOptions[] | null>) | undefined
  /** Most requests in flight over all endpoints; also the most sockets to any of them. */
  readonly maxConcurrency: number
  /** Find out how many requests each endpoint can take at once (autopilot.ts). Without it each may get all of them. */
  readonly autopilot?: boolean
  /** Between two looks at an endpoint's gauges, in real time. Default: 1000. */
  readonly gaugesEveryMs?: number
  /** Give each attempt a deadline from what its endpoint was seen to do (deadline.ts). Without it only `deadlineMs` counts. */
  readonly noticeStalls?: boolean
  /** Between two looks at what is late, paused, missing, or new on the list, in real time. Default: 1000. */
  readonly lookEveryMs?: number
  /** Told when endpoints come and go. */
  readonly note?: (line: string) => void
  /** Of one request, the first included. */
  readonly maxAttempts: number
  /** Most raw completions that are sent as one call (prompt-arrays.ts). Default: 1. */
  readonly batch?: number
  /** Told of every attempt as soon as it is known what comes of it. */
  readonly onAttempt?: OnAttempt | undefined
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Rejects when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}
