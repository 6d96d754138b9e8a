import { ConfigInvalidError } from '../errors.ts'

/** What is spoken, named after the last part of the path. */
export type Dialect = 'classify' | 'score' | 'predict'

export interface ClassifierUrl {
  readonly dialect: Dialect
  /** Without the query: what is asked, and what messages show. */
  readonly url: string
  /** Where the server's other calls live (`GET models`): the URL without its last part. */
  readonly base: string
  readonly path: string
  /** What `score` compares each text with; null for the others. */
  readonly query: string | null
}

/**
 * Where a classifier listens: a full URL whose path ends in `/classify` or `/score` (vLLM) or `/predict`
 * (Text-Embeddings-Inference). `/score` compares pairs, so it needs `?query=...`, which is taken off the URL and sent
 * as the first of each pair.
 * @throws ConfigInvalidError for other paths, schemes and parameters, and for user names: they would be lost or logged
 */
export function classifierUrl(text: string): ClassifierUrl {
  const shown = text.replace(/\/\/.*@/, '//***@')
  const refuse = (problem: string): never => {
    throw new ConfigInvalidError([`classifier URL ${shown} ${problem}`])
  }
  const url = URL.canParse(text) ? new URL(text) : refuse('is no URL; expected http://HOST:PORT/classify or the like')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('must start with http:// or https://')
  if (url.username || url.password) refuse('must not carry a user name or password; use --api-key or --header')
  if (url.hash) refuse('must not carry a fragment')
  const path = url.pathname.replace(/\/+$/, '')
  const last = path.slice(path.lastIndexOf('/') + 1)
  const dialect = isDialect(last) ? last : refuse('must end in /classify or /score (vLLM) or /predict (TEI)')
  const strange = [...url.searchParams.keys()].filter((name) => name !== 'query')
  if (strange.length > 0) refuse(`must not carry the parameter ${strange[0]}`)
  const query = url.searchParams.get('query')?.trim() || null
  if (dialect === 'score' && query === null) {
    refuse('compares each text with a query, so it needs one: .../score?query=a+well+written+page')
  }
  if (dialect !== 'score' && url.searchParams.has('query')) refuse('must not carry a query; only /score has one')
  const base = url.origin + path.slice(0, -last.length - 1)
  return { dialect, url: url.origin + path, base, path, query: query?.toWellFormed() ?? null }
}

function isDialect(word: string): word is Dialect {
  return word === 'classify' || word === 'score' || word === 'predict'
}
