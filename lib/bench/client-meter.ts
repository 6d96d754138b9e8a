import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** What this process spent and suffered while the window was open. */
export interface ClientLoad {
  /** User and system time of all threads, in microseconds. */
  readonly cpuUs: number
  /** Share of the time that the event loop was busy, 0 to 1. */
  readonly loopUtilization: number
  /** How late the event loop was, in milliseconds. */
  readonly loopDelayP99Ms: number
}

export interface ClientMeter {
  open(): void
  close(): void
  /** After `close`. */
  read(): ClientLoad
}

/** The histogram holds times between two ticks, so an idle loop shows this much. */
const resolutionMs = 10

/** @param cpuUs user and system time of this process so far, in microseconds */
export function newClientMeter(cpuUs: () => number): ClientMeter {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  let cpu = cpuUs()
  let utilization = performance.eventLoopUtilization()
  return {
    open() {
      cpu = cpuUs()
      utilization = performance.eventLoopUtilization()
      delay.enable()
    },
    close() {
      cpu = cpuUs() - cpu
      utilization = performance.eventLoopUtilization(utilization)
      delay.disable()
    },
    read: () => ({
      cpuUs: cpu,
      loopUtilization: utilization.utilization,
      // A window shorter than one tick has seen no delay.
      loopDelayP99Ms: delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
    }),
  }
}
