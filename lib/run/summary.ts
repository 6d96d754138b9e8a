import { AbortedError, StreamError } from '../errors.ts'
import type { Tally } from '../flow/tally.ts'
import type { Reply } from '../rows.ts'
import { conversationalFormats } from '../text/web-formats.ts'
import type { Chain } from './chain.ts'
import type { Collapse } from './diagnose-collapse.ts'

/** Counts by reason or code. */
export type Counts = Record<string, number>

/** The shape of `--json` and `out/_run/summary.json` (DESIGN section 2: keys are added, never renamed). */
export interface Summary {
  run: {
    id: string
    status: 'done' | 'failed' | 'interrupted'
    recipe: string
    model: string | null
    endpoint: string
    config_hash: string
    resumed: boolean
    seconds: number
    error?: { code: string; message: string }
  }
  /** received = kept + dropped + failed once nothing is in flight. */
  seeds: { received: number; kept: number; dropped: Counts; failed: Counts; skipped_files: { file: string; message: string }[] }
  /**
   * `planned`: prompts, retries of a reply that was not as asked for left out. `unasked`: of these, the ones about which nothing had to be
   * asked. `cached`: answered from run state, or shared with the same request in this run.
   */
  requests: { planned: number; unasked: number; sent: number; cached: number; completed: number; failed: Counts; retries: number }
  /** One entry an endpoint. `limit`: requests that it may have in flight; `running`, `waiting`: as its gauges said last, null without any. */
  endpoints: { origin: string; up: boolean; limit: number; sent: number; completed: number; running: number | null; waiting: number | null }[]
  /** Of everything that was expanded: written + dropped + failed = requests planned in the last step. */
  outputs: { written: number; dropped: Counts; failed: Counts; parts: number }
  /**
   * `prompt`, `cached_prompt`, `completion`: what the endpoint reported for requests sent in this run. `kept`: in written rows, as the
   * endpoint reported it where a reply is written whole, else `counted_with` that tokenizer.
   */
  tokens: { prompt: number; cached_prompt: number; completion: number; kept: number; counted_with: string }
  rates: { completion_tokens_per_s: number; kept_tokens_per_s: number; seeds_per_s: number }
  /** What a step's operations counted, by step. */
  counts: Record<string, Counts>
  /** Losses of a sample of the outputs beside those of their sources; absent where `--diagnose-collapse` was not asked for. */
  collapse?: Collapse
  /** Seeds by label, for every `--label`. */
  labels: Record<string, Counts>
  /** One entry a stage, in order: received = kept + dropped + failed. */
  stages: { name: string; received: number; kept: number; emitted: number; dropped: Counts; failed: Counts; seconds: number }[]
}

/** What identifies a run; fixed before its first row. */
export type RunHead = Omit<Summary['run'], 'status' | 'seconds' | 'error'>

/** What came back from the endpoint, counted as it comes. */
export interface ReplyTally {
  readonly sent: number
  readonly cached: number
  readonly promptTokens: number
  readonly cachedPromptTokens: number
  readonly completionTokens: number
  readonly add: (reply: Reply, origin: 'sent' | 'stored') => void
}

export function newReplyTally(): ReplyTally {
  const tally = { sent: 0, cached: 0, promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0 }
  return Object.assign(tally, {
    add(reply: Reply, origin: 'sent' | 'stored') {
      if (origin === 'stored') {
        tally.cached++
        return
      }
      tally.sent++
      tally.promptTokens += reply.usage?.promptTokens ?? 0
      tally.cachedPromptTokens += reply.usage?.cachedPromptTokens ?? 0
      tally.completionTokens += reply.usage?.completionTokens ?? 0
    },
  })
}

/** Labels as they are given, counted. */
export interface LabelTally {
  readonly counts: Record<string, Counts>
  readonly add: (name: string, label: string) => void
}

export function newLabelTally(names: readonly string[]): LabelTally {
  const counts: Record<string, Counts> = Object.fromEntries(names.map((name) => [name, {}]))
  return {
    counts,
    add(name, label) {
      const of = counts[name]!
      of[label] = (of[label] ?? 0) + 1
    },
  }
}

/** What a step's operations counted, added up. */
export interface StepCounts {
  readonly counts: Record<string, Counts>
  readonly add: (step: string, counts: Readonly<Counts>) => void
}

export function newStepCounts(): StepCounts {
  const counts: Record<string, Counts> = {}
  return {
    counts,
    add(step, more) {
      const of = (counts[step] ??= {})
      for (const [name, n] of Object.entries(more)) of[name] = (of[name] ?? 0) + n
    },
  }
}

/** How many of these labels are formats of conversation; 0 where they are no formats. */
export function conversational(counts: Counts): number {
  return conversationalFormats.reduce((n, format) => n + (counts[format] ?? 0), 0)
}

