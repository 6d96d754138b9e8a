import type { Stage, StageContext } from '../flow/stage.ts'
import type { GeneratedRow } from '../rows.ts'

/** Tokens in each text, in their order. */
export type CountTokens = (texts: readonly string[]) => Promise<readonly number[]>

export interface LengthOptions {
  /** Inclusive, in tokens. */
  readonly minTokens: number
  /** Inclusive, in tokens; null means no bound. */
  readonly maxTokens: number | null
  /** What becomes of a completion that hit max_tokens (`finish_reason: length`). */
  readonly truncated: 'drop' | 'keep'
  /** Called for texts whose count is not known yet, one call a batch. */
  readonly count: CountTokens
}

/**
 * Drop outputs that are blank (`empty_output`), cut off (`truncated`), `too_short` or `too_long`. Rows that stay carry
 * their token count; one that came without is counted, once, and only if it is still wanted.
 */
export function length(options: LengthOptions): Stage<GeneratedRow, GeneratedRow> {
  return {
    name: 'length',
    concurrency: 3,
    ordered: false,
    async process(rows, ctx) {
      const whole = rows.filter((row) => isWhole(row, options, ctx))
      const uncounted = whole.filter((row) => row.tokenCount === null)
      const counts = uncounted.length === 0 ? [] : await options.count(uncounted.map((row) => row.text))
      let next = 0
      return whole.flatMap((row) => {
        const tokenCount = row.tokenCount ?? counts[next++]!
        if (!isWithin(row, tokenCount, options, ctx)) return []
        return row.tokenCount === null ? { ...row, tokenCount } : row
      })
    },
  }
}

function isWhole(row: GeneratedRow, { truncated }: LengthOptions, ctx: StageContext): boolean {
  if (!/\S/.test(row.text)) {
    ctx.drop(row, 'empty_output', `finish_reason ${row.reply.finishReason}`)
    return false
  }
  if (truncated === 'drop' && row.reply.finishReason === 'length') {
    const tokens = row.reply.usage?.completionTokens
    ctx.drop(row, 'truncated', tokens === undefined ? '' : `cut off after ${tokens} tokens`)
    return false
  }
  return true
}

function isWithin(row: GeneratedRow, tokens: number, options: LengthOptions, ctx: StageContext): boolean {
  const { minTokens, maxTokens } = options
  if (tokens < minTokens) {
    ctx.drop(row, 'too_short', `${tokens} tokens, limit ${minTokens}`)
    return false
  }
  if (maxTokens !== null && tokens > maxTokens) {
    ctx.drop(row, 'too_long', `${tokens} tokens, limit ${maxTokens}`)
    return false
  }
  return true
}
