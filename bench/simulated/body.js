import { hash } from 'node:crypto'

/** The name of a body in `/_sim/requests`: 64 bits of SHA-256. @param {string} body */
export function hashOf(body) {
  return hash('sha256', body, 'hex').slice(0, 16)
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string | null>} null where the client broke off
 */
export function readBody(request) {
  return new Promise((resolve) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (/** @type {string} */ chunk) => (body += chunk))
    request.once('end', () => resolve(body))
    request.once('error', () => resolve(null))
    request.once('close', () => resolve(null))
  })
}
