import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { AttemptNote } from '../endpoint/attempt-note.ts'
import type { Call } from '../endpoint/ask.ts'
import { ConfigInvalidError } from '../errors.ts'

export interface RequestLogOptions {
  readonly path: string
  /** Request and reply are logged whole for the first call and every so many after it. 1: all. */
  readonly bodiesEvery: number
  /** One line for the person who started the run. */
  readonly note: (line: string) => void
  /** Bytes that may wait for the disk; what comes then is left out and counted. Default: 32 million. */
  readonly maxWaiting?: number
}

export interface RequestLog {
  add(attempt: AttemptNote): void
  /** Resolves when all of it is written. Never rejects: a log that fails costs no run. */
  close(): Promise<void>
}

/**
 * Open the log of every attempt at a request, one JSON object a line, after what the file holds already. Lines wait in
 * memory while the disk is slow, up to a bound, so the requests never wait for it. Bodies are those of failed attempts
 * and of every so many calls, once a call where several prompts share one. No header is ever logged, and no key
 * that a server repeats.
 * @throws ConfigInvalidError where the file cannot be written
 */
export async function openRequestLog({ path, bodiesEvery, note, maxWaiting = 32_000_000 }: RequestLogOptions): Promise<RequestLog> {
  const file = await open(path, 'a').catch((cause: unknown) => {
    throw new ConfigInvalidError([`--request-log ${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`], { cause })
  })
  const stream = createWriteStream(path, { fd: file })
  const numbers = new WeakMap<Call, number>()
  const shown = new WeakSet<Call>()
  let calls = 0
  let broken: Error | null = null
  let lost = 0
  stream.once('error', (error) => {
    broken = error
    note(`the request log ends here, the run does not: ${error.message}`)
  })

  function numberOf(call: Call): number {
    const known = numbers.get(call)
    if (known !== undefined) return known
    numbers.set(call, ++calls)
    return calls
  }

  return {
    add(attempt) {
      if (broken) return
      if (stream.writableLength > maxWaiting) {
        lost++
        return
      }
      const { call } = attempt
      const number = call && numberOf(call)
      const whole = call && !shown.has(call) && (attempt.next !== 'done' || (number! - 1) % bodiesEvery === 0)
      if (whole) shown.add(call)
      stream.write(`${lineOf(attempt, number).slice(0, -1)}${whole ? `,${bodiesOf(call)}` : '}'}\n`)
    },
    async close() {
      if (lost > 0) note(`the request log left out ${lost.toLocaleString('en')} lines: ${path} took them too slowly`)
      // One that has failed is closed already.
      if (stream.closed) return
      const closed = once(stream, 'close').catch(() => {})
      stream.end()
      await closed
    },
  }
}

function lineOf(attempt: AttemptNote, number: number | null): string {
  const { call, read } = attempt
  const failure = read && 'kind' in read ? read : null
  const reply = read && !('kind' in read) ? read : null
  return JSON.stringify({
    time: new Date(attempt.sentAt).toISOString(),
    key: attempt.key,
    seed_id: attempt.affinity,
    endpoint: attempt.endpoint,
    attempt: attempt.attempt,
    call: number,
    prompts: call?.prompts,
    place: call && call.prompts > 1 ? attempt.place : undefined,
    ...(call?.outcome.kind === 'answer' ? { status: call.outcome.status } : { status: null, error: call?.outcome.code }),
    ...(failure?.kind === 'invalid' && { error: 'INVALID' }),
    message: failure?.kind === 'invalid' ? failure.error.message : call?.outcome.kind === 'broken' ? call.outcome.message : undefined,
    latency_ms: Math.round(attempt.latencyMs),
    finish_reason: reply?.finishReason,
    prompt_tokens: reply?.usage?.promptTokens,
    completion_tokens: reply?.usage?.completionTokens,
    next: attempt.next,
    delay_ms: attempt.delayMs ?? undefined,
  })
}

/** The request as it was sent, which is JSON on one line; the answer as JSON where it is, else as text. */
function bodiesOf({ client, body, outcome }: Call): string {
  const request = `"request":${client.redact(body)}`
  return outcome.kind === 'answer' ? `${request},"response":${asJson(client.redact(outcome.body))}}` : `${request}}`
}

function asJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return JSON.stringify(text)
  }
}
