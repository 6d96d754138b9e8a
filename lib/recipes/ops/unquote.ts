import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** Quotation marks around the whole reply off, unless the first of several lines is a quotation of its own. */
export const unquote = operation({
  name: 'unquote',
  params: z.strictObject({}),
  apply: (draft) => ({ ...draft, text: unquoted(draft.text) }),
})

function unquoted(text: string): string {
  const trimmed = text.trim()
  if (trimmed.length <= 2 || !trimmed.startsWith('"') || !trimmed.endsWith('"')) return text
  const [first] = trimmed.split('\n', 1) as [string]
  return first !== trimmed && first.endsWith('"') ? text : trimmed.slice(1, -1)
}
