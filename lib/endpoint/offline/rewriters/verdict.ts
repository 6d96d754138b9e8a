import type { Outline } from '../outline.ts'
import { termsOf } from '../terms.ts'
import type { Ask } from './rewriter.ts'

const LAST_TAG = /<\/(\w+)>\s*$/
/** Share of a text's words that its source has too, from which it gets 2, 3, 4 and 5. */
const STEPS = [0.15, 0.3, 0.5, 0.7]

/** A score by the words that document and text share, as JSON. */
export function verdict(outline: Outline, ask: Ask): string {
  const text = judged(ask.told)
  const known = new Set(outline.sentences.flatMap(({ terms }) => terms))
  const terms = [...new Set(termsOf(text, outline.language))]
  const share = terms.filter((term) => known.has(term)).length / Math.max(1, terms.length)
  const score = 1 + STEPS.filter((step) => share >= step).length
  const analysis = `Of ${terms.length} terms in the text, ${Math.round(100 * share)} % are in the raw text too.`
  return JSON.stringify({ A: { analysis, score } })
}

/** What stands between the tags that the prompt ends with. */
function judged(told: string): string {
  const close = LAST_TAG.exec(told)
  if (!close) return ''
  const open = `<${close[1]}>`
  return told.slice(told.indexOf(open) + open.length, close.index)
}
