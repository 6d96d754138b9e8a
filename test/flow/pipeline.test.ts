import fc from 'fast-check'
import t from 'tap'
import { AbortedError } from '../../dist/errors.js'
import { Pipeline, type Flow } from '../../dist/flow/pipeline.js'
import { total } from '../../dist/flow/tally.js'
import type { Stage } from '../../dist/flow/stage.js'
import { collect, gate, keepAll, numbers, settle } from './fakes.js'

const roomy = { rows: 1_000_000, bytes: Number.MAX_SAFE_INTEGER }

function flow<In, Out>(part: Pick<Flow<In, Out>, 'source' | 'sink'> & Partial<Flow<In, Out>>): Flow<In, Out> {
  return { signal: new AbortController().signal, limits: roomy, bytesOf: () => 1, ...part }
}

t.test('ordered stages keep input order, whatever finishes first', async (t) => {
  const gates = Array.from({ length: 6 }, () => gate())
  const late: Stage<number, number> = {
    name: 'late',
    concurrency: 3,
    async process(rows) {
      await gates[rows[0]!]!.promise
      return rows
    },
  }
  const sink = collect<number>()
  const run = Pipeline.of<number>().via(late).run(flow({ source: () => numbers(6, 1), sink }))
  for (const k of [2, 1, 0, 5, 4, 3]) {
    gates[k]!.open()
    await settle()
  }
  await run
  t.same(sink.batches.map(({ seq }) => seq), [0, 1, 2, 3, 4, 5])
  t.same(sink.calls, ['finish'])
})

t.test('unordered: a slow batch holds no other, and concurrency is a bound', async (t) => {
  const slow = gate()
  let active = 0
  let peak = 0
  const infer: Stage<number, number> = {
    name: 'infer',
    concurrency: 4,
    ordered: false,
    async process(rows) {
      peak = Math.max(peak, ++active)
      await (rows[0] === 0 ? slow.promise : new Promise((resolve) => setImmediate(resolve)))
      active--
      return rows
    },
  }
  const sink = collect<number>()
  const run = Pipeline.of<number>().via(infer).run(flow({ source: () => numbers(40, 1), sink }))
  while (sink.batches.length < 39) await settle()
  t.notOk(sink.batches.some(({ seq }) => seq === 0), '39 batches overtook the slow one')
  slow.open()
  await run
  t.equal(sink.batches.length, 40)
  t.equal(peak, 4)
})

t.test('a slow sink stops the source: rows in flight stay within the limit', async (t) => {
  const state = { released: false, pulled: 0 }
  const release = gate()
  const sink = collect<number>(() => release.promise)
  const limits = { rows: 8, bytes: Number.MAX_SAFE_INTEGER }
  const infer = keepAll<number>('infer', { concurrency: 100, ordered: false })
  const run = Pipeline.of<number>().via(infer).run(flow({ source: () => numbers(50, 2, state), sink, limits }))
  await settle()
  t.equal(state.pulled, 5, '4 batches of 2 rows inside, one more read and waiting at the gate')
  release.open()
  await run
  t.equal(sink.batches.length, 50)
})

t.test('a slow sink stops the source: bytes in flight stay within the limit, a larger batch passes alone', async (t) => {
  const state = { released: false, pulled: 0 }
  const release = gate()
  const sink = collect<number>(() => release.promise)
  const limits = { rows: 1000, bytes: 10 }
  const options = { source: () => numbers(9, 1, state), sink, limits, bytesOf: (row: number) => (row === 4 ? 500 : 5) }
  const run = Pipeline.of<number>().via(keepAll<number>('pass')).run(flow(options))
  await settle()
  t.equal(state.pulled, 3, 'two rows of 5 bytes inside, one more waiting')
  release.open()
  await run
  t.equal(sink.batches.length, 9)
})

t.test('an error in the source ends the run with it', async (t) => {
  let released = false
  async function* broken() {
    try {
      yield [1]
      yield [2]
      throw new Error('disk on fire')
    } finally {
      released = true
    }
  }
  const sink = collect<number>()
  await t.rejects(Pipeline.of<number>().via(keepAll('pass')).run(flow({ source: broken, sink })), { message: 'disk on fire' })
  t.same(sink.calls, ['abort'])
  t.ok(released)
})

