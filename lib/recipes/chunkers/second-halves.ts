import { secondHalves as halvesOf } from '../../text/second-half.ts'
import { z } from '../../validate.ts'
import { chunker } from '../chunker.ts'

/**
 * What a model is given to continue in BeyondWeb's RQ2: of every paragraph only the second half, so that it cannot recite
 * a page that it knows. `per: document` makes one piece of them all, `per: paragraph` one of each.
 */
export const secondHalves = chunker({
  name: 'second_halves',
  params: z.strictObject({ per: z.enum(['document', 'paragraph']) }),
  cut(text, { per }) {
    const halves = halvesOf(text)
    if (halves.length === 0) return [{ text }]
    return per === 'paragraph' ? halves.map((half) => ({ text: half })) : [{ text: halves.join('\n\n') }]
  },
})
