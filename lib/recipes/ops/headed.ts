import { ParseFailedError } from '../../errors.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * What a reply lists under a prefix at the beginning of a line, e.g. `##`, one draft each: the text behind it and the lines up to
 * the next, also as the slot `slot`. Items without text are left out, and of more than `most` the first are taken. What stands before the
 * first prefix is no item.
 */
export const headed = operation({
  name: 'headed',
  params: z.strictObject({ prefix: z.string().min(1), slot: z.string().min(1), most: z.number().int().positive().optional() }),
  gives: ({ slot }) => [slot],
  apply(draft, { prefix, slot, most = Infinity }, { count }) {
    const items: string[][] = []
    for (const line of draft.text.split('\n')) {
      const text = line.trimStart()
      // `###` is a heading within an item, not an item.
      if (text.startsWith(prefix) && !text.startsWith(prefix + prefix.at(-1))) items.push([text.slice(prefix.length)])
      else items.at(-1)?.push(line)
    }
    const texts = items.map((lines) => lines.join('\n').trim()).filter(Boolean)
    if (texts.length === 0) throw new ParseFailedError(`reply has no line that begins with ${prefix}`)
    if (texts.length > most) count('over_budget', texts.length - most)
    return texts.slice(0, most).map((text) => ({ ...draft, text, slots: { ...draft.slots, [slot]: text } }))
  },
})
