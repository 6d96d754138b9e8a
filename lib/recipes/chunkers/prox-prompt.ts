import { trimmed } from '../../text/characters.ts'
import { z } from '../../validate.ts'
import { chunker } from '../chunker.ts'
import type { Tokens } from '../operation.ts'

/**
 * One piece: the whole prompt of ProX's document refiner, `before` + document + `after`, in at most `maxTokens` tokens. A document
 * that is too long loses its end: `safe` keeps `after`; `compat` cuts the finished prompt, as the original's tokenizer does, so
 * that what ends the user's turn is lost too. White space around `before` + document goes, as in Llama 2's chat template.
 */
export const proxPrompt = chunker({
  name: 'prox_prompt',
  params: z.strictObject({ maxTokens: z.number().int().positive(), before: z.string(), after: z.string() }),
  cut(text, { maxTokens, before, after }, { tokens, quirks }) {
    const whole = trimmed(before + text) + after
    if (tokens.countWithSpecials(whole) <= maxTokens) return [{ text: whole }]
    if (quirks === 'compat') return [{ text: fitting(whole, '', maxTokens, tokens) }]
    return [{ text: before + fitting(trimmed(before + text).slice(before.length), after, maxTokens - tokens.count(before), tokens) }]
  },
})

/** As much of `text` as fits with `after`. A cut can move the borders of tokens, so what was cut is counted again. */
function fitting(text: string, after: string, max: number, tokens: Tokens): string {
  for (let room = max - tokens.countWithSpecials(after); room > 0; ) {
    const head = tokens.truncate(text, room)
    const whole = after === '' ? head : head.trimEnd() + after
    const over = tokens.countWithSpecials(whole) - max
    if (over <= 0) return whole
    room -= over
  }
  return after
}
