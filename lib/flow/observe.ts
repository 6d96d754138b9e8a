import { StageFailedError, StreamError } from '../errors.ts'
import type { Batch, Reject, Stage, StageContext } from './stage.ts'
import { count, type Tally } from './tally.ts'

/**
 * Run one stage on one batch: the only code that counts, times and blames. Checks on every batch that each received
 * row is kept, dropped or failed, exactly once; a stage that loses or doubles a row ends the run.
 * @returns the batch under its own seq, with the rejects of this stage added
 * @throws StageFailedError for a defect; run errors (StreamError) and the abort reason pass through as they are
 */
export async function observe<In, Out>(
  stage: Stage<In, Out>,
  batch: Batch<In>,
  tally: Tally,
  signal: AbortSignal,
): Promise<Batch<Out>> {
  const waiting = new Set<unknown>(batch.rows)
  const rejects: Reject[] = []
  function leave(reject: Reject): void {
    if (!waiting.delete(reject.row)) throw new RangeError(`a row left twice, or was never received (${reject.reason})`)
    rejects.push(reject)
  }
  const ctx: StageContext = {
    signal,
    drop: (row, reason, detail = '') => leave({ row, stage: stage.name, status: 'dropped', reason, detail }),
    fail: (row, error) => leave({ row, stage: stage.name, status: 'failed', reason: error.code, detail: error.message }),
  }
  const start = performance.now()
  try {
    const rows = await stage.process(batch.rows, ctx)
    assertBalanced(stage, batch.rows, rows, waiting)
    tally.received += batch.rows.length
    tally.kept += waiting.size
    tally.emitted += rows.length
    for (const { status, reason } of rejects) count(tally[status], reason)
    return { seq: batch.seq, rows, rejects: rejects.length > 0 ? [...batch.rejects, ...rejects] : batch.rejects }
  } catch (cause) {
    if (cause instanceof StreamError || signal.aborted) throw cause
    throw new StageFailedError(stage.name, batch.seq, cause)
  } finally {
    tally.ms += performance.now() - start
  }
}

/** `waiting` holds the received rows that neither dropped nor failed: exactly they must have gone on. */
function assertBalanced<In, Out>(
  stage: Stage<In, Out>,
  received: readonly In[],
  rows: readonly Out[],
  waiting: ReadonlySet<unknown>,
): void {
  const gone = received.length - waiting.size
  if (stage.originsOf === undefined) {
    if (rows.length === waiting.size) return
    throw new RangeError(`${received.length} rows in, ${rows.length} kept, ${gone} dropped or failed`)
  }
  const origins = new Set<unknown>()
  for (const row of rows) {
    for (const origin of stage.originsOf(row)) {
      if (!waiting.has(origin)) throw new RangeError('an output row names an origin that was dropped or never received')
      origins.add(origin)
    }
  }
  if (origins.size === waiting.size) return
  throw new RangeError(`${received.length} rows in, ${origins.size} with outputs, ${gone} dropped or failed`)
}
