import { type Client, type ClientOptions, openClient } from './client.ts'
import { encodeRequest, parseError, parseJson, record } from './protocol.ts'

/** What a model makes of texts that are there already. */
export interface TokenLosses {
  /** Loss of each token but the first, in nats, or why there is none. Rejects only when `signal` aborts. */
  of(text: string, signal: AbortSignal): Promise<readonly number[] | { readonly problem: string }>
  close(): Promise<void>
}

/**
 * Asks `/v1/completions` to echo the prompt with logprobs, which vLLM and SGLang do and chat services do not. One token is
 * generated, since not every server takes 0. Sends nothing yet.
 */
export function openTokenLosses(endpoints: readonly ClientOptions[], model: string): TokenLosses {
  const clients = endpoints.map((endpoint) => openClient(endpoint))
  let turn = 0
  return {
    async of(text, signal) {
      const client: Client | undefined = clients[turn++ % clients.length]
      if (!client) return { problem: 'there is no endpoint to ask' }
      const options = { model, sampling: { temperature: 0, max_tokens: 1 }, sample: 0, extraBody: { echo: true, logprobs: 1 } }
      const outcome = await client.send(encodeRequest({ shape: 'completion', prompt: text }, options), signal)
      if (outcome.kind === 'broken') return { problem: outcome.message }
      if (outcome.status !== 200) return { problem: `endpoint answered ${outcome.status}: ${parseError(outcome.status, outcome.body).message}` }
      return lossesIn(outcome.body) ?? { problem: 'the answer has no logprobs of the prompt' }
    },
    close: async () => void (await Promise.all(clients.map((client) => client.close()))),
  }
}

/**
 * Losses of the prompt's tokens in the body of a completion that echoes it: OpenAI's `logprobs.token_logprobs`, whose first
 * token has none and whose last ones were generated. null where the prompt is not in it.
 */
export function lossesIn(body: string): number[] | null {
  const root = record(parseJson(body))
  const choices = root?.['choices']
  const logprobs = record(Array.isArray(choices) ? record(choices[0])?.['logprobs'] : undefined)?.['token_logprobs']
  if (!Array.isArray(logprobs)) return null
  const promptTokens = record(root?.['usage'])?.['prompt_tokens']
  const length = typeof promptTokens === 'number' ? promptTokens : logprobs.length - 1
  if (logprobs.length < length) return null
  const losses = logprobs.slice(0, length).flatMap((logprob) => (typeof logprob === 'number' ? [-logprob] : []))
  return losses.length > 0 ? losses : null
}
