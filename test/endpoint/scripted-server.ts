import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What the server does with one request. */
export type Step =
  | Reply
  /** Reads the request and never answers. */
  | 'hang'
  /** RST before the first byte of the answer. */
  | 'reset'
  /** Status, headers and half of the body, then RST. */
  | 'reset-in-body'
  /** Status, headers and half of the body, then FIN. */
  | 'truncate'

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Objects are sent as JSON. */
  readonly body?: unknown
  /** The answer is held back until this resolves. */
  readonly after?: Promise<unknown>
  /** The body is sent in so many writes, one a turn of the event loop. Default 1. */
  readonly pieces?: number
}

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** 0-based, in order of connection. */
  readonly connection: number
  /** 0-based among the requests of its connection. */
  readonly ordinal: number
}

export interface ScriptedServer {
  readonly url: string
  readonly received: readonly Received[]
  /** Requests being answered now, and the most there ever were at once. */
  readonly atOnce: number
  readonly peak: number
  /** Sockets open now. */
  readonly sockets: number
  /** Resolves as soon as `condition` holds; looked at after every request, answer and closed socket. */
  until(condition: () => boolean): Promise<void>
  /** Closes the sockets that carry no request. */
  closeIdle(): void
  close(): Promise<void>
}

/** A chat completion as most servers write it. */
export function completion(content: string, fields: object = {}): object {
  return {
    id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'tiny',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15, prompt_tokens_details: { cached_tokens: 8 } },
    ...fields,
  }
}

/** A real HTTP server that plays `script`: a list, whose last step repeats, or a function of request and its number. */
export async function scriptedServer(
  script: readonly Step[] | ((request: Received, index: number) => Step),
): Promise<ScriptedServer> {
  const received: Received[] = []
  const sockets = new Map<Socket, { connection: number, requests: number }>()
  const waiters = new Set<() => void>()
  let connections = 0
  let atOnce = 0
  let peak = 0
  const changed = (): void => { for (const look of waiters) look() }

  const server = createServer((request, response) => {
    atOnce++
    peak = Math.max(peak, atOnce)
    response.once('close', () => { atOnce--; changed() })
    void play(request, response)
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    sockets.set(socket, { connection: connections++, requests: 0 })
    socket.on('error', () => {})
    socket.once('close', () => { sockets.delete(socket); changed() })
  })

  async function play(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    request.setEncoding('utf8')
    request.on('error', () => {})
    for await (const chunk of request) body += chunk
    const socket = sockets.get(request.socket) ?? { connection: -1, requests: 0 }
    const entry: Received = {
      method: request.method ?? '', path: request.url ?? '', headers: request.headers, body,
      connection: socket.connection, ordinal: socket.requests++,
    }
    received.push(entry)
    changed()
    const index = received.length - 1
    const step = typeof script === 'function' ? script(entry, index) : script[Math.min(index, script.length - 1)]
    if (step === undefined) throw new Error('the script is empty')
    if (step === 'hang') return
    if (step === 'reset') return void request.socket.resetAndDestroy()
    const bytes = Buffer.from(typeof step === 'string' ? 'x'.repeat(1000) : render(step.body ?? completion('hello')))
    if (typeof step === 'string') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
      response.write(bytes.subarray(0, 500), () => {
        if (step === 'truncate') request.socket.destroySoon()
        else request.socket.resetAndDestroy()
      })
      return
    }
    await step.after
    response.writeHead(step.status ?? 200, { 'content-type': 'application/json', 'content-length': bytes.length,
      ...step.headers })
    const size = Math.ceil(bytes.length / (step.pieces ?? 1)) || 1
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size))
      await new Promise((resolve) => { setImmediate(resolve) })
    }
    response.end()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get atOnce() { return atOnce },
    get peak() { return peak },
    get sockets() { return sockets.size },
    until(condition) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return
          waiters.delete(look)
          resolve()
        }
        waiters.add(look)
        look()
      })
    },
    closeIdle() { server.closeIdleConnections() },
    async close() {
      const done = new Promise((resolve) => { server.close(resolve) })
      server.closeAllConnections()
      await done
    },
  }
}

function render(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
