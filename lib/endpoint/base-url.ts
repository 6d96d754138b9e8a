import { ConfigInvalidError } from '../errors.ts'

export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path that every API path is appended to, without trailing slash: `/v1`, `/openai/v1`. */
  readonly prefix: string
}

/**
 * Where an OpenAI-compatible API lives, from what people paste: with or without `/v1`, with a trailing slash, or with
 * the path of one call. `/v1` is added unless the path names a version already (`/v1beta/openai`).
 * @throws ConfigInvalidError for other schemes, and for user names, queries and fragments: they would be lost or logged
 */
export function baseUrl(text: string): BaseUrl {
  const shown = text.replace(/^([^/]*\/\/)?.*@/s, '$1***@').replace(/([?#]).*/s, '$1***')
  const refuse = (problem: string): never => {
    throw new ConfigInvalidError([`endpoint URL ${shown} ${problem}`])
  }
  const url = URL.canParse(text) ? new URL(text) : refuse('is no URL; expected something like http://localhost:8000')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('must start with http:// or https://')
  if (url.username || url.password) refuse('must not carry a user name or password; use --api-key or --header')
  if (url.search || url.hash) refuse('must not carry a query or fragment')
  const path = url.pathname.replace(/\/+$/, '').replace(/\/(chat\/completions|completions|models)$/, '')
  return { origin: url.origin, prefix: /\/v\d/.test(path) ? path : `${path}/v1` }
}
