import { ConfigInvalidError } from '../errors.ts'
import type { Test } from '../stages/select.ts'
import { isRuleSet, type RuleSet, ruleSets } from '../text/rules.ts'
import { nearest } from '../validate.ts'

/** Where a score comes from. `label` names the class whose probability it is, null for the one there is. */
export type ScoreSource =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'fasttext'; readonly file: string; readonly label: string | null }
  | { readonly kind: 'http'; readonly url: string; readonly label: string | null }

/** What `--quality` asks for. */
export interface Selection {
  /** Rule sets to be passed, in this order. */
  readonly rules: readonly RuleSet[]
  readonly source: ScoreSource | null
  /** What the score must be; none where it is only to be recorded. */
  readonly tests: readonly Test[]
}

/** Where a label comes from. */
export type LabelSource =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'http'; readonly url: string }

const forms = 'column:NAME>=X, fasttext:FILE>=X, http:URL>=X or top:P%'

/**
 * Read the value of `--quality`: `none`, or a comma-separated list of rule sets, at most one source of scores
 * (`column:NAME`, `fasttext:FILE[#LABEL]`, `http:URL[#LABEL]`, each with `>=X` or `>X` or neither) and `top:P%`.
 * @throws ConfigInvalidError
 */
export function parseQuality(text: string): Selection {
  const rules: RuleSet[] = []
  const tests: Test[] = []
  let source: ScoreSource | null = null
  const wrong = (problem: string): ConfigInvalidError => new ConfigInvalidError([`--quality: ${problem}`])
  for (const part of partsOf(text)) {
    if (isRuleSet(part)) rules.push(part)
    else if (part.startsWith('top:')) tests.push(topOf(part, wrong))
    else if (/^(column|fasttext|https?):/.test(part)) {
      if (source) throw wrong('one score at most: a seed has one quality')
      const { what, test } = thresholdOf(part, wrong)
      source = sourceOf(what)
      if (test) tests.unshift(test)
    } else if (part !== 'none' || text.trim() !== 'none') {
      const names = ['none', ...Object.keys(ruleSets)]
      const near = nearest(part, names)
      throw wrong(`"${part}" is no rule; ${near ? `did you mean "${near}"? Known` : 'known'}: ${names.join(', ')}, ${forms}`)
    }
  }
  if (tests.length > 0 && !source) throw wrong('top:P% needs a score to go by, such as column:score,top:10%')
  return { rules, source, tests }
}

/** A comma parts only where a condition begins after it: file names and URLs may hold commas. */
function partsOf(text: string): string[] {
  return text.split(/,(?=\s*(?:[a-z0-9_]+\s*(?:,|$)|(?:column|fasttext|https?|top):))/).map((part) => part.trim())
}

type Wrong = (problem: string) => ConfigInvalidError

function topOf(part: string, wrong: Wrong): Test {
  const percent = Number(/^top:\s*(\d*\.?\d+)\s*%$/.exec(part)?.[1])
  if (!(percent > 0 && percent <= 100)) throw wrong(`"${part}" should read top:P%, P above 0 and up to 100`)
  return { kind: 'top', share: percent / 100 }
}

/** The last operator counts: a column may be called `a>b`. */
function thresholdOf(part: string, wrong: Wrong): { what: string; test: Test | null } {
  const found = /^(?<what>.*[^\s>=])\s*(?<operator>>=?)\s*(?<value>[^\s>=<]*)$/s.exec(part)?.groups
  if (!found) {
    if (/[<>=]\s*$|[<>]/.test(part) || /^[a-z]+:\s*$/.test(part)) throw wrong(`"${part}" should read ${part.split(':')[0]}:...>=X or >X, X a number`)
    return { what: part, test: null }
  }
  const value = Number(found['value'])
  if (found['value'] === '' || !Number.isFinite(value) || found['what']!.endsWith(':')) throw wrong(`"${part}" should read ${part.split(':')[0]}:...>=X or >X, X a number`)
  return { what: found['what']!, test: { kind: 'threshold', operator: found['operator'] === '>' ? '>' : '>=', value } }
}

function sourceOf(what: string): ScoreSource {
  const colon = what.indexOf(':')
  const kind = what.slice(0, colon)
  const rest = what.slice(colon + 1).trim()
  if (kind === 'column') return { kind, column: rest }
  const hash = rest.lastIndexOf('#')
  const place = hash < 0 ? rest : rest.slice(0, hash)
  const label = hash < 0 ? null : rest.slice(hash + 1)
  return kind === 'fasttext' ? { kind, file: place, label } : { kind: 'http', url: urlOf(kind, place), label }
}

/** `http:http://host/path` as the option is documented, and plain `http://host/path`. */
function urlOf(scheme: string, rest: string): string {
  return rest.startsWith('//') ? `${scheme}:${rest}` : rest
}

/**
 * Read one value of `--label`: `NAME=column:COLUMN` or `NAME=http:URL`.
 * @throws ConfigInvalidError
 */
function parseLabel(text: string): { name: string; source: LabelSource } {
  const found = /^\s*(?<name>[a-z][a-z0-9_]*)\s*=\s*(?<kind>column|https?):(?<rest>.+)$/s.exec(text)?.groups
  if (!found) throw new ConfigInvalidError([`--label: "${text}" should read NAME=column:COLUMN or NAME=http:URL, NAME in lower case, such as formats`])
  const { name, kind, rest } = found as { name: string; kind: string; rest: string }
  return { name, source: kind === 'column' ? { kind, column: rest.trim() } : { kind: 'http', url: urlOf(kind, rest.trim()) } }
}

/**
 * Read all of `--label`.
 * @throws ConfigInvalidError
 */
export function parseLabels(texts: readonly string[]): Record<string, LabelSource> {
  const labels: Record<string, LabelSource> = {}
  for (const { name, source } of texts.map(parseLabel)) {
    if (Object.hasOwn(labels, name)) throw new ConfigInvalidError([`--label: "${name}" is given twice`])
    labels[name] = source
  }
  return labels
}

/** The columns that the source must read for this. */
export function columnsOf(selection: Selection, labels: Readonly<Record<string, LabelSource>>): {
  scoreColumn: string | null
  labelColumns: Record<string, string>
} {
  const { source } = selection
  return {
    scoreColumn: source?.kind === 'column' ? source.column : null,
    labelColumns: Object.fromEntries(
      Object.entries(labels).flatMap(([name, label]) => (label.kind === 'column' ? [[name, label.column]] : [])),
    ),
  }
}

/** For the person who reads the rejects: `column int_score`, `fasttext model.bin`. */
export function describeSource(source: ScoreSource): string {
  switch (source.kind) {
    case 'column': return source.column
    case 'fasttext': return source.label ?? 'fasttext score'
    case 'http': return source.label ?? 'classifier score'
  }
}
