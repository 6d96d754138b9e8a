import { ParseFailedError } from '../../errors.ts'
import { jsonValues } from '../../text/json-values.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * The entities of a reply `{"summary": "...", "entities": ["...", ...]}` (EntiGraph), in prose or code fences: the summary becomes
 * the text, the entities the slot `entities`, one a line, each once (whatever its case), at most `most` of them.
 */
export const entities = operation({
  name: 'entities',
  params: z.strictObject({ most: z.number().int().positive().optional() }),
  gives: () => ['entities'],
  apply(draft, { most = Infinity }) {
    const found = jsonValues(draft.text).findLast((value) => namesIn(value).length > 0)
    if (found === undefined) throw new ParseFailedError('reply has no entities: expected JSON {"summary": "...", "entities": ["...", ...]}')
    const { summary } = found as { summary?: unknown }
    const text = typeof summary === 'string' && summary.trim() !== '' ? summary.trim() : draft.text.trim()
    return { ...draft, text, slots: { ...draft.slots, entities: namesIn(found).slice(0, most).join('\n') } }
  },
})

function namesIn(value: unknown): string[] {
  const list = typeof value === 'object' && value !== null ? (value as { entities?: unknown }).entities : null
  if (!Array.isArray(list)) return []
  const names = list.filter((name) => typeof name === 'string').map((name) => name.replace(/\s+/g, ' ').trim()).filter(Boolean)
  const seen = new Set<string>()
  return names.filter((name) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()))
}
