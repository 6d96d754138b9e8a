import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** At the beginning of any line, as in Cosmopedia (38789ca): up to the first full stop or exclamation mark in it. */
const OPENERS = [
  /^Hello.*?[.!]\s+/gim,
  /^My name is.*?[.!]\s+/gim,
  /^You've just arrived.*?[.!]\s+/gim,
  /^\*\*Welcome, .*?[.!]\*\*\s+/gim,
  /^(\*\*)?Warning:.*?[.!]\s+/gim,
  /^We're thrilled.*?[.!]\s+/gim,
  /^Welcome, .*?[.!]\s+/gim,
]

/** Greetings and the like, which Cosmopedia cuts from its texts, with white space off both ends. */
export const dropOpeners = operation({
  name: 'drop_openers',
  params: z.strictObject({}),
  apply(draft, _params, { count }) {
    const trimmed = draft.text.trim()
    const text = OPENERS.reduce((left, opener) => left.replace(opener, ''), trimmed)
    if (text !== trimmed) count('openers_dropped')
    return { ...draft, text }
  },
})
