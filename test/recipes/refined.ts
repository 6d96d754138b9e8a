import type { About } from '../../dist/recipes/operation.js'
import { draw } from '../../dist/recipes/draw.js'
import type { OpSpec } from '../../dist/recipes/recipe.js'
import { refine } from '../../dist/recipes/refine.js'
import { countTokens, truncateTokens } from '../../dist/text/tokens.js'

/** Every word is a token, and with specials there is one more: limits can be hit exactly. */
export const words = {
  count: (text: string): number => text.match(/\S+/g)?.length ?? 0,
  countWithSpecials: (text: string): number => (text.match(/\S+/g)?.length ?? 0) + 1,
  truncate: (text: string, max: number): string => text.match(new RegExp(`^\\s*(?:\\S+\\s*){0,${max}}`))![0],
}

/** As the text worker has it, for a row of this id. */
export function about(own: Partial<About> & { id?: string; counts?: Record<string, number> } = {}): About {
  const { id = 'row', counts = {}, ...given } = own
  return {
    source: 'The source.',
    document: 'The source.',
    quirks: 'safe',
    tokens: { count: countTokens, countWithSpecials: countTokens, truncate: truncateTokens },
    draw: (label, bound) => draw([0, id, 'step', label], bound),
    count: (name, by = 1) => { counts[name] = (counts[name] ?? 0) + by },
    ...given,
  }
}

/** The texts that operations make of a reply, or the reason for which it leaves. */
export function refined(ops: readonly OpSpec[], text: string, own: Parameters<typeof about>[0] = {}): string[] | string {
  const made = refine(ops, { text, slots: {}, judgeScore: null }, about(own))
  return 'drafts' in made ? made.drafts.map((draft) => draft.text) : made.reason
}
