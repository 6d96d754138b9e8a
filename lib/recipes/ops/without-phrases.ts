import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/**
 * Drops outputs that hold one of `phrases` anywhere, as `boilerplate`: what a model says about its text and not in it.
 * Case counts, since `the following is` within a sentence is plain prose; emphasis marks and the kind of white space do not.
 */
export const withoutPhrases = operation({
  name: 'without_phrases',
  params: z.strictObject({ phrases: z.array(z.string().regex(/\S/, 'must not be empty')).min(1) }),
  apply(draft, { phrases }) {
    const text = plain(draft.text)
    const found = phrases.find((phrase) => holds(text, plain(phrase).trim()))
    if (found !== undefined) throw new Unwanted('boilerplate', `output holds "${found}"`)
    return draft
  },
})

function plain(text: string): string {
  return text.replace(/[*_]/g, '').replace(/\s+/g, ' ')
}

/** As words of their own: `Notes:` is not in `Footnotes:`. */
function holds(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at)
    const after = text.slice(at + phrase.length, at + phrase.length + 2)
    const own = !(WORD_END.test(before) && WORD_START.test(phrase)) && !(WORD_END.test(phrase) && WORD_START.test(after))
    if (own) return true
  }
  return false
}

const WORD_END = /[\p{L}\p{N}]$/u
const WORD_START = /^[\p{L}\p{N}]/u
