import { Readable } from 'node:stream'
import { pipeline as pump } from 'node:stream/promises'
import highland from 'highland'
import { Gate, type Limits, type Weight } from './gate.ts'
import { observe } from './observe.ts'
import type { Batch, Stage } from './stage.ts'
import { newTally, type Tally } from './tally.ts'

/** Where batches end. `write` resolves when there is room for more: that is what slows the source down. */
export interface Sink<Row> {
  /** Batches arrive in any order; each brings its rejects. */
  write(batch: Batch<Row>): Promise<void>
  /** After the last batch of a run that went through. */
  finish(): Promise<void>
  /** Instead of finish when the run failed or was stopped: keep what is complete, remove what is not. */
  abort(): Promise<void>
}

export interface Flow<In, Out> {
  /**
   * Opens the row batches, in input order. The signal fires when the run fails or is stopped, and a read that is
   * waiting must then end; the iterator is always returned, so a generator's `finally` runs.
   */
  readonly source: (signal: AbortSignal) => AsyncIterable<readonly In[]>
  readonly sink: Sink<Out>
  readonly signal: AbortSignal
  readonly limits: Limits
  /** Bytes that one source row counts for against `limits.bytes`. */
  readonly bytesOf: (row: In) => number
}

type AnyStage = Stage<any, any>

/**
 * A chain of stages between a source and a sink, on Node streams through highland; the only importer of highland.
 *
 * What highland 2 leaves to us (lib/README.md has the list): it never destroys its source; errors travel beside data
 * and do not end a stream; sub-streams that yield more than one value buffer without bound (ours yield one batch).
 */
export class Pipeline<In, Out> {
  readonly #stages: readonly { stage: AnyStage; tally: Tally }[]

  private constructor(stages: readonly { stage: AnyStage; tally: Tally }[]) {
    this.#stages = stages
  }

  static of<Row>(): Pipeline<Row, Row> {
    return new Pipeline<Row, Row>([])
  }

  via<Next>(stage: Stage<Out, Next>): Pipeline<In, Next> {
    if (this.#stages.some((known) => known.stage.name === stage.name)) {
      throw new RangeError(`two stages are named ${stage.name}`)
    }
    return new Pipeline<In, Next>([...this.#stages, { stage, tally: newTally(stage.name) }])
  }

  /** Live counts, in stage order. */
  get tallies(): readonly Tally[] {
    return this.#stages.map(({ tally }) => tally)
  }

  /**
   * Pull every batch from source to sink. Resolves after `sink.finish()`. On the first error of source, stage, sink
   * or signal: aborts everything in flight, waits until no stage is running, calls `sink.abort()`, rejects with it.
   */
  async run(flow: Flow<In, Out>): Promise<void> {
    const own = new AbortController()
    const signal = AbortSignal.any([flow.signal, own.signal])
    const gate = new Gate(flow.limits)
    const weights = new Map<number, Weight>()
    const active = new Set<Promise<unknown>>()
    const input = Readable.from(admit(flow, gate, weights, signal), { highWaterMark: 1 })
    try {
      flow.signal.throwIfAborted()
      let batches: Highland.Stream<Batch<any>> = highland<Batch<any>>(input)
      for (const { stage, tally } of this.#stages) batches = attach(batches, stage, tally, signal, active)
      const tail = batches.toNodeStream({ objectMode: true, highWaterMark: 1 }) as Readable
      await pump(
        tail,
        async (arriving: AsyncIterable<Batch<Out>>) => {
          for await (const batch of arriving) {
            await flow.sink.write(batch)
            gate.leave(weights.get(batch.seq)!)
            weights.delete(batch.seq)
          }
        },
        { signal: flow.signal },
      )
      await flow.sink.finish()
    } catch (error) {
      own.abort(error)
      await Promise.allSettled(active)
      await flow.sink.abort().catch(() => {}) // the first error is the one to report
      throw flow.signal.aborted ? flow.signal.reason : error
    } finally {
      own.abort()
      await release(input)
      for (const { stage } of this.#stages.toReversed()) await stage.close?.()
    }
  }
}

/** Number the batches and let them in one by one. */
async function* admit<In, Out>(
  flow: Flow<In, Out>,
  gate: Gate,
  weights: Map<number, Weight>,
  signal: AbortSignal,
): AsyncGenerator<Batch<In>> {
  let seq = 0
  for await (const rows of flow.source(signal)) {
    const weight = { rows: rows.length, bytes: rows.reduce((sum, row) => sum + flow.bytesOf(row), 0) }
    await gate.enter(weight, signal)
    weights.set(seq, weight)
    yield { seq, rows, rejects: [] }
    seq++
  }
}

function attach(
  batches: Highland.Stream<Batch<any>>,
  stage: AnyStage,
  tally: Tally,
  signal: AbortSignal,
  active: Set<Promise<unknown>>,
): Highland.Stream<Batch<any>> {
  const observed = batches.map((batch) => {
    const task = observe(stage, batch, tally, signal)
    active.add(task)
    const settle = (): boolean => active.delete(task)
    task.then(settle, settle)
    return highland<Batch<any>>(task)
  })
  const limit = stage.concurrency ?? 1
  return stage.ordered === false ? observed.mergeWithLimit(limit) : observed.parallel(limit)
}

/** highland never tears its source down: destroy it and wait until the generator's `finally` has run. */
async function release(input: Readable): Promise<void> {
  if (input.closed) return
  await new Promise<void>((resolve) => {
    input.once('close', resolve)
    input.once('error', () => {}) // the run's own error has been reported
    input.destroy()
  })
}