t.test('an error in a stage names stage and batch, aborts the others and releases the source', async (t) => {
  const state = { released: false, pulled: 0 }
  const signals: AbortSignal[] = []
  const stage: Stage<number, number> = {
    name: 'infer',
    concurrency: 3,
    ordered: false,
    async process(rows, ctx) {
      signals.push(ctx.signal)
      if (rows[0] === 2) throw new Error('boom')
      await new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
      return rows
    },
  }
  const sink = collect<number>()
  const run = Pipeline.of<number>().via(stage).run(flow({ source: () => numbers(50, 1, state), sink }))
  await t.rejects(run, { code: 'STREAM_STAGE_FAILED', message: 'stage infer failed on batch 2: boom' })
  t.same(sink.calls, ['abort'])
  t.ok(state.released)
  t.ok(signals.every((signal) => signal.aborted))
})

t.test('the run ends only after every stage call has ended', async (t) => {
  const straggler = gate()
  let ended = false
  let closed = false
  const stage: Stage<number, number> = {
    name: 'infer',
    concurrency: 2,
    ordered: false,
    async process(rows) {
      if (rows[0] === 1) throw new Error('boom')
      await straggler.promise
      ended = true
      return rows
    },
    async close() {
      closed = ended
    },
  }
  const run = Pipeline.of<number>().via(stage).run(flow({ source: () => numbers(5, 1), sink: collect<number>() }))
  const outcome = t.rejects(run, { message: /boom/ })
  await settle()
  straggler.open()
  await outcome
  t.ok(closed, 'closed after the straggler')
})

t.test('an error in the sink ends the run with it and releases the source', async (t) => {
  const state = { released: false, pulled: 0 }
  const sink = collect<number>(({ seq }) => {
    if (seq === 3) throw new Error('disk full')
  })
  const run = Pipeline.of<number>().via(keepAll('pass')).run(flow({ source: () => numbers(50, 1, state), sink }))
  await t.rejects(run, { message: 'disk full' })
  t.same(sink.calls, ['abort'])
  t.ok(state.released)
  t.equal(sink.batches.length, 3)
})

t.test('a failing abort does not hide the first error', async (t) => {
  const sink = { ...collect<number>(() => Promise.reject(new Error('disk full'))), abort: () => Promise.reject(new Error('and more')) }
  await t.rejects(Pipeline.of<number>().run(flow({ source: () => numbers(2, 1), sink })), { message: 'disk full' })
})

t.test('abort from outside: rejects with the reason, releases a source that waits', async (t) => {
  const controller = new AbortController()
  let released = false
  async function* waits(signal: AbortSignal) {
    try {
      yield [1]
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    } finally {
      released = true
    }
  }
  const sink = collect<number>()
  const run = Pipeline.of<number>().via(keepAll('pass')).run(flow({ source: waits, sink, signal: controller.signal }))
  const outcome = t.rejects(run, { code: 'STREAM_ABORTED' })
  await settle()
  controller.abort(new AbortedError('stopped'))
  await outcome
  t.ok(released)
  t.same(sink.calls, ['abort'])
  t.equal(sink.batches.length, 1, 'what came through before is in the sink')
})

t.test('abort while the source is held back at a yield: it is released all the same', async (t) => {
  const controller = new AbortController()
  const state = { released: false, pulled: 0 }
  const hang: Stage<number, number> = {
    name: 'hang',
    process: (_rows, ctx) =>
      new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))),
  }
  const run = Pipeline.of<number>()
    .via(hang)
    .run(flow({ source: () => numbers(50, 1, state), sink: collect<number>(), signal: controller.signal }))
  const outcome = t.rejects(run, { code: 'STREAM_ABORTED' })
  await settle()
  controller.abort(new AbortedError('stopped'))
  await outcome
  t.ok(state.pulled < 50)
  t.ok(state.released)
})

