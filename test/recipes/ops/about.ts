import type { About, Draft } from '../../../dist/recipes/operation.js'
import { type Refined, refine } from '../../../dist/recipes/refine.js'
import type { OpSpec } from '../../../dist/recipes/recipe.js'
import { countTokens, truncateTokens } from '../../../dist/text/tokens.js'

export const tokens = { count: countTokens, countWithSpecials: countTokens, truncate: truncateTokens }

/** What becomes of a reply, and what was counted on the way. */
export function refined(ops: OpSpec | readonly OpSpec[], text: string, part: Partial<About> = {}, draft: Partial<Draft> = {}) {
  const counts: Record<string, number> = {}
  const about: About = {
    source: 'The source.', document: 'The source.', quirks: 'safe', tokens, draw: () => 0,
    count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by),
    ...part,
  }
  const result: Refined = refine([ops].flat() as OpSpec[], { text, slots: {}, judgeScore: null, ...draft }, about)
  const drafts = 'drafts' in result ? result.drafts : []
  return { drafts, reason: 'drafts' in result ? null : result.reason, detail: 'drafts' in result ? '' : result.detail, counts }
}
