import { ParseFailedError } from '../../errors.ts'
import { jsonValues } from '../../text/json-values.ts'
import { sentenceSpans } from '../../text/sentences.ts'
import { z } from '../../validate.ts'
import { operation, type Tokens } from '../operation.ts'

interface Pair {
  readonly genre: string
  readonly audience: string
}

/**
 * The genres and audiences that a reply proposes (MAGA, arXiv 2502.04235, stage 1), one draft a pair, as slots `genre`
 * and `audience`: a JSON object with keys `genre_1`, `audience_1` and so on, or an array of objects with `genre` and
 * `audience`. Pairs of which half is missing or empty are left out, and such as came before; of more than `most` the first are taken.
 * A value of more than `maxTokens` ends with the last sentence within.
 *
 * Counts `pairs_parsed.N` a reply with N pairs, or `parse_error`.
 */
export const magaPairs = operation({
  name: 'maga_pairs',
  params: z.strictObject({ most: z.number().int().positive().optional(), maxTokens: z.number().int().positive().optional() }),
  gives: () => ['genre', 'audience'],
  apply(draft, { most = 5, maxTokens = 256 }, { tokens, count }) {
    const values = jsonValues(draft.text).flatMap((value) => pairsIn(value))
    const found = distinct(values.length > 0 ? values : spelledOut(draft.text)).slice(0, most)
    if (found.length === 0) {
      count('parse_error')
      throw new ParseFailedError('reply has no pair of genre and audience: expected JSON with the keys audience_1, genre_1, ...')
    }
    count(`pairs_parsed.${found.length}`)
    return found.map(({ genre, audience }) => {
      const slots = { ...draft.slots, genre: within(genre, maxTokens, tokens), audience: within(audience, maxTokens, tokens) }
      return { ...draft, text: `${slots.genre}\n\n${slots.audience}`, slots }
    })
  },
})

const KEY = /^(audience|genre)[\s_-]*(\d*)$/i
/** Deeper than `{"pairs": [{"genre": {"title": ...}}]}` nothing is looked for. */
const DEEPEST = 3

function pairsIn(value: unknown, depth = 0): Pair[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return []
  if (Array.isArray(value)) return value.flatMap((item) => pairsIn(item, depth + 1))
  const halves = Object.entries(value).flatMap(([key, half]) => {
    const [, side, number] = KEY.exec(key.trim()) ?? []
    return side === undefined ? [] : [{ side: side.toLowerCase(), number: Number(number), text: textOf(half) }]
  })
  return halves.length > 0 ? matched(halves) : Object.values(value).flatMap((inner) => pairsIn(inner, depth + 1))
}

interface Half {
  readonly side: string
  readonly number: number
  readonly text: string
}

function matched(halves: readonly Half[]): Pair[] {
  const numbers = [...new Set(halves.map(({ number }) => number))].toSorted((a, b) => a - b)
  const half = (side: string, of: number): string => halves.find((each) => each.side === side && each.number === of)?.text ?? ''
  return numbers
    .map((number) => ({ genre: half('genre', number), audience: half('audience', number) }))
    .filter(({ genre, audience }) => says(genre) && says(audience))
}

/** A text, or what third-party tools make of it: `{"title", "description"}`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\s+/g, ' ').replace(/^[\s<]+|[\s>]+$/g, '')
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).filter((part) => typeof part === 'string').map(textOf).filter(Boolean).join(': ')
}

/** Not empty, and not the dots of the form that was asked for. */
function says(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

const ENTRY = /["'](audience|genre)[\s_-]*(\d+)["']\s*:\s*["']/gi

/**
 * JSON that is none, because a quotation mark is not escaped or the reply was cut off: what stands between a key and
 * the next. The last value of a reply that was cut off has no end and is left out.
 */
function spelledOut(text: string): Pair[] {
  const keys = [...text.matchAll(ENTRY)]
  return matched(keys.flatMap((key, i) => {
    const value = text.slice(key.index + key[0].length, keys[i + 1]?.index ?? text.length)
    const end = /["']\s*[,}\]]?[\s}\]`]*$/.exec(value)
    return end ? [{ side: key[1]!.toLowerCase(), number: Number(key[2]), text: textOf(value.slice(0, end.index).replace(/\\n/g, ' ').replace(/\\(.)/g, '$1')) }] : []
  }))
}

function distinct(pairs: readonly Pair[]): Pair[] {
  const seen = new Set<string>()
  return pairs.filter(({ genre, audience }) => {
    const key = `${genre}\n${audience}`.toLowerCase()
    return !seen.has(key) && seen.add(key)
  })
}

function within(text: string, max: number, tokens: Tokens): string {
  const head = tokens.truncate(text, max)
  if (head === text) return text
  const spans = sentenceSpans(head)
  // The last one is what the limit cut off.
  return head.slice(0, spans.at(-2)?.end ?? head.length).trim()
}
