import { sentenceSpans } from '../../text/sentences.ts'
import { z } from '../../validate.ts'
import { chunker, type Piece } from '../chunker.ts'
import type { Tokens } from '../operation.ts'

/**
 * As few pieces as keep every prompt within `max` tokens, of about the same length, so that none is a crumb. Cut between
 * paragraphs, within one only where it is too long: between its lines, else sentences, else anywhere. `reserve` is
 * for what the step's own words do not show: the chat template, and what later steps put beside the same piece.
 */
export const promptTokens = chunker({
  name: 'prompt_tokens',
  params: z.strictObject({ max: z.number().int().positive(), reserve: z.number().int().nonnegative().optional() }),
  cut(text, { max, reserve = 0 }, { tokens, template }) {
    const limit = Math.max(1, max - reserve - tokens.count(template))
    if (tokens.count(text) <= limit) return [{ text }]
    const pieces = packed(units(text, limit, tokens), limit)
    return pieces.length > 0 ? pieces : [{ text: text.trim() }]
  },
})

/** A stretch of the document with its white space behind it. */
interface Unit {
  readonly text: string
  readonly tokens: number
}

/** Longest first: what fits is not cut further. */
const SPLITTERS: readonly ((text: string) => string[])[] = [
  (text) => text.split(/(?<=\n[^\S\n]*\n)(?=\S)/),
  (text) => text.split(/(?<=\n)/),
  sentencesOf,
]

function units(text: string, limit: number, tokens: Tokens, level = 0): Unit[] {
  const count = tokens.count(text)
  if (count <= limit) return [{ text, tokens: count }]
  const split = SPLITTERS[level]
  if (split) return split(text).flatMap((part) => units(part, limit, tokens, level + 1))
  const parts: Unit[] = []
  for (let rest = text; rest !== '';) {
    // A character of more tokens than the limit goes on whole.
    const head = tokens.truncate(rest, limit) || String.fromCodePoint(rest.codePointAt(0)!)
    parts.push({ text: head, tokens: tokens.count(head) })
    rest = rest.slice(head.length)
  }
  return parts
}

function sentencesOf(text: string): string[] {
  const starts = [0, ...sentenceSpans(text).slice(1).map(({ start }) => start), text.length]
  return starts.slice(1).map((end, i) => text.slice(starts[i], end))
}

function packed(all: readonly Unit[], limit: number): Piece[] {
  const pieces: Piece[] = []
  let left = all.reduce((sum, { tokens }) => sum + tokens, 0)
  let open = ''
  let length = 0
  const close = (): void => {
    if (open.trim() !== '') pieces.push({ text: open.trim() })
    left -= length
    open = ''
    length = 0
  }
  for (const { text, tokens } of all) {
    const target = left / Math.ceil(left / limit)
    if (length > 0 && (length + tokens > limit || length + tokens / 2 > target)) close()
    open += text
    length += tokens
  }
  close()
  return pieces
}
