import { ParseFailedError } from '../../errors.ts'
import { jsonValues } from '../../text/json-values.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * A judge's score, a whole number from `min` to `max`, from a reply of the form `{"A": {"analysis": "...", "score": 4}}`
 * with `of` for A, from `{"score": 4}`, or where the JSON is broken from the last that is called score.
 *
 * Counts `score.N`, or `judge_parse_error`: the histogram of a run.
 */
export const jsonScore = operation({
  name: 'json_score',
  params: z.strictObject({ of: z.string().min(1).optional(), min: z.number().int(), max: z.number().int() }),
  apply(draft, { of = 'A', min, max }, { count }) {
    const values = jsonValues(draft.text).flatMap((value) => [field(field(value, of), 'score'), field(value, 'score')])
    const score = values.map(wholeNumber).find((n) => n !== null) ?? wholeNumber(lastNamed(draft.text))
    if (score === null || score < min || score > max) {
      count('judge_parse_error')
      throw new ParseFailedError(`reply has no score: expected {"${of}": {"analysis": "...", "score": N}} with a whole number from ${min} to ${max}`)
    }
    count(`score.${score}`)
    return { ...draft, judgeScore: score }
  },
})

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key.trim().toLowerCase() === name.toLowerCase())?.[1]
}

/** `4`, `"4"`, `4.0`, `"4/5"`; null for everything else. */
function wholeNumber(value: unknown): number | null {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : ''
  const number = /^(-?\d+)(?:\.0+)?(?:\s*\/\s*\d+)?$/.exec(text)?.[1]
  return number === undefined ? null : Number(number)
}

function lastNamed(text: string): string | undefined {
  return [...text.matchAll(/\bscore\b["'*]*\s*[:=]\s*["'*]*\s*(-?\d+(?:\.\d+)?)/gi)].at(-1)?.[1]
}
