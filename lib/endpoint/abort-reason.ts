import { AbortedError, StreamError } from '../errors.ts'

/** What to reject with once `signal` has aborted: its reason where that is an error of ours, else AbortedError. */
export function abortReason(signal: AbortSignal): StreamError {
  const { reason } = signal
  return reason instanceof StreamError ? reason : new AbortedError('the run was stopped', { cause: reason })
}

/** Wait with `sleep`, and reject as `abortReason` says however `sleep` itself rejects. */
export async function pause(
  ms: number, signal: AbortSignal, sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  try {
    await sleep(ms, signal)
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : error
  }
}
