import { ConfigInvalidError } from '../errors.ts'
import type { Stage, StageContext } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'
import { isRuleSet, type RuleSet, ruleSets } from '../text/rules.ts'
import type { Verdict } from '../text/verdict.ts'
import { nearest } from '../validate.ts'

/** What `--quality` asks for. */
export type QualityRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'rules'; readonly rules: RuleSet }
  | { readonly kind: 'column'; readonly column: string; readonly operator: '>=' | '>'; readonly threshold: number }

/** Verdicts on texts, in their order, null for one that passes. */
export type Judge = (texts: readonly string[]) => Promise<readonly (Verdict | null)[]>

export interface QualityOptions {
  readonly rule: QualityRule
  /** Applies the rule's rule set; only called where `rule.kind` is `rules`. */
  readonly judge: Judge
}

/**
 * Drop seeds that a set of text rules, or a score that came with them (`SeedRow.score`), finds wanting. Reasons: the
 * broken rule's id; `quality_unscored` where the score is null or NaN; `quality_below_threshold`.
 */
export function quality({ rule, judge }: QualityOptions): Stage<SeedRow, SeedRow> {
  switch (rule.kind) {
    case 'none':
      return { name: 'quality', process: (rows) => rows }
    case 'column':
      return { name: 'quality', process: (rows, ctx) => rows.filter((row) => passesScore(row, rule, ctx)) }
    case 'rules':
      return {
        name: 'quality',
        concurrency: 3,
        ordered: true,
        async process(rows, ctx) {
          if (rows.length === 0) return []
          const verdicts = await judge(rows.map((row) => row.text))
          return rows.filter((row, k) => {
            const verdict = verdicts[k]
            if (verdict) ctx.drop(row, verdict.reason, verdict.detail)
            return !verdict
          })
        },
      }
  }
}

function passesScore(row: SeedRow, rule: QualityRule & { kind: 'column' }, ctx: StageContext): boolean {
  const { column, operator, threshold } = rule
  const { score } = row
  if (score === null || Number.isNaN(score)) {
    ctx.drop(row, 'quality_unscored', `${column} is ${score === null ? 'null' : 'NaN'}`)
    return false
  }
  if (operator === '>=' ? score >= threshold : score > threshold) return true
  ctx.drop(row, 'quality_below_threshold', `${column} is ${score}, wanted ${operator} ${threshold}`)
  return false
}

/**
 * Read the value of `--quality`: `none`, a rule set's name, `column:NAME>=X` or `column:NAME>X`.
 * @throws ConfigInvalidError
 */
export function parseQuality(text: string): QualityRule {
  const option = text.trim()
  if (option === 'none') return { kind: 'none' }
  if (isRuleSet(option)) return { kind: 'rules', rules: option }
  if (option.startsWith('column:')) return parseColumn(option)
  const names = ['none', ...Object.keys(ruleSets)]
  const near = nearest(option, names)
  const hint = near ? `did you mean "${near}"? Known` : 'known'
  throw new ConfigInvalidError([`--quality: "${text}" is no rule; ${hint}: ${names.join(', ')} or column:NAME>=X`])
}

/** The last operator counts: a column may be called `a>b`. */
function parseColumn(option: string): QualityRule {
  const parts = /^column:(?<column>.*[^\s>=])\s*(?<operator>>=?)\s*(?<threshold>[^\s>=<]+)$/s.exec(option)?.groups
  const threshold = Number(parts?.['threshold'])
  if (!parts || !Number.isFinite(threshold)) {
    throw new ConfigInvalidError([`--quality: "${option}" should read column:NAME>=X or column:NAME>X, X a number`])
  }
  return {
    kind: 'column',
    column: parts['column']!.trim(),
    operator: parts['operator'] === '>' ? '>' : '>=',
    threshold,
  }
}
