import { errorBody, wholeReply } from './reply.js'

/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * uvicorn sends no Keep-Alive header, so a client learns nothing of the time after which it closes; naming the
 * connection keeps Node from adding one.
 */
const connection = { connection: 'keep-alive' }

/**
 * @param {ServerResponse} response
 * @param {number} status
 * @param {string} body
 * @param {Record<string, string>} [headers]
 */
export function send(response, status, body, headers = {}) {
  if (response.destroyed) return
  response.writeHead(status, { ...connection, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

/** The head of a stream. @param {ServerResponse} response */
export function openStream(response) {
  response.writeHead(200, { ...connection, 'content-type': 'text/event-stream; charset=utf-8' })
}

/** RST instead of FIN. @param {ServerResponse} response */
export function reset(response) {
  response.socket?.resetAndDestroy()
}

/** What is wrong on the server's side, by status. */
const serverErrors = /** @type {Record<number, { type: string, message: string }>} */ ({
  429: { type: 'RateLimitError', message: 'Too many requests' },
  500: { type: 'InternalServerError', message: 'EngineCore encountered an issue. See stack trace (above) for the root cause.' },
  503: { type: 'ServiceUnavailableError', message: 'The service is temporarily unavailable' },
})

const loginPage = '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login"></form></body></html>'
const badGateway = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'
const html = { 'content-type': 'text/html' }

/**
 * A fault that needs no generation.
 * @param {ServerResponse} response
 * @param {import('./faults.js').FaultRule} rule
 * @param {'nested' | 'flat'} errors
 * @returns {boolean} false where the request has to be generated first
 */
export function sendEarlyFault(response, { kind, retryAfter = 1 }, errors) {
  /** @param {number} status @param {Record<string, string>} [headers] */
  const fail = (status, headers) => {
    const error = serverErrors[status] ?? { type: 'InternalServerError', message: `status ${status}` }
    send(response, status, JSON.stringify(errorBody(errors, { status, ...error })), headers)
    return true
  }
  switch (kind) {
    case '429': return fail(429)
    case '429-seconds': return fail(429, { 'retry-after': String(retryAfter) })
    case '429-date': return fail(429, { 'retry-after': new Date(Date.now() + retryAfter * 1000).toUTCString() })
    case '500': return fail(500)
    case '503': return fail(503)
    case '502':
      send(response, 502, badGateway, html)
      return true
    case 'html':
      send(response, 200, loginPage, html)
      return true
    case 'reset':
      reset(response)
      return true
    case 'hang': return true
    default: return false
  }
}

/** How many pieces a trickled body comes in. */
const tricklePieces = 20

/**
 * The answer to a request that was generated.
 * @param {ServerResponse} response
 * @param {import('./reply.js').Job} job
 * @param {import('./faults.js').FaultRule | null} rule
 * @param {{ trickleMs: number }} options real milliseconds that a trickled body takes
 */
export function sendReply(response, job, rule, { trickleMs }) {
  switch (rule?.kind) {
    case 'reset-body': return sendHalf(response, JSON.stringify(wholeReply(job)))
    case 'trickle': return sendSlowly(response, JSON.stringify(wholeReply(job)), trickleMs)
    case 'truncated': {
      const body = JSON.stringify(wholeReply(job))
      return send(response, 200, body.slice(0, body.length / 2))
    }
    // What Python prints for a dictionary.
    case 'malformed': return send(response, 200, JSON.stringify(wholeReply(job)).replaceAll('"', "'"))
    case 'error-vllm': return send(response, 200, JSON.stringify(generationError('nested')))
    case 'error-sglang': return send(response, 200, JSON.stringify(generationError('flat')))
    case 'abort': return send(response, 200, JSON.stringify(wholeReply(job, { aborted: true })))
    case 'no-usage': return send(response, 200, JSON.stringify(wholeReply(job, { usage: false })))
    default: return send(response, 200, JSON.stringify(wholeReply(job)))
  }
}

/** What servers put into a 200 whose head was sent before the engine failed. @param {'nested' | 'flat'} style */
export function generationError(style) {
  return errorBody(style, { status: 500, type: 'InternalServerError', message: 'the engine gave this request up' })
}

/** Head and half of the body, then RST; only what has left this process can be lost. @param {ServerResponse} response @param {string} body */
function sendHalf(response, body) {
  const bytes = Buffer.from(body)
  response.writeHead(200, { ...connection, 'content-type': 'application/json', 'content-length': bytes.length })
  response.write(bytes.subarray(0, bytes.length / 2), () => reset(response))
}

/** @param {ServerResponse} response @param {string} body @param {number} ms */
function sendSlowly(response, body, ms) {
  const bytes = Buffer.from(body)
  const size = Math.ceil(bytes.length / tricklePieces)
  let at = 0
  response.writeHead(200, { ...connection, 'content-type': 'application/json', 'content-length': bytes.length })
  const timer = setInterval(() => {
    response.write(bytes.subarray(at, at + size))
    at += size
    if (at < bytes.length) return
    clearInterval(timer)
    response.end()
  }, ms / tricklePieces)
  response.once('close', () => clearInterval(timer))
}
