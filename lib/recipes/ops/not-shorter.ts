import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/**
 * Drops a text (`shorter_than_source`) that has fewer characters (UTF-16 units) or tokens than `ratio` times what it was made of.
 * White space at the ends does not count.
 */
export const notShorter = operation({
  name: 'not_shorter',
  params: z.strictObject({ in: z.enum(['characters', 'tokens']), ratio: z.number().positive().optional() }),
  apply(draft, { in: unit, ratio = 1 }, { source, tokens }) {
    const size = (text: string): number => (unit === 'tokens' ? tokens.count(text.trim()) : text.trim().length)
    const [has, least] = [size(draft.text), ratio * size(source)]
    if (has < least) throw new Unwanted('shorter_than_source', `${has} ${unit}, limit ${Math.ceil(least)}`)
    return draft
  },
})
