import { ConfigInvalidError } from '../errors.ts'

export interface HeaderOptions {
  /** Sent as `Authorization: Bearer`, unless empty or `headers` hold an authorization. Never in an error. */
  readonly apiKey: string
  readonly headers: Readonly<Record<string, string>>
}

/** Headers that frame the message or ask for an encoding that is not decoded here. */
const framingHeaders = /^(connection|keep-alive|content-length|transfer-encoding|upgrade|expect|accept-encoding)$/i

/**
 * A flat list of names and values, as undici takes them fastest; made once an endpoint.
 * @throws ConfigInvalidError for what HTTP does not allow; no message shows the key or a value
 */
export function requestHeaders({ apiKey, headers }: HeaderOptions): string[] {
  const problems = Object.entries(headers).flatMap(([name, value]) => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return [`header name ${JSON.stringify(name)} is not allowed by HTTP`]
    if (framingHeaders.test(name)) return [`header ${name} is set by the client itself`]
    return isHeaderValue(value) ? [] : [`header ${name} has a value that HTTP does not allow`]
  })
  if (!isHeaderValue(apiKey)) problems.push('the API key is not allowed by HTTP; does it end in a line break?')
  if (problems.length > 0) throw new ConfigInvalidError(problems)
  const named = new Map([['content-type', 'application/json'], ['user-agent', 'seedstream']])
  if (apiKey) named.set('authorization', `Bearer ${apiKey}`)
  for (const [name, value] of Object.entries(headers)) named.set(name.toLowerCase(), value)
  return [...named].flat()
}

/**
 * Takes the key and all header values out of what servers say: some repeat what they were given, and a secret may be in
 * a header of any name. Short values are no secrets (`EMPTY`).
 */
export function redactor({ apiKey, headers }: HeaderOptions): (text: string) => string {
  const secrets = [apiKey, ...Object.values(headers)].map((value) => value.replace(/^\w+ +/, '')).filter(({ length }) => length >= 8)
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}

function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}
