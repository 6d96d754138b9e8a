import { z } from '../../validate.ts'
import { chunker } from '../chunker.ts'

/** The first `chars` characters (code points) as one piece, wherever they end: an extract to start from (Cosmopedia: 1,000). */
export const head = chunker({
  name: 'head',
  params: z.strictObject({ chars: z.number().int().positive() }),
  cut: (text, { chars }) => [{ text: text.length <= chars ? text : Array.from(text.slice(0, 2 * chars)).slice(0, chars).join('') }],
})
