import { ParseFailedError } from '../../errors.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * The text between the last `open` that a `close` follows, and the first `close` behind it, trimmed: a model that speaks
 * of its tags before it uses them does no harm, and no tag is left in the text.
 */
export const between = operation({
  name: 'between',
  params: z.strictObject({ open: z.string().min(1), close: z.string().min(1) }),
  apply(draft, { open, close }) {
    const last = draft.text.lastIndexOf(close)
    const start = last < open.length ? -1 : draft.text.lastIndexOf(open, last - open.length)
    const end = start < 0 ? -1 : draft.text.indexOf(close, start + open.length)
    if (end < 0) throw new ParseFailedError(`reply has no text between ${open} and ${close}`)
    return { ...draft, text: draft.text.slice(start + open.length, end).trim() }
  },
})
