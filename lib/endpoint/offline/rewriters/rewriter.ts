import { writesWithoutBlanks } from '../language.ts'
import type { Outline, Sentence } from '../outline.ts'

/** Bounds for one rewrite. */
export interface Ask {
  /** Items, questions or turns asked for, null where no number was named. */
  readonly items: number | null
  /** Longest text that is likely to fit max_tokens, in UTF-16 units: a good writer plans the length instead of being cut. */
  readonly maxChars: number
}

/** Makes a text of the document's own sentences. The outline has at least one usable sentence. */
export type Rewriter = (outline: Outline, ask: Ask) => string

/** Sentences as one paragraph. A list item that no mark ends gets one, or it would run into the next. */
export function paragraph(sentences: readonly Sentence[], outline: Outline): string {
  const dense = writesWithoutBlanks(outline.language)
  return sentences.map(({ text }) => (ENDED.test(text) ? text : `${text}${dense ? '。' : '.'}`)).join(dense ? '' : ' ')
}

const ENDED = /[.!?…:;,。！？：；，؟۔।]["'”’»)\]」』）]*$/

/** As many of `pieces` as fit, at least one, joined by `separator`. */
export function fitting(pieces: readonly string[], maxChars: number, separator: string): string {
  let length = 0
  const end = pieces.findIndex((piece, i) => (length += piece.length + separator.length) > maxChars && i > 0)
  return pieces.slice(0, end < 0 ? pieces.length : end).join(separator)
}
