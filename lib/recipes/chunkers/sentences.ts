import { sentenceSpans } from '../../text/sentences.ts'
import { z } from '../../validate.ts'
import { chunker } from '../chunker.ts'

/**
 * Runs of whole sentences of at most `maxTokens` tokens (WRAP: about 300, since longer ones lose content), with the white space
 * between them as it was. A sentence that is longer stands alone.
 */
export const sentences = chunker({
  name: 'sentences',
  params: z.strictObject({ maxTokens: z.number().int().positive() }),
  cut(text, { maxTokens }, { tokens }) {
    const pieces: { text: string }[] = []
    let start = 0
    let end = 0
    let length = 0
    for (const span of sentenceSpans(text)) {
      const count = tokens.count(text.slice(span.start, span.end))
      if (length > 0 && length + count > maxTokens) {
        pieces.push({ text: text.slice(start, end) })
        length = 0
      }
      if (length === 0) start = span.start
      end = span.end
      length += count
    }
    if (length > 0) pieces.push({ text: text.slice(start, end) })
    return pieces.length > 0 ? pieces : [{ text }]
  },
})
