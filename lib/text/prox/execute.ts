import { spacedWords } from '../spaced-words.ts'
import { actionsOf, type ProxMistake } from './program.ts'

/** When a result stands. The defaults are those of ProX's apply_chunk_refining.py. */
export interface ProxLimits {
  /** Least share of the words that must be left, or the program is ignored. Default 0. */
  readonly threshold1?: number | undefined
  /** Where at least this share of the words goes, the document goes. Default 0.95. */
  readonly threshold2?: number | undefined
  /** From so many mistakes on a program is ignored. Default 2. */
  readonly errorOp?: number | undefined
}

/** `range`: lines that are not there. `growth`: a replacement that would blow the text up. */
export type ProxError = ProxMistake | 'range' | 'growth'

export interface ProxResult {
  /** Empty where the document goes. */
  readonly text: string
  /**
   * `untouched`, `refined`: the text is what the program made. `ignored`: the program had too many mistakes, or removed too much,
   * and the text is as before. `little_left`, `few_words`, `empty`: nothing worth keeping is left.
   */
  readonly outcome: 'untouched' | 'refined' | 'ignored' | 'little_left' | 'few_words' | 'empty'
  readonly errors: readonly ProxError[]
  readonly wordsBefore: number
  /** Of `text`. */
  readonly wordsAfter: number
}

/** A text with this many words or fewer is dropped, whatever the program. */
const fewWords = 10
/** Times that replacements may make a text longer. Ours: a program is a model's word, and must not fill the memory. */
const mostGrowth = 4

/**
 * Run a chunk program on a whole document, as GAIR-NLP/ProX does: replacements at once and in order, removals afterwards
 * by the line numbers of the text that was made. Never throws.
 */
export function executeProgram(
  program: string, text: string, quirks: 'compat' | 'safe', { threshold1 = 0, threshold2 = 0.95, errorOp = 2 }: ProxLimits = {},
): ProxResult {
  const { text: made, errors } = applied(program, text, quirks)
  const wordsBefore = spacedWords(text).words
  const left = spacedWords(made).words
  const share = left / wordsBefore
  const trusted = errors.length < errorOp
  const ended = (outcome: ProxResult['outcome'], end: string, wordsAfter: number): ProxResult =>
    ({ text: end, outcome, errors, wordsBefore, wordsAfter })
  // Python divides by zero here; such documents are filtered before.
  if (wordsBefore === 0) return ended('empty', '', 0)
  if (share <= 1 - threshold2 && trusted) return ended('little_left', '', 0)
  if (left <= fewWords) return ended('few_words', '', 0)
  if (share >= threshold1 && trusted) return ended(made === text ? 'untouched' : 'refined', made, left)
  return ended('ignored', text, wordsBefore)
}

function applied(program: string, original: string, quirks: 'compat' | 'safe'): { text: string; errors: ProxError[] } {
  const errors: ProxError[] = []
  const removals: { start: number; end: number }[] = []
  let text = original
  let all = false
  for (const action of actionsOf(program, quirks)) {
    if (action.kind === 'mistake') errors.push(action.mistake)
    else if (action.kind === 'remove_all') all = true
    else if (action.kind === 'remove') removals.push({ start: action.start, end: action.end })
    else {
      const parts = text.split(action.source)
      const length = text.length + (parts.length - 1) * (action.target.length - action.source.length)
      if (length > Math.max(text.length, original.length * mostGrowth)) errors.push('growth')
      else text = parts.join(action.target)
    }
  }
  const lines = text.split('\n')
  if (all) removals.push({ start: 0, end: lines.length - 1 })
  const left: string[] = []
  let next = 0
  for (const { start, end } of merged(removals)) {
    if (start >= lines.length || end >= lines.length) errors.push('range')
    // As written by a model: nothing is between 10 and 1.
    if (end < start) continue
    if (start > next) left.push(...lines.slice(next, start))
    next = Math.max(next, end + 1)
  }
  return { text: removals.length === 0 ? text : [...left, ...lines.slice(next)].join('\n'), errors }
}

/** In order, and one where nothing is between two. */
function merged(intervals: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const made: { start: number; end: number }[] = []
  for (const { start, end } of intervals.toSorted((a, b) => a.start - b.start)) {
    const last = made.at(-1)
    if (last && start <= last.end + 1) last.end = Math.max(last.end, end)
    else made.push({ start, end })
  }
  return made
}
