import { sentenceSpans } from '../../text/sentences.ts'
import { z } from '../../validate.ts'
import { type Draft, operation } from '../operation.ts'
import type { Tokens } from '../operation.ts'

/**
 * The reply, and beside it as much of the source as it is long, times `share`: whole sentences from its beginning, all
 * of it several times where the reply is longer. The last sentence is drawn in or out, with the probability that makes the
 * mean exact, so the two sides of a data set have equal tokens however the model shortens or lengthens. A reply that is
 * dropped before takes no source with it.
 */
export const besideSource = operation({
  name: 'beside_source',
  params: z.strictObject({
    /** The variant that source text is written as. */
    variant: z.string().regex(/^[a-z][a-z0-9_]*$/),
    /** Source tokens for a token of the reply. */
    share: z.number().positive(),
  }),
  apply(draft, { variant, share }, { source, tokens, draw, count }) {
    const wanted = tokens.count(draft.text) * share
    const whole = tokens.count(source)
    if (whole === 0) return draft
    const times = Math.floor(wanted / whole)
    const rest = beginning(source, wanted - times * whole, tokens, draw('last sentence', steps) / steps)
    const texts = [...Array.from({ length: times }, () => source), ...(rest === '' ? [] : [rest])]
    count('rewritten_tokens', Math.round(wanted / share))
    count('source_tokens', texts.reduce((sum, text) => sum + tokens.count(text), 0))
    return [draft, ...texts.map((text): Draft => ({ ...draft, text, sourceAs: variant }))]
  },
})

/** A probability is drawn in steps of one in so many. */
const steps = 1_000_000

/** Whole sentences of about `wanted` tokens; `drawn` is uniform from 0 to 1 and decides whether the last one comes along. */
function beginning(source: string, wanted: number, tokens: Tokens, drawn: number): string {
  let end = 0
  let length = 0
  for (const span of sentenceSpans(source)) {
    const longer = tokens.count(source.slice(0, span.end))
    if (longer > wanted) return drawn * (longer - length) < wanted - length ? source.slice(0, span.end) : source.slice(0, end)
    end = span.end
    length = longer
  }
  return source.slice(0, end)
}
