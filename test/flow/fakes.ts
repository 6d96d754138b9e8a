import type { Sink } from '../../dist/flow/pipeline.js'
import type { Batch, Stage } from '../../dist/flow/stage.js'

/** Rows are numbers; batch k of `size` rows holds k * size .. k * size + size - 1. */
export async function* numbers(batches: number, size: number, state?: { released: boolean; pulled: number }) {
  try {
    for (let k = 0; k < batches; k++) {
      if (state) state.pulled++
      yield Array.from({ length: size }, (_, i) => k * size + i)
    }
  } finally {
    if (state) state.released = true
  }
}

export interface Collected<Row> extends Sink<Row> {
  readonly batches: Batch<Row>[]
  readonly calls: string[]
}

/** A sink that keeps what it gets, and first waits for `before` where given. */
export function collect<Row>(before?: (batch: Batch<Row>) => Promise<void> | void): Collected<Row> {
  const batches: Batch<Row>[] = []
  const calls: string[] = []
  return {
    batches,
    calls,
    async write(batch) {
      await before?.(batch)
      batches.push(batch)
    },
    async finish() {
      calls.push('finish')
    },
    async abort() {
      calls.push('abort')
    },
  }
}

export function keepAll<Row>(name: string, more: Partial<Stage<Row, Row>> = {}): Stage<Row, Row> {
  return { name, process: (rows) => rows, ...more }
}

/** A promise and the hand that settles it. */
export function gate<T = void>() {
  let open!: (value: T) => void
  let fail!: (error: unknown) => void
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}

/** Let everything that can run without outside help run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
}
