import { ParseFailedError } from '../../errors.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * Nemotron-CC's diverse question and answer text: the source, an empty line, and some of the reply's pairs in drawn
 * order. 1 to `pairs` for every `perTokens` tokens of the source are kept, at least one; how many is drawn as well.
 */
export const questionPairs = operation({
  name: 'question_pairs',
  params: z.strictObject({
    /** The line before the first pair. */
    lead: z.string().min(1),
    pairs: z.number().int().positive(),
    perTokens: z.number().int().positive(),
  }),
  apply(draft, { lead, pairs: share, perTokens }, { source, tokens, draw, count }) {
    const pairs = pairsIn(draft.text, lead)
    if (pairs.length === 0) throw new ParseFailedError('reply does not begin with a question: expected "- Question: ... Answer: ..."')
    for (let i = pairs.length - 1; i > 0; i--) {
      const j = draw(`shuffle ${i}`, i + 1)
      ;[pairs[i], pairs[j]] = [pairs[j]!, pairs[i]!]
    }
    const most = Math.max(1, Math.floor((share * tokens.count(source)) / perTokens))
    const kept = pairs.slice(0, draw('kept', most) + 1)
    count('pairs', pairs.length)
    count('pairs_kept', kept.length)
    return { ...draft, text: [source, ...kept].join('\n\n') }
  },
})

/** The pairs of a reply, each as it stands, without bullets and blanks; none where something else comes before the first. */
export function pairsIn(reply: string, lead: string): string[] {
  const pairs: string[] = []
  for (const line of reply.split('\n').map((each) => each.trim().replace(/^- /, '').trim())) {
    if (line === '' || line === lead) continue
    if (line.startsWith('Question:')) pairs.push(line)
    else if (pairs.length === 0) return []
    else pairs[pairs.length - 1] += `\n${line}`
  }
  return pairs
}
