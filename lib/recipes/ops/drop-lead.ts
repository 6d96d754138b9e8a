import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/**
 * WRAP's cleaning (arXiv 2401.16380, appendix B): what stands before the first empty line or colon goes where it holds one
 * of `phrases`, by which models introduce a rewrite; a reply that still holds one is dropped (`flagged_phrase`). `safe`
 * lets a phrase be that the source has too.
 */
export const dropLead = operation({
  name: 'drop_lead',
  params: z.strictObject({ phrases: z.array(z.string().min(1)).min(1) }),
  apply(draft, { phrases }, { source, quirks, count }) {
    const telling = phrases.filter((phrase) => quirks === 'compat' || !source.includes(phrase))
    const flagged = (text: string): string | undefined => telling.find((phrase) => text.includes(phrase))
    const [lead, rest] = split(draft.text)
    const drops = flagged(lead) !== undefined
    if (drops) count('leads_dropped')
    const text = drops ? rest : draft.text
    const left = flagged(text)
    if (left !== undefined) throw new Unwanted('flagged_phrase', `reply holds "${left}"`)
    return { ...draft, text }
  },
})

function split(text: string): [lead: string, rest: string] {
  const end = /\n\n|:/.exec(text)
  return end ? [text.slice(0, end.index), text.slice(end.index + end[0].length).trim()] : ['', text]
}