export interface Measured {
  readonly head: RunHead
  readonly tokenizer: string
  readonly seconds: number
  readonly chain: Chain
  readonly source: { readonly skipped: readonly { file: string; message: string }[] }
  readonly pool: { readonly sent: number; readonly completed: number; readonly retries: number; readonly endpoints: readonly Readonly<Summary['endpoints'][number]>[] }
  readonly sink: { readonly written: number; readonly parts: number; readonly keptTokens: number }
  readonly replies: ReplyTally
  readonly labels: Record<string, Counts>
  readonly unasked: number
  readonly counts: Record<string, Counts>
}

/** The summary as things stand. Status is `done`: see withFailure. */
export function summarize({ head, tokenizer, seconds, chain, source, pool, sink, replies, labels, unasked, counts }: Measured): Summary {
  const { seedTallies, outputTallies } = chain
  // The first expand receives seeds: what leaves there is a seed, too.
  const [firstExpand, ...later] = outputTallies as readonly [Tally, ...Tally[]]
  const ofSeeds = [...seedTallies, firstExpand]
  const received = ofSeeds[0]!.received
  const perSecond = (n: number): number => (seconds > 0 ? Math.round((n / seconds) * 10) / 10 : 0)
  return {
    run: { ...head, status: 'done', seconds: round(seconds) },
    seeds: {
      received,
      kept: firstExpand.kept,
      dropped: merged(ofSeeds.map(({ dropped }) => dropped)),
      failed: merged(ofSeeds.map(({ failed }) => failed)),
      skipped_files: [...source.skipped],
    },
    requests: {
      planned: outputTallies.filter(({ stage }) => stage.startsWith('expand')).reduce((sum, { emitted }) => sum + emitted, 0),
      unasked,
      sent: pool.sent,
      cached: replies.cached,
      completed: pool.completed,
      failed: merged(outputTallies.filter(({ stage }) => stage.startsWith('infer')).map(({ failed }) => failed)),
      retries: pool.retries,
    },
    endpoints: pool.endpoints.map(({ origin, up, limit, sent, completed, running, waiting }) => ({ origin, up, limit, sent, completed, running, waiting })),
    outputs: {
      written: sink.written,
      dropped: merged(later.map(({ dropped }) => dropped)),
      failed: merged(later.map(({ failed }) => failed)),
      parts: sink.parts,
    },
    tokens: {
      prompt: replies.promptTokens,
      cached_prompt: replies.cachedPromptTokens,
      completion: replies.completionTokens,
      kept: sink.keptTokens,
      counted_with: tokenizer,
    },
    rates: {
      completion_tokens_per_s: perSecond(replies.completionTokens),
      kept_tokens_per_s: perSecond(sink.keptTokens),
      seeds_per_s: perSecond(received),
    },
    counts: structuredClone(counts),
    labels: structuredClone(labels),
    stages: stageCounts(chain.tallies),
  }
}

/** The same summary for a run that did not end by itself. */
export function withFailure(summary: Summary, failure: unknown): Summary {
  const code = failure instanceof StreamError ? failure.code : 'STREAM_DEFECT'
  const message = failure instanceof Error ? failure.message : String(failure)
  const status = failure instanceof AbortedError ? 'interrupted' : 'failed'
  return { ...summary, run: { ...summary.run, status, error: { code, message } } }
}

/** Merge the counters of several stages. */
export function merged(counters: readonly ReadonlyMap<string, number>[]): Counts {
  const sums: Counts = {}
  for (const counter of counters) for (const [reason, n] of counter) sums[reason] = (sums[reason] ?? 0) + n
  return Object.fromEntries(Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function stageCounts(tallies: readonly Tally[]): Summary['stages'] {
  return tallies.map(({ stage, received, kept, emitted, dropped, failed, ms }) => ({
    name: stage,
    received,
    kept,
    emitted,
    dropped: merged([dropped]),
    failed: merged([failed]),
    seconds: round(ms / 1000),
  }))
}

/** Sentences that say where the books do not balance; empty when they do. For a run that ended by itself. */
export function imbalances(summary: Summary, rejected: number): string[] {
  const problems: string[] = []
  const expect = (what: string, left: number, right: number): void => {
    if (left !== right) problems.push(`${what}: ${left} is not ${right}`)
  }
  const sum = (counts: Counts): number => Object.values(counts).reduce((a, b) => a + b, 0)
  const { seeds, outputs, stages } = summary
  expect('seeds received = kept + dropped + failed', seeds.received, seeds.kept + sum(seeds.dropped) + sum(seeds.failed))
  for (const { name, received, kept, dropped, failed } of stages) {
    expect(`${name} received = kept + dropped + failed`, received, kept + sum(dropped) + sum(failed))
  }
  for (const [i, stage] of stages.entries()) {
    if (i > 0) expect(`${stages[i - 1]!.name} emitted = ${stage.name} received`, stages[i - 1]!.emitted, stage.received)
  }
  expect('last stage emitted = outputs written', stages.at(-1)?.emitted ?? 0, outputs.written)
  const left = sum(seeds.dropped) + sum(seeds.failed) + sum(outputs.dropped) + sum(outputs.failed)
  expect('rejected rows = dropped + failed', rejected, left)
  return problems
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

