/**
 * Preload (`node --import`) that watches the process it is loaded into and writes what it saw as JSON at exit, to the
 * file named by BENCH_PROBE: event-loop delay and utilisation of the main thread, CPU and peak memory of the process.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** The histogram holds times between two ticks, so an idle loop shows this much. */
const resolutionMs = 10

const file = process.env.BENCH_PROBE
// Workers inherit the preload; the loop that serves HTTP is the main one.
if (file && isMainThread) watch(file)

function watch(file) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  process.on('exit', () => {
    const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
    const { user, system } = process.cpuUsage()
    const seen = {
      loop_delay_ms: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
      loop_utilization: performance.eventLoopUtilization().utilization,
      cpu_user_us: user,
      cpu_system_us: system,
      peak_rss_bytes: peakRss(),
    }
    writeFileSync(file, JSON.stringify(seen))
  })
}

/** VmHWM where there is one: what getrusage says can be the parent's, inherited over fork. */
function peakRss() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}
