import { sentenceSpans } from './sentences.ts'

/**
 * Where the second half of a paragraph begins: the beginning of the sentence that is nearest to the middle (in UTF-16
 * units; of two that are equally near, the earlier). 0 for a paragraph of one sentence, which has no such place.
 */
export function secondHalfStart(paragraph: string): number {
  const middle = paragraph.length / 2
  const [, ...later] = sentenceSpans(paragraph)
  return later.reduce((best, { start }) => (Math.abs(start - middle) < Math.abs(best - middle) ? start : best), later[0]?.start ?? 0)
}

/**
 * The second half of every paragraph of `text`, in order, none empty. Paragraphs stand between empty lines; where a text
 * has no empty line, as extracted web pages often have none, every line is one.
 */
export function secondHalves(text: string): string[] {
  const blank = /\n[^\S\n]*\n/
  const paragraphs = text.split(blank.test(text.trim()) ? /\n\s*\n/ : /\n/)
  return paragraphs.map((paragraph) => paragraph.trim()).filter(Boolean).map((paragraph) => paragraph.slice(secondHalfStart(paragraph)))
}
