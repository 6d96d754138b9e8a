import { z } from '../../validate.ts'
import { chunker } from '../chunker.ts'
import { Unwanted } from '../operation.ts'

const bound = z.number().int().nonnegative()
/** Where the document goes in a template. */
const DOCUMENT = /\{\{\s*text\s*\}\}|\[\[DOCUMENT\]\]/g

/**
 * Nemotron-CC's preparation of documents (Curator 1e2e427, tutorials/synthetic/nemotron_cc): documents of fewer than
 * `minDocument` tokens are left; lines that would not fit with the prompt into `maxInput` tokens are dropped; the
 * others are joined again, in order, for as long as they fit; and segments of fewer than `minSegment` tokens are left.
 * All bounds are inclusive, and special tokens count.
 *
 * `compat` counts the characters `{document}` with the prompt, as the original does.
 */
export const nemotronSegments = chunker({
  name: 'nemotron_segments',
  params: z.strictObject({ minDocument: bound, maxInput: z.number().int().positive(), minSegment: bound }),
  cut(text, { minDocument, maxInput, minSegment }, { tokens, quirks, template }) {
    const whole = tokens.countWithSpecials(text)
    if (whole < minDocument) throw new Unwanted('too_short', `${whole} tokens, limit ${minDocument}`)
    const prompt = tokens.countWithSpecials(template.replace(DOCUMENT, quirks === 'compat' ? '{document}' : ''))
    const maxSegment = maxInput - prompt - 2
    const segments = joinedLines(text, maxSegment, (line) => tokens.countWithSpecials(line))
      .filter((segment) => tokens.countWithSpecials(segment) >= minSegment)
    if (segments.length === 0) {
      throw new Unwanted('no_segment', `no lines that make ${minSegment} to ${maxSegment} tokens: the prompt takes ${prompt} of ${maxInput}`)
    }
    return segments.map((segment) => ({ text: segment }))
  },
})

/** A line end counts as one token. */
function joinedLines(text: string, max: number, count: (line: string) => number): string[] {
  const segments: string[] = []
  let lines: string[] = []
  let length = 0
  const flush = (): void => {
    if (lines.length > 0) segments.push(lines.join('\n'))
    lines = []
  }
  for (const line of text.split('\n')) {
    const own = count(line)
    if (own > max) continue
    if (lines.length > 0 && length + own + 1 > max) flush()
    length = lines.length === 0 ? own : length + own + 1
    lines.push(line)
  }
  flush()
  return segments
}
