import { fractionOf } from './hash.js'

/** What can go wrong, by name, with what it is. The order is that of --help. */
export const faultKinds = /** @type {const} */ ({
  429: '429 without Retry-After',
  '429-seconds': '429 with Retry-After in seconds (retryAfter)',
  '429-date': '429 with Retry-After as an HTTP date (retryAfter)',
  500: '500 with an error body as vLLM writes it',
  502: '502 with an HTML page, as a proxy writes it',
  503: '503 with an error body',
  reset: 'RST before the head of the answer; nothing is generated',
  'reset-body': 'RST in the middle of the body, after the generation was paid for',
  hang: 'no answer ever; nothing is generated',
  trickle: 'the body in small pieces over so many simulated seconds (seconds)',
  truncated: 'a whole HTTP answer with half of its JSON; a stream that just ends',
  malformed: 'a whole HTTP answer that is no JSON',
  'error-vllm': '200 with {"error": {...}}; in a stream, after half of the text',
  'error-sglang': '200 with {"object": "error", ...}; in a stream, inside {"error": ...}',
  abort: '200 with half of the text and finish_reason "abort"',
  'no-usage': '200 without usage',
  html: '200 with text/html: the login page of a gateway',
})

/** @typedef {`${keyof typeof faultKinds}`} FaultKind */

/**
 * @typedef {object} FaultRule
 * @property {FaultKind} kind
 * @property {number} [share] of the requests, 0 to 1. Default: 1
 * @property {number} [attempts] only the first so many attempts of the same body. Default: all
 * @property {number} [every] only in storms: one starts every so many simulated seconds,
 * @property {number} [lasts] and lasts so many
 * @property {number} [retryAfter] real seconds, for 429-seconds and 429-date. Default: 1
 * @property {number} [seconds] simulated seconds, for trickle. Default: 10
 */

/**
 * What happens to one attempt. The same for the same seed, body and attempt, whatever else is asked and in which order
 * (storms go by the clock, of course).
 * @param {readonly FaultRule[]} rules shares add up; what is left goes well
 * @param {{ seed: number, bodyHash: string, attempt: number, now: number }} request attempt: 0 for the first time that
 * this body was seen; now: simulated seconds
 * @returns {FaultRule | null}
 */
export function decideFault(rules, { seed, bodyHash, attempt, now }) {
  if (rules.length === 0) return null
  let draw = fractionOf(`${bodyHash} ${attempt}`, seed)
  for (const rule of rules) {
    const { share = 1, attempts = Infinity, every = 0, lasts = 0 } = rule
    if (attempt >= attempts || (every > 0 && now % every >= lasts)) continue
    if (draw < share) return rule
    draw -= share
  }
  return null
}

const numbers = ['share', 'attempts', 'every', 'lasts', 'retryAfter', 'seconds']

/**
 * Read one rule: `KIND=SHARE`, or an object or its JSON.
 * @param {unknown} value
 * @returns {FaultRule}
 * @throws TypeError that says what is wrong
 */
export function readFault(value) {
  const given = typeof value === 'string' ? fromText(value) : value
  if (typeof given !== 'object' || given === null) throw new TypeError(`a fault is KIND=SHARE or an object, not ${value}`)
  const rule = /** @type {Record<string, unknown>} */ (given)
  if (!Object.hasOwn(faultKinds, String(rule.kind))) {
    throw new TypeError(`no fault is of kind "${rule.kind}"; kinds: ${Object.keys(faultKinds).join(', ')}`)
  }
  for (const [name, number] of Object.entries(rule)) {
    if (name === 'kind') continue
    if (!numbers.includes(name)) throw new TypeError(`fault ${rule.kind} has an unknown field "${name}"; fields: ${numbers.join(', ')}`)
    const good = typeof number === 'number' && number >= 0 && (name !== 'share' || number <= 1)
    if (!good) throw new TypeError(`${name} of fault ${rule.kind} must be ${name === 'share' ? 'between 0 and 1' : '0 or more'}, not ${number}`)
  }
  return /** @type {FaultRule} */ ({ ...rule, kind: String(rule.kind) })
}

/** @param {string} text */
function fromText(text) {
  if (text.startsWith('{')) return JSON.parse(text)
  const [kind, share = '1'] = text.split('=')
  return { kind, share: Number(share) }
}
