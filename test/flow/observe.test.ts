import t from 'tap'
import { EndpointRefusedError, ParseFailedError } from '../../dist/errors.js'
import { observe } from '../../dist/flow/observe.js'
import type { Stage } from '../../dist/flow/stage.js'
import { newTally } from '../../dist/flow/tally.js'

interface Row {
  readonly n: number
}
const rows = [1, 2, 3, 4].map((n) => ({ n }))
const signal = new AbortController().signal
const run = <Out>(process: Stage<Row, Out>['process'], more: Partial<Stage<Row, Out>> = {}, tally = newTally('s')) =>
  observe({ name: 's', process, ...more }, { seq: 7, rows, rejects: [] }, tally, signal)

t.test('counts what is kept, dropped by reason and failed by code, and hands the rejects on', async (t) => {
  const tally = newTally('s')
  const batch = await run(
    (received, ctx) => {
      ctx.drop(received[0], 'too_short', '3 words, limit 50')
      ctx.fail(received[2], new ParseFailedError('no tags'))
      return [received[1]!, received[3]!]
    },
    {},
    tally,
  )
  t.equal(batch.seq, 7)
  t.same(batch.rows, [{ n: 2 }, { n: 4 }])
  t.strictSame(batch.rejects, [
    { row: rows[0], stage: 's', status: 'dropped', reason: 'too_short', detail: '3 words, limit 50' },
    { row: rows[2], stage: 's', status: 'failed', reason: 'STREAM_PARSE_FAILED', detail: 'no tags' },
  ])
  t.match(tally, { received: 4, kept: 2, emitted: 2, dropped: new Map([['too_short', 1]]), failed: new Map([['STREAM_PARSE_FAILED', 1]]) })
})

t.test('rejects of earlier stages stay in front', async (t) => {
  const before = { row: { n: 0 }, stage: 'a', status: 'dropped' as const, reason: 'duplicate', detail: '' }
  const stage: Stage<Row, Row> = {
    name: 's',
    process: (received, ctx) => {
      for (const row of received) ctx.drop(row, 'no')
      return []
    },
  }
  const batch = await observe(stage, { seq: 0, rows: rows.slice(0, 1), rejects: [before] }, newTally('s'), signal)
  t.same(batch.rejects.map(({ stage }) => stage), ['a', 's'])
})

const unbalanced: [string, Stage<Row, Row>['process'], RegExp][] = [
  ['a row lost', (received) => received.slice(1), /4 rows in, 3 kept, 0 dropped or failed/],
  ['a row doubled', (received) => [...received, received[0]!], /4 rows in, 5 kept/],
  ['a row dropped and kept', (received, ctx) => (ctx.drop(received[0], 'no'), received), /4 rows in, 4 kept, 1 dropped/],
  ['a row dropped twice', (received, ctx) => (ctx.drop(received[0], 'no'), ctx.drop(received[0], 'no'), received.slice(1)), /left twice/],
  ['a row never received', (received, ctx) => (ctx.drop({ n: 9 }, 'no'), received), /never received/],
]
for (const [name, process, message] of unbalanced) {
  t.test(`${name} ends the run`, async (t) => {
    const tally = newTally('s')
    await t.rejects(run(process, {}, tally), { code: 'STREAM_STAGE_FAILED', message })
    t.equal(tally.received, 0, 'a batch that did not balance is not counted')
  })
}

t.test('fan-out: every received row is an origin, or left', async (t) => {
  const originsOf = (out: { from: Row }) => [out.from]
  const tally = newTally('s')
  const copies = (received: readonly Row[]) => received.flatMap((from) => [{ from }, { from }])
  await run((received, ctx) => (ctx.drop(received[0], 'no'), copies(received.slice(1))), { originsOf }, tally)
  t.match(tally, { received: 4, kept: 3, emitted: 6 })
  await t.rejects(run((received) => copies(received.slice(1)), { originsOf }), { message: /4 rows in, 3 with outputs, 0 dropped/ })
  await t.rejects(run((received, ctx) => (ctx.drop(received[0], 'no'), copies(received)), { originsOf }), { message: /origin that was dropped/ })
})

t.test('a defect is blamed on stage and batch; a run error passes as it is', async (t) => {
  await t.rejects(run(() => { throw new TypeError('undefined is not a row') }), {
    code: 'STREAM_STAGE_FAILED', stage: 's', seq: 7, message: 'stage s failed on batch 7: undefined is not a row',
  })
  const refused = new EndpointRefusedError('401')
  await t.rejects(run(() => { throw refused }), refused)
})

t.test('an empty batch stays an empty batch', async (t) => {
  const tally = newTally('s')
  t.same(await observe({ name: 's', process: (none: readonly Row[]) => none }, { seq: 0, rows: [], rejects: [] }, tally, signal), { seq: 0, rows: [], rejects: [] })
  t.equal(tally.received, 0)
})
