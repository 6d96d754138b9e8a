import { ResponseInvalidError } from '../errors.ts'
import type { Usage } from '../rows.ts'
import type { ParsedReply } from './protocol.ts'
import { answerObject, readChoice, record } from './protocol.ts'

/** A completion's body around its prompt: `head + prompt + tail`. */
export interface CutBody {
  readonly head: string
  /** A JSON string, quotes included. */
  readonly prompt: string
  /** Sampling and vendor fields: requests can only share a call where these are equal. */
  readonly tail: string
}

const opening = ',"prompt":"'

/**
 * Take the prompt out of a body that encodeRequest made; nothing is parsed, so nothing is spelt anew. Inside a JSON
 * string every quote is escaped, so the first match is the field itself.
 * @returns null for a body without a prompt
 */
export function cutPrompt(body: string): CutBody | null {
  const at = body.indexOf(opening)
  if (at === -1) return null
  const from = at + opening.length - 1
  for (let end = body.indexOf('"', from + 1); end !== -1; end = body.indexOf('"', end + 1)) {
    let slashes = 0
    while (body.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return { head: body.slice(0, from), prompt: body.slice(from, end + 1), tail: body.slice(end + 1) }
  }
  return null
}

/** One body for the prompts of several that have `head` and `tail` in common. */
export function joinPrompts({ head, tail }: Pick<CutBody, 'head' | 'tail'>, prompts: readonly string[]): string {
  return `${head}[${prompts.join(',')}]${tail}`
}

/**
 * Read the answer to an array of prompts, in the order of the prompts: choices may come in any, and say by `index`
 * whose they are; without one the order counts. The common usage is shared out by length of prompt and text.
 * A choice that is none fails alone.
 * @throws ResponseInvalidError for no completion, and where choices do not match the prompts one to one: a server that
 * takes an array for one long prompt answers with a single choice, which is nobody's
 */
export function parseReplies(body: string, prompts: readonly string[]): (ParsedReply | ResponseInvalidError)[] {
  const root = answerObject(body)
  const choices = inOrder(root['choices'], prompts.length)
  if (choices === null) {
    const given = Array.isArray(root['choices']) ? root['choices'] : []
    // An error object explains itself better.
    readChoice('completion', root, given[0], body)
    throw new ResponseInvalidError(`answer has ${given.length} choices, not one for each of ${prompts.length} prompts`)
  }
  const replies = choices.map((choice) => orInvalid(() => readChoice('completion', root, choice, body)))
  const shares = shareUsage(replies.find(isReply)?.usage ?? null, prompts, replies)
  return replies.map((reply, i) => (isReply(reply) ? { ...reply, usage: shares?.[i] ?? null } : reply))
}

function isReply(reply: ParsedReply | ResponseInvalidError): reply is ParsedReply {
  return !(reply instanceof Error)
}

function orInvalid(read: () => ParsedReply): ParsedReply | ResponseInvalidError {
  try {
    return read()
  } catch (error) {
    if (error instanceof ResponseInvalidError) return error
    throw error
  }
}

/** null where they are not exactly one for each of `count` prompts. */
function inOrder(given: unknown, count: number): unknown[] | null {
  if (!Array.isArray(given) || given.length !== count) return null
  const indexes = given.map((choice) => record(choice)?.['index'])
  if (indexes.every((index) => index === undefined || index === null)) return given
  const ordered = new Map(given.map((choice, i) => [indexes[i], choice]))
  const choices = Array.from({ length: count }, (_, i) => ordered.get(i))
  return choices.includes(undefined) ? null : choices
}

function shareUsage(usage: Usage | null, prompts: readonly string[], replies: readonly (ParsedReply | ResponseInvalidError)[]): Usage[] | null {
  if (usage === null) return null
  const prompt = shareOut(usage.promptTokens, prompts.map(({ length }) => length))
  // By what was shared out: no prompt may have more from the cache than it has.
  const cached = shareOut(usage.cachedPromptTokens, prompt)
  const completion = shareOut(usage.completionTokens, replies.map((reply) => (isReply(reply) ? reply.text.length + (reply.reasoning?.length ?? 0) : 0)))
  return prompt.map((promptTokens, i) => ({ promptTokens, cachedPromptTokens: cached[i]!, completionTokens: completion[i]!, shared: true }))
}

/** Whole shares of `total` in proportion to `weights`, equal ones where these are all 0. Their sum is `total`. */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let passed = 0
  let given = 0
  return weights.map((weight, i) => {
    passed += weight
    const until = sum > 0 ? Math.floor((total * passed) / sum) : Math.floor((total * (i + 1)) / weights.length)
    const share = until - given
    given = until
    return share
  })
}
