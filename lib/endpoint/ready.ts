import { ConfigInvalidError, EndpointUnreachableError } from '../errors.ts'
import { abortReason, pause } from './abort-reason.ts'
import type { Client } from './client.ts'
import type { ModelInfo } from './protocol.ts'
import { parseError, parseModels } from './protocol.ts'
import type { Outcome } from './retry.ts'
import { attemptsFor, isTransient, refusal } from './retry.ts'

/** What is served. null where the endpoints do not say. */
export interface Ready {
  readonly model: string | null
  /** Context length in tokens: the shortest among the endpoints. */
  readonly maxModelLen: number | null
}

/** What is served, and who was not up yet, with the last cause. */
export interface Roll extends Ready {
  readonly missing: ReadonlyMap<Client, string>
}

export interface ReadyOptions {
  readonly signal: AbortSignal
  /** How long all endpoints together may take to come up. */
  readonly timeoutMs: number
  /** The model that the run will ask for; else the first that the first endpoint lists. */
  readonly wanted: string | undefined
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The wait between two probes doubles from the first to the second. */
const minPauseMs = 250
const maxPauseMs = 2_000

/** A server that is up answers a probe at once; one that accepts and says nothing is asked again. */
const probeDeadlineMs = 10_000
const minProbeMs = 1_000

/** Up, but without the route. */
const unlisted = new Set([404, 405, 501])

/** Tries that an endpoint gets at least before others that are up begin without it. */
const leastTries = 3

/**
 * Wait until endpoints answer `GET models`. Refused connections and 503 are waited out: a server that loads
 * its weights refuses first, then answers 503. 404 means up, but without a list. As soon as one is up, those that have
 * failed a few times are missing.
 * @throws EndpointUnreachableError where none came up in time, or waiting cannot help; names URL and last cause of the first
 * @throws EndpointRefusedError for 401 and 403, at once
 * @throws ConfigInvalidError where an endpoint does not serve the model that the first one lists first
 */
export async function awaitReady(clients: readonly Client[], options: ReadyOptions): Promise<Roll> {
  // One that cannot come up must not keep the others waiting, nor leave their probes running.
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(abortReason(options.signal))
  if (options.signal.aborted) throw abortReason(options.signal)
  options.signal.addEventListener('abort', onAbort, { once: true })
  try {
    let anyUp = false
    const missing = new Map<Client, EndpointUnreachableError>()
    const lists = await Promise.all(clients.map(async (client) => {
      try {
        const list = await probe(client, { ...options, signal: stop.signal, anyUp: () => anyUp })
        anyUp = true
        return list
      } catch (error) {
        if (!(error instanceof EndpointUnreachableError)) throw error
        missing.set(client, error)
        return null
      }
    }))
    const [first] = missing.values()
    if (!anyUp && first) throw missing.get(clients[0]!) ?? first
    const up = clients.flatMap((client, i) => (missing.has(client) ? [] : [{ client, list: lists[i] ?? null }]))
    const ready = agree(up, options.wanted)
    return { ...ready, missing: new Map([...missing].map(([client, { message }]) => [client, message])) }
  } finally {
    options.signal.removeEventListener('abort', onAbort)
    stop.abort()
  }
}

type Probe = Omit<ReadyOptions, 'wanted'> & { readonly anyUp: () => boolean }

/** The models of one endpoint as soon as it answers, null where it keeps no list. */
async function probe(client: Client, options: Probe): Promise<ModelInfo[] | null> {
  const url = client.url('models')
  const end = options.now() + options.timeoutMs
  for (let tries = 1; ; tries++) {
    const left = end - options.now()
    const outcome = await client.models(options.signal, Math.min(probeDeadlineMs, Math.max(left, minProbeMs)))
    if (outcome.kind === 'answer' && outcome.status === 200) return readModels(outcome.body, url)
    if (outcome.kind === 'answer' && unlisted.has(outcome.status)) return null
    const cause = causeOf(outcome, url, tries)
    if (options.anyUp() && tries >= leastTries) throw new EndpointUnreachableError(cause)
    if (left <= 0) {
      const limit = `${options.timeoutMs / 1000} s`
      throw new EndpointUnreachableError(`${url} was not ready within ${limit}; last cause: ${cause}`)
    }
    await pause(Math.min(left, maxPauseMs, minPauseMs * 2 ** (tries - 1)), options.signal, options.sleep)
  }
}

/**
 * One look at an endpoint that was missing, or is new: what keeps it from serving `model`, or null.
 * @param named the model was asked for by name: an alias need not be on the list
 */
export async function findObstacle(client: Client, model: string | null, named: boolean, signal: AbortSignal): Promise<string | null> {
  const outcome = await client.models(signal, probeDeadlineMs)
  if (outcome.kind === 'broken') return outcome.message
  if (unlisted.has(outcome.status)) return null
  if (outcome.status !== 200) return `answered ${outcome.status}: ${parseError(outcome.status, outcome.body).message}`
  try {
    const served = parseModels(outcome.body).map(({ id }) => id)
    if (named || model === null || served.includes(model)) return null
    return `serves ${served.join(', ') || 'no model'}, not "${model}"`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function readModels(body: string, url: string): ModelInfo[] {
  try {
    return parseModels(body)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new EndpointUnreachableError(`${url} is no OpenAI-compatible endpoint: ${problem}`, { cause })
  }
}

/** Why a probe has to be repeated, or throws where repeating it is of no use. */
function causeOf(outcome: Outcome, url: string, tries: number): string {
  if (outcome.kind === 'broken') {
    if (tries < attemptsFor(outcome.code, Infinity)) return outcome.message
    throw new EndpointUnreachableError(`no answer from ${url}: ${outcome.message}`)
  }
  const refused = refusal(outcome, url, null)
  if (refused) throw refused
  const cause = `${outcome.status}: ${parseError(outcome.status, outcome.body).message}`
  if (!isTransient(outcome.status)) throw new EndpointUnreachableError(`${url} answered ${cause}`)
  return cause
}

/** One model for the run, and proof that every endpoint that keeps a list has it. */
function agree(up: readonly { readonly client: Client, readonly list: ModelInfo[] | null }[], wanted: string | undefined): Ready {
  const model = wanted ?? up.find(({ list }) => list !== null)?.list?.[0]?.id ?? null
  const lengths: number[] = []
  for (const { client, list } of up) {
    const info = list?.find(({ id }) => id === model)
    if (info && info.maxModelLen !== null) lengths.push(info.maxModelLen)
    // A model asked for by name may be an alias that no list shows, so only a guessed one has to be on all lists.
    if (list && !info && wanted === undefined && model !== null) {
      const served = list.map(({ id }) => id).join(', ') || 'none'
      const mismatch = `endpoints serve different models: ${client.origin} has ${served}, not "${model}"`
      throw new ConfigInvalidError([`${mismatch}; name one with --model`])
    }
  }
  return { model, maxModelLen: lengths.length > 0 ? Math.min(...lengths) : null }
}