t.test('a signal that is already aborted: nothing is read', async (t) => {
  const state = { released: false, pulled: 0 }
  const sink = collect<number>()
  const signal = AbortSignal.abort(new AbortedError('stopped'))
  await t.rejects(Pipeline.of<number>().run(flow({ source: () => numbers(3, 1, state), sink, signal })), { code: 'STREAM_ABORTED' })
  t.equal(state.pulled, 0)
})

t.test('many failures at once leave no unhandled rejection', async (t) => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const stage: Stage<number, number> = {
    name: 'infer',
    concurrency: 8,
    ordered: false,
    process: async (rows) => {
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error(`boom ${rows[0]}`)
    },
  }
  await t.rejects(Pipeline.of<number>().via(stage).run(flow({ source: () => numbers(50, 1), sink: collect<number>() })), { message: /boom/ })
  await settle()
  process.off('unhandledRejection', listen)
  t.same(unhandled, [])
})

t.test('stage names are unique', async (t) => {
  t.throws(() => Pipeline.of<number>().via(keepAll('a')).via(keepAll('a')), { message: 'two stages are named a' })
})

t.test('stages close in reverse order, once, on success too', async (t) => {
  const closed: string[] = []
  const closing = (name: string) => keepAll<number>(name, { close: async () => void closed.push(name) })
  await Pipeline.of<number>().via(closing('a')).via(closing('b')).run(flow({ source: () => numbers(3, 1), sink: collect<number>() }))
  t.same(closed, ['b', 'a'])
})

t.test('property: whatever is dropped, failed, fanned out or reordered, every row is accounted for once', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(1000), { maxLength: 6 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 30 }),
      async (input, concurrency, ordered, rowLimit) => {
        const rows = input.map((batch, b) => batch.map((value, i) => ({ id: `${b}.${i}`, value })))
        type Row = (typeof rows)[number][number]
        type Copy = { origin: Row; copy: number }
        const sift: Stage<Row, Row> = {
          name: 'sift',
          process: (batch, ctx) =>
            batch.filter((row) => {
              if (row.value % 5 === 0) return void ctx.drop(row, 'fifth')
              if (row.value % 7 === 0) return void ctx.fail(row, Object.assign(new Error('seventh'), { code: 'STREAM_SEVENTH' }))
              return true
            }),
        }
        const fan: Stage<Row, Copy> = {
          name: 'fan',
          concurrency,
          ordered,
          originsOf: ({ origin }) => [origin],
          async process(batch) {
            for (let i = 0; i < (batch[0]?.value ?? 0) % 3; i++) await new Promise((resolve) => setImmediate(resolve))
            return batch.flatMap((origin) => Array.from({ length: 1 + (origin.value % 3) }, (_, copy) => ({ origin, copy })))
          },
        }
        const sink = collect<Copy>()
        const pipe = Pipeline.of<Row>().via(sift).via(fan)
        async function* source() {
          yield* rows
        }
        await pipe.run(flow({ source, sink, limits: { rows: rowLimit, bytes: 1000 } }))
        const all = rows.flat()
        const kept = all.filter(({ value }) => value % 5 !== 0 && value % 7 !== 0)
        const out = sink.batches.flatMap((batch) => batch.rows.map(({ origin, copy }) => `${origin.id}:${copy}`))
        t.same(out.toSorted(), kept.flatMap((row) => Array.from({ length: 1 + (row.value % 3) }, (_, c) => `${row.id}:${c}`)).toSorted())
        t.equal(sink.batches.flatMap((batch) => batch.rejects).length, all.length - kept.length)
        const [sifted, fanned] = pipe.tallies
        t.equal(sifted!.received, all.length)
        t.equal(sifted!.kept + total(sifted!.dropped) + total(sifted!.failed), all.length)
        t.equal(fanned!.received, kept.length)
        t.equal(fanned!.emitted, out.length)
        if (ordered) t.same(sink.batches.map(({ seq }) => seq), rows.map((_, seq) => seq))
      },
    ),
    { numRuns: 60 },
  )
})
