/**
 * Every error a user can meet, one class per stable code. Match on `code`, never on the message.
 *
 * Two scopes. Run errors are thrown and end the run with `exitCode`. Row errors are handed to `ctx.fail`,
 * go to `_rejected/` with their code, and leave the run going.
 * docs/errors.md lists them all; test/errors.test.ts holds the two together.
 */
export type ErrorCode = `STREAM_${string}`

export abstract class StreamError extends Error {
  abstract readonly code: ErrorCode
  /** Process exit code when this error ends a run (DESIGN section 2). */
  readonly exitCode: number = 1
}

/** The command line, the config file or a recipe is wrong. `problems` holds one sentence each, all found at once. */
export class ConfigInvalidError extends StreamError {
  override readonly name = 'ConfigInvalidError'
  readonly code = 'STREAM_CONFIG_INVALID'
  override readonly exitCode = 2
  readonly problems: readonly string[]
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('; '), options)
    this.problems = problems
  }
}

/** An input path matches nothing, or a folder holds no file of a known kind. */
export class InputNotFoundError extends StreamError {
  override readonly name = 'InputNotFoundError'
  readonly code = 'STREAM_INPUT_NOT_FOUND'
  override readonly exitCode = 2
}

/** A file is readable but has not the columns, or the column types, that the run was told to use. */
export class SchemaMismatchError extends StreamError {
  override readonly name = 'SchemaMismatchError'
  readonly code = 'STREAM_SCHEMA_MISMATCH'
  override readonly exitCode = 2
}

/** A file is not what its name says, is cut short or corrupt, or uses a feature that no reader here has. */
export class InputUnreadableError extends StreamError {
  override readonly name = 'InputUnreadableError'
  readonly code = 'STREAM_INPUT_UNREADABLE'
}

/** The output folder holds something that this run may not replace. */
export class OutputConflictError extends StreamError {
  override readonly name = 'OutputConflictError'
  readonly code = 'STREAM_OUTPUT_CONFLICT'
  override readonly exitCode = 2
}

/** Writing failed: disk full, no permission, encoder error. The message names the path and the cause. */
export class SinkFailedError extends StreamError {
  override readonly name = 'SinkFailedError'
  readonly code = 'STREAM_SINK_FAILED'
}

/** A stage threw: a defect, since row trouble is data. `cause` is what it threw. */
export class StageFailedError extends StreamError {
  override readonly name = 'StageFailedError'
  readonly code = 'STREAM_STAGE_FAILED'
  readonly stage: string
  readonly seq: number
  constructor(stage: string, seq: number, cause: unknown) {
    super(`stage ${stage} failed on batch ${seq}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.stage = stage
    this.seq = seq
  }
}

/** No endpoint answers: connections refused or reset, or only 5xx, until the retries ran out. Ends the run, state kept. */
export class EndpointUnreachableError extends StreamError {
  override readonly name = 'EndpointUnreachableError'
  readonly code = 'STREAM_ENDPOINT_UNREACHABLE'
}

/** The endpoint refuses every request (key: 401, 403; path or model: 404; no credit), so the run ends at once. */
export class EndpointRefusedError extends StreamError {
  override readonly name = 'EndpointRefusedError'
  readonly code = 'STREAM_ENDPOINT_REFUSED'
}

/** The run was stopped by a signal. What was done is kept; the same command goes on from there. */
export class AbortedError extends StreamError {
  override readonly name = 'AbortedError'
  readonly code = 'STREAM_ABORTED'
  override readonly exitCode = 130
}

/** Base of the row errors below: handed to `ctx.fail`, they cost one row and the run goes on. */
export abstract class RowError extends StreamError {}

/** The endpoint answered this request with an error status that a retry does not mend. */
export class RequestStatusError extends RowError {
  override readonly name = 'RequestStatusError'
  readonly code: `STREAM_HTTP_${number}`
  readonly status: number
  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(`endpoint answered ${status}: ${detail.slice(0, 300)}`, options)
    this.code = `STREAM_HTTP_${status}`
    this.status = status
  }
}

/** No answer to this request within its deadline, or the connection broke, on every attempt. */
export class RequestFailedError extends RowError {
  override readonly name = 'RequestFailedError'
  readonly code = 'STREAM_REQUEST_FAILED'
}

/** The endpoint answered 200 with something that is no completion (malformed JSON, an error object, no choices). */
export class ResponseInvalidError extends RowError {
  override readonly name = 'ResponseInvalidError'
  readonly code = 'STREAM_RESPONSE_INVALID'
}

/** The reply does not have the form that the recipe's parser needs. */
export class ParseFailedError extends RowError {
  override readonly name = 'ParseFailedError'
  readonly code = 'STREAM_PARSE_FAILED'
}
