import { trimmed } from '../characters.ts'

/** What went wrong in one line of a program: no `(` or no `)`, parameters that cannot be read. */
export type ProxMistake = 'bracket' | 'parameters'

/** What one line of a program comes to. Line numbers are 0-based, both ends included. */
export type ProxAction =
  | { readonly kind: 'mistake'; readonly mistake: ProxMistake }
  | { readonly kind: 'remove'; readonly start: number; readonly end: number }
  | { readonly kind: 'remove_all' }
  | { readonly kind: 'replace'; readonly source: string; readonly target: string }

/** Functions that do nothing, or that only the document refiner knows, are known all the same. */
const functions = ['remove_lines', 'normalize', 'keep_chunk', 'untouch_doc', 'drop_doc', 'keep_doc'] as const
export type ProxFunction = (typeof functions)[number]

const call = new RegExp(`^(${functions.join('|')})\\(`)

/** A reply without the blanks around it; line ends stay, as they do in Python's `strip(" ")`. */
export function stripBlanks(reply: string): string {
  return reply.replace(/^ +/, '').replace(/(?<! ) +$/, '')
}

/** Functions that `program` calls, one entry a call, in order. A line calls nothing unless it starts with a name and a bracket. */
export function callsOf(program: string): ProxFunction[] {
  return stripBlanks(program).split('\n').flatMap((line) => (call.exec(line)?.[1] ?? []) as ProxFunction | [])
}

/**
 * Read a program as GAIR-NLP/ProX does (utils/chunk_utils.py), which is no parser: what stands between the first `(`
 * and the first `)` is split at every comma and every `=`, so strings that hold one of these are cut. A line counts only
 * where it starts with the name; all others are no mistakes.
 *
 * @param quirks where a `)` is missing, `compat` reads on without the last character, which mostly is a second mistake;
 * `safe` leaves the line out, since it was cut off and its last number may be half a number
 */
export function actionsOf(program: string, quirks: 'compat' | 'safe'): ProxAction[] {
  return stripBlanks(program).split('\n').flatMap((line) => {
    if (line.startsWith('remove_lines')) return line.includes('all=True') ? [{ kind: 'remove_all' }] : actions(line, quirks, removal)
    return line.startsWith('normalize') ? actions(line, quirks, replacement) : []
  })
}

function actions(line: string, quirks: 'compat' | 'safe', read: (parts: string[]) => ProxAction | null): ProxAction[] {
  const open = line.indexOf('(')
  if (open < 0) return [{ kind: 'mistake', mistake: 'bracket' }]
  const close = line.indexOf(')')
  const action = close < 0 && quirks === 'safe' ? null : read(line.slice(open + 1, close).split(','))
  return [...(close < 0 ? [{ kind: 'mistake', mistake: 'bracket' } as const] : []), ...(action ? [action] : [])]
}

function removal([first = '', second = '']: string[]): ProxAction {
  const [start, end] = [wholeNumber(valueOf(first)), wholeNumber(valueOf(second))]
  return start === null || end === null ? { kind: 'mistake', mistake: 'parameters' } : { kind: 'remove', start, end }
}

/** One parameter deletes; with three or more, which is a comma inside a string, nothing happens. */
function replacement(parts: string[]): ProxAction | null {
  if (parts.length > 2) return null
  const [source, target] = parts.map((part) => valueOf(part)?.replace(/^"+/, '').replace(/(?<!")"+$/, '') ?? null)
  if (source == null || target === null) return { kind: 'mistake', mistake: 'parameters' }
  if (source === '' || (source === ' ' && target !== undefined)) return null
  return { kind: 'replace', source, target: target ?? '' }
}

/** What stands after the first `=`, up to the next; null without one. */
function valueOf(parameter: string): string | null {
  return parameter.split('=')[1] ?? null
}

/** Python's `int()` for ASCII digits. */
function wholeNumber(value: string | null): number | null {
  const digits = value === null ? '' : trimmed(value)
  return /^[+-]?\d+(?:_\d+)*$/.test(digits) ? Number(digits.replaceAll('_', '')) : null
}
