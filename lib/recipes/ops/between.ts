import { ParseFailedError } from '../../errors.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** The text between the last `open` that a `close` follows, and that `close`, trimmed. */
export const between = operation({
  name: 'between',
  params: z.strictObject({ open: z.string().min(1), close: z.string().min(1) }),
  apply(draft, { open, close }) {
    const end = draft.text.lastIndexOf(close)
    const start = end < 0 ? -1 : draft.text.lastIndexOf(open, end - open.length)
    if (start < 0) throw new ParseFailedError(`reply has no text between ${open} and ${close}`)
    return { ...draft, text: draft.text.slice(start + open.length, end).trim() }
  },
})
