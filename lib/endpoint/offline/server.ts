import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ConfigInvalidError } from '../../errors.ts'
import { check } from '../../validate.ts'
import { chatRequest, completionRequest, MODEL } from './request.ts'
import { Responder } from './respond.ts'

/** Largest body read, in bytes: above any document worth sending, below what would exhaust the process. */
const LARGEST_BODY = 64 * 2 ** 20
/** Never the limit in practice: the body limit is met first. Clients plan with it. */
const MAX_MODEL_LEN = 2 ** 24

type Handler = (body: unknown) => object

/** An error as the protocol writes it. */
class HttpError extends Error {
  readonly status: number
  readonly type: string
  constructor(status: number, message: string, type = 'invalid_request_error') {
    super(message)
    this.status = status
    this.type = type
  }
}

/** The offline endpoint as an HTTP server, not yet listening. OpenAI protocol, non-streaming. */
export function createOfflineServer(): Server {
  const responder = new Responder()
  const model = { id: MODEL, object: 'model', created: 0, owned_by: 'seedstream', max_model_len: MAX_MODEL_LEN }
  const models = { object: 'list', data: [model] }
  const routes: Readonly<Record<string, { readonly method: 'GET' | 'POST'; readonly handle: Handler }>> = {
    '/v1/chat/completions': {
      method: 'POST',
      handle: (body) => responder.chat(known(check(chatRequest, body, 'request'))),
    },
    '/v1/completions': {
      method: 'POST',
      handle: (body) => responder.completion(known(check(completionRequest, body, 'request'))),
    },
    '/v1/models': { method: 'GET', handle: () => models },
    '/health': { method: 'GET', handle: () => ({ status: 'ok' }) },
  }
  return createServer((request, response) => {
    answer(routes, request).then(
      (body) => send(response, 200, body),
      (error: unknown) => sendError(response, error),
    )
  })
}

async function answer(
  routes: Readonly<Record<string, { readonly method: string; readonly handle: Handler }>>,
  request: IncomingMessage,
): Promise<object> {
  const path = (request.url ?? '/').replace(/[?#].*$/s, '')
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!route) throw new HttpError(404, `no such route: ${request.method} ${path.slice(0, 200)}`, 'not_found_error')
  if (request.method !== route.method) {
    throw new HttpError(405, `${path} takes ${route.method}, not ${request.method}`)
  }
  return route.handle(route.method === 'POST' ? parsed(await bodyOf(request)) : null)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) throw new HttpError(413, `request body is larger than ${LARGEST_BODY} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new HttpError(400, `request body is no JSON: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`)
  }
}

/** Like other servers: a request may leave the model out, but not name one that is not there. */
function known<Body extends { readonly model?: string | null | undefined }>(body: Body): Body {
  if (body.model && body.model !== MODEL) {
    const message = `no such model: "${body.model.slice(0, 200)}"; this endpoint has "${MODEL}"`
    throw new HttpError(404, message, 'not_found_error')
  }
  return body
}

function send(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8')
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return
  const { status, type, message } = described(error)
  // What is left of a refused body is not worth reading.
  if (status === 413) response.setHeader('connection', 'close')
  send(response, status, { error: { message, type, param: null, code: status } })
}

function described(error: unknown): { status: number; type: string; message: string } {
  if (error instanceof HttpError) return error
  if (error instanceof ConfigInvalidError) return { status: 400, type: 'invalid_request_error', message: error.message }
  return { status: 500, type: 'server_error', message: error instanceof Error ? error.message : String(error) }
}
