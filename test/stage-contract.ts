import type { Test } from 'tap'
import { observe } from '../dist/flow/observe.js'
import type { Batch, Stage } from '../dist/flow/stage.js'
import { newTally, total } from '../dist/flow/tally.js'

/**
 * What every stage promises, whatever it does (lib/flow/stage.ts): run it for each stage with rows that reach all of
 * its outcomes. observe() does the balance check and throws when a row is lost or doubled.
 * @param make builds a fresh stage: its state must not leak from one to the next
 */
export function stageContract<In extends object, Out>(t: Test, make: () => Stage<In, Out>, rows: readonly In[]): void {
  const alive = new AbortController().signal
  const run = (stage: Stage<In, Out>, batch: readonly In[], seq = 0, signal = alive, tally = newTally(stage.name)) =>
    observe(stage, { seq, rows: batch, rejects: [] }, tally, signal)
  const outcome = ({ rows: kept, rejects }: Batch<Out>) => ({
    kept,
    // A stage may look at its rows in several passes: which row left and why counts, not in which order.
    rejects: rejects.map(({ status, reason, detail, row }) => `${JSON.stringify(row).slice(0, 200)} ${status} ${reason} ${detail}`).toSorted(),
  })

  t.test('stage contract', async (t) => {
    await t.test('an empty batch stays empty', async (t) => {
      const stage = make()
      t.same(outcome(await run(stage, [])), { kept: [], rejects: [] })
      await stage.close?.()
    })

    await t.test('received = kept + dropped + failed, and input rows are not changed', async (t) => {
      const stage = make()
      const before = structuredClone(plain(rows))
      const frozen = Object.freeze(rows.map((row) => Object.freeze(row)))
      const tally = newTally(stage.name)
      await run(stage, frozen, 0, alive, tally)
      t.equal(tally.received, rows.length)
      t.equal(tally.kept + total(tally.dropped) + total(tally.failed), rows.length)
      t.same(plain(rows), before)
      await stage.close?.()
    })

    await t.test('the same rows give the same outcome, in one batch or one by one', async (t) => {
      const whole = make()
      const single = make()
      const once = outcome(await run(whole, rows))
      const pieces: ReturnType<typeof outcome>[] = []
      for (const [seq, row] of rows.entries()) pieces.push(outcome(await run(single, [row], seq)))
      t.same(pieces.flatMap(({ kept }) => kept).map(volatileOut), once.kept.map(volatileOut))
      t.same(pieces.flatMap(({ rejects }) => rejects).toSorted(), once.rejects)
      await whole.close?.()
      await single.close?.()
    })
  })
}

/** Rows without what structuredClone refuses. */
function plain(rows: readonly object[]): unknown {
  return JSON.parse(JSON.stringify(rows))
}

/** Measured times differ from run to run. */
function volatileOut(row: unknown): unknown {
  return JSON.parse(JSON.stringify(row, (key, value) => (key === 'latencyMs' ? 0 : value)))
}
