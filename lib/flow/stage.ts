/**
 * What a stage is. Types only: a stage knows no stream library, no counter and no clock.
 */

/** A row that left the stream early. Travels with its batch to the sink, so that both are committed together. */
export interface Reject {
  readonly row: unknown
  readonly stage: string
  readonly status: 'dropped' | 'failed'
  /** A stable snake_case id for drops, an error code for failures. */
  readonly reason: string
  /** What a person needs to see why: the measured value, the other row's id, the server's words. May be empty. */
  readonly detail: string
}

/** One element on the wire: a slice of rows, its place in the input, and what already left it. */
export interface Batch<Row> {
  /** 0-based, ascending in input order. One source batch stays one batch to the sink, whatever its rows become. */
  readonly seq: number
  readonly rows: readonly Row[]
  readonly rejects: readonly Reject[]
}

/** What a stage may use: cancellation, and the two ways a row can leave early. */
export interface StageContext {
  readonly signal: AbortSignal
  /** This row is not wanted: `reason` is a stable snake_case id. */
  drop(row: unknown, reason: string, detail?: string): void
  /** This row could not be handled: row scope, the run goes on. */
  fail(row: unknown, error: Error & { readonly code: string }): void
}

/**
 * Rows in, rows out. For every row received, `process` returns it (or what became of it), or calls `ctx.drop` or
 * `ctx.fail` once: never both, never neither; observe() checks the sum on every batch. An empty batch is legal and
 * returns an empty array. Input rows are never changed. A throw ends the run, so only defects and run errors throw.
 */
export interface Stage<In, Out> {
  /** Unique within a pipeline; what counts, rejects and errors are filed under. */
  readonly name: string
  /** Batches processed at once. Default 1. */
  readonly concurrency?: number
  /** Keep batches in input order when concurrency > 1. Default true; false lets no slow batch hold others. */
  readonly ordered?: boolean
  /**
   * Present on a stage that makes several rows of one, or one of several: names the received rows that an output row
   * came from. Then every received row is an origin of at least one output, or dropped, or failed.
   */
  readonly originsOf?: (row: Out) => readonly In[]
  process(rows: readonly In[], ctx: StageContext): readonly Out[] | Promise<readonly Out[]>
  /** Called once when the run ends, however it ends. */
  close?(): Promise<void>
}
