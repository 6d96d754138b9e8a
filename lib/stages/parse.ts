import type { Stage, StageContext } from '../flow/stage.ts'
import type { GeneratedRow } from '../rows.ts'
import { hash128 } from '../text/hash128.ts'

/** An output that a reply holds. */
export interface ParsedOutput {
  readonly text: string
  readonly slots: Readonly<Record<string, string>>
  readonly judgeScore: number | null
  /** Present where the text is the source's own and not the model's: the variant that it is written as. */
  readonly sourceAs?: string
}

/** What became of a reply: at least one output, or why there is none. */
export type Parsed =
  | { readonly outputs: readonly ParsedOutput[] }
  | { readonly status: 'dropped' | 'failed'; readonly reason: string; readonly detail: string }

export interface ParseOptions {
  readonly name: string
  /** What each row's reply holds, in the order of the rows. */
  readonly parse: (rows: readonly GeneratedRow[]) => Promise<readonly Parsed[]>
  /** For a judge's replies. `report` keeps every output; `filter` drops what has no score, or one below `minScore`. */
  readonly judge?: { readonly mode: 'report' | 'filter'; readonly minScore: number }
}

/**
 * Take the outputs out of the replies; the outputs of a judge's replies are those it was asked about. The server's token
 * count stands for as long as nothing but white space was cut, no reasoning is counted in it and it is of this reply
 * alone; otherwise the count is left open for whoever needs it.
 */
export function parse({ name, parse: read, judge }: ParseOptions): Stage<GeneratedRow, GeneratedRow> {
  const origins = new WeakMap<GeneratedRow, GeneratedRow>()
  return {
    name,
    concurrency: 3,
    ordered: false,
    originsOf: (row) => [origins.get(row)!],
    async process(rows, ctx) {
      // An output that its judge was not asked about goes on as it is.
      const asked = judge ? rows.filter(({ reply }) => reply.finishReason !== 'unasked') : rows
      const parsed = new Map((await read(asked)).map((each, i) => [asked[i]!, each]))
      return rows.flatMap((row) => {
        const each = parsed.get(row)
        const made = judge ? judged(row, each, judge, ctx) : outputs(row, each!, ctx)
        for (const output of made) origins.set(output, row)
        return made
      })
    },
  }
}

function outputs(row: GeneratedRow, parsed: Parsed, ctx: StageContext): GeneratedRow[] {
  if (!('outputs' in parsed)) {
    leave(row, parsed, ctx)
    return []
  }
  const several = parsed.outputs.length > 1
  return parsed.outputs.map(({ text, slots, judgeScore, sourceAs }, i) => {
    // Not `row.text`: after a join, or where an earlier pass cut something, that is no longer what the server counted.
    const whole = !several && row.reply.reasoning === null && !row.reply.usage?.shared && text === row.reply.text.trim()
    const tokenCount = whole ? (row.reply.usage?.completionTokens ?? null) : null
    const output = { ...row, id: several ? hash128(row.id, String(i)) : row.id, text, slots, judgeScore: judgeScore ?? row.judgeScore, tokenCount }
    return sourceAs === undefined ? output : asSource(output, sourceAs)
  })
}

/** No model wrote it. The finish reason stays, so that it shares the lot of what was made beside it. */
function asSource(row: GeneratedRow, variant: string): GeneratedRow {
  return { ...row, variant, strategy: variant, tokenCount: null, reply: { ...row.reply, model: '', usage: null, reasoning: null } }
}

function judged(row: GeneratedRow, parsed: Parsed | undefined, judge: NonNullable<ParseOptions['judge']>, ctx: StageContext): GeneratedRow[] {
  const output = row.judged!
  if (parsed === undefined) return [{ ...output }]
  const score = 'outputs' in parsed ? parsed.outputs[0]!.judgeScore : null
  if (judge.mode === 'filter') {
    if (score === null) {
      leave(row, 'outputs' in parsed ? { status: 'dropped', reason: 'unjudged', detail: 'the judge gave no score' } : parsed, ctx)
      return []
    }
    if (score < judge.minScore) {
      ctx.drop(row, 'judge_below_threshold', `score ${score}, limit ${judge.minScore}`)
      return []
    }
  }
  return [{ ...output, judgeScore: score }]
}

function leave(row: GeneratedRow, { status, reason, detail }: Exclude<Parsed, { outputs: unknown }>, ctx: StageContext): void {
  if (status === 'dropped') ctx.drop(row, reason, detail)
  else ctx.fail(row, Object.assign(new Error(detail), { code: reason }))
}
