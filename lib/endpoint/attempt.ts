import type { Headers, Outcome } from './retry.ts'

/** setTimeout's longest delay; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1

/** How a socket ends that the server had closed while it lay idle. */
const resetCodes = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** What undici hands over to stop a request. */
interface Controller {
  abort(reason: Error): void
}

/** undici's or the system's. A host with several addresses fails with one error each, under an empty message. */
type SocketFailure = Error & { readonly code?: string, readonly errors?: readonly Error[] }

/** Collects one answer straight from undici's parser: no stream, no listener, one promise. Settles once. */
export class Attempt {
  readonly signal: AbortSignal
  readonly outcome: Promise<Outcome>
  /** A reused socket broke before any answer: the server had closed it. Known once settled. */
  stale = false
  readonly #takeFresh: () => boolean
  readonly #timer: NodeJS.Timeout
  readonly #chunks: Buffer[] = []
  #resolve: (outcome: Outcome) => void = () => {}
  #reject: (error: Error) => void = () => {}
  #controller: Controller | undefined
  #settled = false
  #reused = false
  #status = 0
  #headers: Headers = {}

  constructor(signal: AbortSignal, deadlineMs: number, takeFresh: () => boolean) {
    this.signal = signal
    this.#takeFresh = takeFresh
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#timer = setTimeout(expire, Math.min(deadlineMs, maxTimerMs), this, deadlineMs)
  }

  /** Give up: drop the socket and reject. */
  abandon(error: Error): void {
    if (this.#drop(error)) this.#reject(error)
  }

  /** Its time is over: drop the socket, so that the server stops generating. */
  end(code: 'DEADLINE' | 'OVERDUE' | 'STALLED', message: string): void {
    if (this.#drop(new Error(message))) this.#resolve({ kind: 'broken', code, message })
  }

  /** Pieces of the body that have come in. */
  get received(): number {
    return this.#chunks.length
  }

  onRequestStart(controller: Controller): void {
    this.#reused = !this.#takeFresh()
    this.#controller = controller
    if (this.#settled) controller.abort(new Error('given up before it was sent'))
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (!this.#settle()) return
    const [only] = this.#chunks
    const bytes = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks)
    this.#resolve({ kind: 'answer', status: this.#status, headers: this.#headers, body: bytes.toString() })
  }

  onResponseError(_controller: Controller, error: SocketFailure): void {
    if (!this.#settle()) return
    const code = error.code ?? error.name
    this.stale = this.#reused && this.#status === 0 && resetCodes.has(code)
    const message = error.message || (error.errors?.map((each) => each.message).join(', ') ?? '')
    this.#resolve({ kind: 'broken', code, message: message.includes(code) ? message : `${message} (${code})` })
  }

  #drop(error: Error): boolean {
    if (!this.#settle()) return false
    this.#controller?.abort(error)
    return true
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#timer)
    return true
  }
}

function expire(attempt: Attempt, deadlineMs: number): void {
  attempt.end('DEADLINE', `no answer within ${deadlineMs / 1000} s`)
}
