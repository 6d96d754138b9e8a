import { countTokens, truncateTokens } from '../../text/tokens.ts'
import { outlineOf, type Outline } from './outline.ts'
import { PrefixCache } from './prefix-cache.ts'
import { contentOf, MODEL, type ChatRequest, type CompletionRequest } from './request.ts'
import { rewrite } from './rewrite.ts'
import { endOfDocument, taskOf } from './task.ts'

/** Outlines kept for the siblings of a document. */
const MOST_OUTLINES = 16
/** Longest document whose outline is kept, in UTF-16 units. */
const LONGEST_KEPT = 50_000

interface Completion {
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly completionTokens: number
}

/**
 * Answers requests that were checked. The same request always gets the same choices; only `cached_tokens` depends on
 * what came before. Holds caches of bounded size and nothing else.
 */
export class Responder {
  readonly #prefixes = new PrefixCache()
  readonly #outlines = new Map<string, Outline>()

  chat(request: ChatRequest): object {
    const user = joined(request, 'user')
    const system = [joined(request, 'system'), joined(request, 'developer')].filter(Boolean).join('\n\n')
    const last = request.messages.findLastIndex(({ role }) => role === 'user')
    const segments = request.messages.flatMap((message, i) => {
      const text = contentOf(message)
      const end = i === last ? endOfDocument(text) : 0
      return [`${message.role}\n${text.slice(0, end)}`, text.slice(end)]
    })
    const done = this.#complete(user, system, segments, request, request.max_completion_tokens ?? request.max_tokens)
    const choice = { index: 0, message: { role: 'assistant', content: done.text }, logprobs: null }
    return {
      id: 'chatcmpl-offline',
      object: 'chat.completion',
      ...HEAD,
      choices: [{ ...choice, finish_reason: done.finishReason }],
      usage: usage([done]),
    }
  }

  completion(request: CompletionRequest): object {
    const prompts = typeof request.prompt === 'string' ? [request.prompt] : request.prompt
    const done = prompts.map((prompt) => {
      const end = endOfDocument(prompt)
      return this.#complete(prompt, '', [prompt.slice(0, end), prompt.slice(end)], request, request.max_tokens)
    })
    return {
      id: 'cmpl-offline',
      object: 'text_completion',
      ...HEAD,
      choices: done.map(({ text, finishReason }, index) => ({ index, text, logprobs: null, finish_reason: finishReason })),
      usage: usage(done),
    }
  }

  #complete(
    user: string,
    system: string,
    segments: readonly string[],
    { stop }: Pick<ChatRequest, 'stop'>,
    maxTokens: number | null | undefined,
  ): Completion {
    const task = taskOf(user, system)
    const prompt = this.#prefixes.count(segments)
    const whole = wellFormed(rewrite(task, maxTokens ?? null, this.#outline(task.document)))
    const stopped = beforeStop(whole, typeof stop === 'string' ? [stop] : (stop ?? []))
    const tokens = countTokens(stopped)
    const counts = { promptTokens: prompt.tokens, cachedTokens: prompt.cached }
    if (!maxTokens || tokens <= maxTokens) return { text: stopped, finishReason: 'stop', completionTokens: tokens, ...counts }
    const text = truncateTokens(stopped, maxTokens)
    return { text, finishReason: 'length', completionTokens: maxTokens, ...counts }
  }

  #outline(document: string): Outline {
    const known = this.#outlines.get(document)
    if (known) return known
    const outline = outlineOf(document)
    if (document.length > LONGEST_KEPT) return outline
    this.#outlines.set(document, outline)
    if (this.#outlines.size > MOST_OUTLINES) this.#outlines.delete(this.#outlines.keys().next().value as string)
    return outline
  }
}

/** No clock: the same request gives the same bytes, and a rewrite by rule has no time of its own. */
const HEAD = { created: 0, model: MODEL } as const

function joined(request: ChatRequest, role: string): string {
  return request.messages.filter((message) => message.role === role).map(contentOf).join('\n\n')
}

function usage(done: readonly Completion[]): object {
  const sum = (of: (completion: Completion) => number) => done.reduce((so, completion) => so + of(completion), 0)
  const prompt = sum((completion) => completion.promptTokens)
  const completion = sum((one) => one.completionTokens)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum((one) => one.cachedTokens) },
  }
}

/** Up to the first of the stop sequences, which is not part of the answer. */
function beforeStop(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
}

/** Half a surrogate pair, which JSON can carry and UTF-8 cannot, becomes U+FFFD. */
function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text
}
