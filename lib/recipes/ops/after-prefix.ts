import { ParseFailedError } from '../../errors.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** What follows the words that a reply must begin with, trimmed. `compat`: from its first character on, to the letter. */
export const afterPrefix = operation({
  name: 'after_prefix',
  params: z.strictObject({ prefix: z.string().min(1) }),
  apply(draft, { prefix }, { quirks }) {
    const text = quirks === 'compat' ? draft.text : draft.text.trimStart()
    const begin = text.slice(0, prefix.length)
    const begins = quirks === 'compat' ? begin === prefix : begin.toLowerCase() === prefix.toLowerCase()
    if (!begins) throw new ParseFailedError(`reply does not begin with "${prefix}"`)
    return { ...draft, text: text.slice(prefix.length).trim() }
  },
})
