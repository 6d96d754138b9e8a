import { type Client, type ClientOptions, openClient } from './client.ts'
import { encodeRequest, parseError, parseJson, record } from './protocol.ts'

/** What a model makes of texts that are there already. */
export interface TokenLosses {
  /** Loss of each token but the first, in nats, or why there is none. Rejects only when `signal` aborts. */
  of(text: string, signal: AbortSignal): Promise<readonly number[] | { readonly problem: string }>
  close(): Promise<void>
}

/** How `/v1/completions` is asked for the losses of a prompt: OpenAI's way, which vLLM and SGLang know, then vLLM's own. */
const ways = [{ echo: true, logprobs: 1 }, { prompt_logprobs: 1 }] as const

/**
 * Losses by `/v1/completions`, which chat services do not have. Each endpoint is asked one way after the other until one
 * gives losses, then always that way. One token is generated, since not every server takes 0. Sends nothing yet.
 */
export function openTokenLosses(endpoints: readonly ClientOptions[], model: string): TokenLosses {
  const clients = endpoints.map((endpoint) => openClient(endpoint))
  const known = new Map<Client, (typeof ways)[number]>()
  let turn = 0
  const ask = async (client: Client, text: string, extraBody: (typeof ways)[number], signal: AbortSignal): Promise<number[] | { problem: string }> => {
    const options = { model, sampling: { temperature: 0, max_tokens: 1 }, sample: 0, extraBody }
    const outcome = await client.send(encodeRequest({ shape: 'completion', prompt: text }, options), signal)
    if (outcome.kind === 'broken') return { problem: outcome.message }
    if (outcome.status !== 200) return { problem: `endpoint answered ${outcome.status}: ${parseError(outcome.status, outcome.body).message}` }
    return lossesIn(outcome.body) ?? { problem: 'the answer has no logprobs of the prompt' }
  }
  return {
    async of(text, signal) {
      const client: Client | undefined = clients[turn++ % clients.length]
      if (!client) return { problem: 'there is no endpoint to ask' }
      let first: { problem: string } | undefined
      for (const way of known.has(client) ? [known.get(client)!] : ways) {
        const answer = await ask(client, text, way, signal)
        if ('problem' in answer) first ??= answer
        else {
          known.set(client, way)
          return answer
        }
      }
      return first!
    },
    close: async () => void (await Promise.all(clients.map((client) => client.close()))),
  }
}

/**
 * Losses of the prompt's tokens but the first in the body of a completion, in either form; null where the prompt is not in it.
 */
export function lossesIn(body: string): number[] | null {
  const root = record(parseJson(body))
  const choices = root?.['choices']
  const choice = Array.isArray(choices) ? record(choices[0]) : undefined
  const promptTokens = record(root?.['usage'])?.['prompt_tokens']
  return echoed(record(choice?.['logprobs'])?.['token_logprobs'], promptTokens) ?? listed(choice?.['prompt_logprobs'] ?? root?.['prompt_logprobs'])
}

/** OpenAI's `logprobs.token_logprobs` of an echoed prompt: null for the first token, and at the end what was generated. */
function echoed(logprobs: unknown, promptTokens: unknown): number[] | null {
  if (!Array.isArray(logprobs)) return null
  const length = typeof promptTokens === 'number' ? promptTokens : logprobs.length - 1
  if (logprobs.length < length) return null
  return someOf(logprobs.slice(0, length).flatMap((logprob) => (typeof logprob === 'number' ? [-logprob] : [])))
}

/**
 * vLLM's `prompt_logprobs`: null for the first token, then for each an object from token ids to `{ logprob, rank, decoded_token }`:
 * the token itself, and the likeliest one where that is another. Numbers as keys have lost their order, but of the two it is
 * the token itself that is less likely.
 */
function listed(tokens: unknown): number[] | null {
  if (!Array.isArray(tokens)) return null
  const losses = tokens.map((token) => {
    const logprobs = Object.values(record(token) ?? {}).flatMap((each) => record(each)?.['logprob'] ?? [])
    return logprobs.every((logprob) => typeof logprob === 'number') && logprobs.length > 0 ? [-Math.min(...logprobs)] : []
  })
  return someOf(losses.flat())
}

function someOf(losses: number[]): number[] | null {
  return losses.length > 0 ? losses : null
}
