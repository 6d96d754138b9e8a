import { SingleBar } from 'cli-progress'
import type { Job } from '../run/job.ts'
import type { Summary } from '../run/summary.ts'
import { clock, short, whole } from './format.ts'

/** What a progress display shows, worked out from the job's live counts. */
export interface Progress {
  readonly seeds: number
  readonly expected: number | null
  /** 0 to 1; null while the number of seeds is not known. */
  readonly share: number | null
  readonly outputs: number
  readonly tokensPerSecond: number
  readonly inFlight: number
  /** Most that may be in flight now. */
  readonly limit: number
  /** Seconds; null while it cannot be told. */
  readonly left: number | null
}

export interface ProgressDisplay {
  stop(): void
}

interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const lineEveryMs = 10_000
const drawEveryMs = 250
/** Rates are over this much of the past. */
const windowMs = 10_000

/** A bar on a terminal, a line every 10 seconds elsewhere. */
export function showProgress(job: Job, stderr: Terminal & NodeJS.WritableStream, now: () => number): ProgressDisplay {
  const measure = progressMeter(now)
  return stderr.isTTY ? drawBar(job, stderr, measure) : printLines(job, stderr, measure)
}

/** Turns successive snapshots into progress: rates are moving averages. */
export function progressMeter(now: () => number): (job: Pick<Job, 'snapshot' | 'expectedSeeds' | 'inFlight' | 'limit'>) => Progress {
  const past: { at: number; tokens: number; done: number }[] = []
  return (job) => {
    const summary = job.snapshot()
    const at = now()
    const done = seedsDone(summary)
    past.push({ at, tokens: summary.tokens.completion, done })
    while (past.length > 2 && past[0]!.at < at - windowMs) past.shift()
    const first = past[0]!
    const seconds = (at - first.at) / 1000
    const expected = job.expectedSeeds
    const seedsPerSecond = seconds > 0 ? (done - first.done) / seconds : 0
    return {
      seeds: summary.seeds.received,
      expected,
      share: expected ? Math.min(1, done / expected) : null,
      outputs: summary.outputs.written,
      tokensPerSecond: seconds > 0 ? (summary.tokens.completion - first.tokens) / seconds : 0,
      inFlight: job.inFlight,
      limit: job.limit,
      left: expected && seedsPerSecond > 0 ? Math.max(0, expected - done) / seedsPerSecond : null,
    }
  }
}

/** Seeds whose requests have all come to an end, taken from the share of requests that have. */
function seedsDone({ seeds, requests, outputs }: Summary): number {
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0)
  const left = sum(seeds.dropped) + sum(seeds.failed)
  if (requests.planned === 0) return left
  const ended = outputs.written + sum(outputs.dropped) + sum(outputs.failed)
  return left + (seeds.received - left) * Math.min(1, ended / requests.planned)
}

/** @param withLimit also how many requests may be in flight, for those who watch */
export function describe(progress: Progress, withLimit = false): string {
  const { seeds, expected, share, outputs, tokensPerSecond, inFlight, limit, left } = progress
  return [
    `${share === null ? '' : `${Math.floor(share * 100)} %, `}${whole(seeds)}${expected ? ` of ${whole(expected)}` : ''} seeds`,
    `${whole(outputs)} outputs`,
    `${short(tokensPerSecond)} tokens/s`,
    `${whole(inFlight)}${withLimit ? ` of ${whole(limit)}` : ''} in flight`,
    ...(left === null ? [] : [`${clock(left)} left`]),
  ].join(', ')
}

function printLines(job: Job, stderr: Terminal, measure: ReturnType<typeof progressMeter>): ProgressDisplay {
  measure(job)
  const timer = setInterval(() => stderr.write(`${describe(measure(job))}\n`), lineEveryMs)
  return { stop: () => clearInterval(timer) }
}

function drawBar(job: Job, stderr: NodeJS.WritableStream, measure: ReturnType<typeof progressMeter>): ProgressDisplay {
  const bar = new SingleBar({
    stream: stderr,
    format: (options, params, payload: { line: string }) => {
      if (params.total === 0) return payload.line
      const size = 24
      const full = Math.round(params.progress * size)
      return `${'█'.repeat(full)}${'░'.repeat(size - full)} ${payload.line}`
    },
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    autopadding: false,
    fps: 1000 / drawEveryMs,
  })
  const draw = (): void => {
    const progress = measure(job)
    bar.setTotal(progress.expected ?? 0)
    bar.update(progress.expected ? Math.round((progress.share ?? 0) * progress.expected) : 0, { line: describe(progress, true) })
  }
  bar.start(0, 0, { line: 'starting' })
  const timer = setInterval(draw, drawEveryMs)
  return {
    stop() {
      clearInterval(timer)
      draw()
      bar.stop()
    },
  }
}
