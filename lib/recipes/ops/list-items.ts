import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * A list without its bullets and without the line that leads up to it. `compat` is Nemotron-CC's rule: only `-` is a
 * bullet, and a first line without one is lost, whatever it is. `safe` knows the other bullets too, and drops a first
 * line only where a list follows it.
 */
export const listItems = operation({
  name: 'list_items',
  params: z.strictObject({}),
  apply: (draft, _params, { quirks }) => ({ ...draft, text: (quirks === 'compat' ? hyphens : bullets)(draft.text) }),
})

function hyphens(text: string): string {
  const lines = text.split('\n')
  const items = lines[0]!.startsWith('-') ? lines : lines.slice(1)
  return items.map((line) => line.replace(/^(?:- |\u0020{2})/, '')).join('\n')
}

const BULLET = /^\s*[-*•]\s+/
const ITEM = /^\s*(?:[-*•]|\d+[.)])\s/

function bullets(text: string): string {
  const lines = text.trim().split('\n').filter((line) => /\S/.test(line))
  const leads = lines.length > 1 && !ITEM.test(lines[0]!) && ITEM.test(lines[1]!)
  return lines.slice(leads ? 1 : 0).map((line) => line.replace(BULLET, '').trim()).join('\n')
}
