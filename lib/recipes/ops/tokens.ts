import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/** Bounds on the length at this point, inclusive, with the tokenizer's special tokens counted. */
export const tokens = operation({
  name: 'tokens',
  params: z.strictObject({ min: z.number().int().nonnegative().optional(), max: z.number().int().positive().optional() }),
  apply(draft, { min = 0, max = Infinity }, { tokens }) {
    const count = tokens.countWithSpecials(draft.text)
    if (count < min) throw new Unwanted('too_short', `${count} tokens, limit ${min}`)
    if (count > max) throw new Unwanted('too_long', `${count} tokens, limit ${max}`)
    return draft
  },
})
