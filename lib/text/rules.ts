import { c4Quality } from './c4-quality.ts'
import { finewebQuality } from './fineweb-quality.ts'
import { gopherQuality } from './gopher-quality.ts'
import { gopherRepetition } from './gopher-repetition.ts'
import type { Verdict } from './verdict.ts'

/** Rules on a text by the name that `--quality` and recipes call them by, with their published limits. */
export const ruleSets = {
  gopher: (text: string): Verdict | null => gopherQuality(text),
  gopher_repetition: (text: string): Verdict | null => gopherRepetition(text),
  fineweb: (text: string): Verdict | null => finewebQuality(text),
  c4: (text: string): Verdict | null => c4Quality(text),
} as const

export type RuleSet = keyof typeof ruleSets

export function isRuleSet(name: string): name is RuleSet {
  return Object.hasOwn(ruleSets, name)
}

/** The first rule that `text` breaks, of the sets in their order. */
export function firstBroken(sets: readonly RuleSet[], text: string): Verdict | null {
  for (const name of sets) {
    const verdict = ruleSets[name](text)
    if (verdict) return verdict
  }
  return null
}
