import { sentenceSpans } from '../../../text/sentences.ts'
import { writesWithoutBlanks } from '../language.ts'
import type { Outline, Sentence } from '../outline.ts'

/** Bounds for one rewrite. */
export interface Ask {
  /** Items, questions or turns asked for, null where no number was named. */
  readonly items: number | null
  /** Longest text that is likely to fit max_tokens, in UTF-16 units: better to plan the length than to be cut. */
  readonly maxChars: number
  /** All of the prompt but the document. */
  readonly told: string
}

/** Makes a text of the document's own sentences. The outline has at least one usable sentence. */
export type Rewriter = (outline: Outline, ask: Ask) => string

/** Sentences as one paragraph. A list item that no mark ends gets one, or it would run into the next. */
export function paragraph(sentences: readonly Sentence[], outline: Outline): string {
  const dense = writesWithoutBlanks(outline.language)
  return sentences.map(({ text }) => (ENDED.test(text) ? text : `${text}${dense ? '。' : '.'}`)).join(dense ? '' : ' ')
}

const ENDED = /[.!?…:;,。！？：；，؟۔।]["'”’»)\]」』）]*$/

/** As many of `pieces` as fit, joined by `separator`. A first piece that is too long ends after a sentence. */
export function fitting(pieces: readonly string[], maxChars: number, separator: string): string {
  let length = 0
  const end = pieces.findIndex((piece) => (length += piece.length + separator.length) > maxChars + separator.length)
  if (end < 0) return pieces.join(separator)
  return end > 0 ? pieces.slice(0, end).join(separator) : wholeSentences(pieces[0] as string, maxChars)
}

/** The sentences of `text` that fit, at least one. */
function wholeSentences(text: string, maxChars: number): string {
  const spans = sentenceSpans(text)
  const last = spans.findLast(({ end }) => end <= maxChars) ?? spans[0]
  return last ? text.slice(0, last.end) : text
}
