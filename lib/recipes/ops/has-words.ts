import { hasWord } from '../../text/word-forms.ts'
import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/**
 * Drops a text (`word_missing`) that lacks the word in one of these slots, in every form that English endings give it.
 * Counts `word_missing` by what was missing. With `attempts` in the recipe the text is asked for again first.
 */
export const hasWords = operation({
  name: 'has_words',
  params: z.strictObject({ slots: z.array(z.string()).min(1) }),
  apply(draft, { slots }, { count }) {
    const missing = slots.filter((slot) => !hasWord(draft.text, draft.slots[slot] ?? ''))
    for (const slot of missing) count(`word_missing.${slot}`)
    if (missing.length > 0) throw new Unwanted('word_missing', missing.map((slot) => `${slot} ${draft.slots[slot] ?? '(none)'}`).join(', '))
    return draft
  },
})
