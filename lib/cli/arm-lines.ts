import { ConfigInvalidError } from '../errors.ts'
import { armTokens } from '../recipes/arm-tokens.ts'
import { armSets, type ArmSet, type ArmSource } from '../recipes/arms.ts'
import { whole } from './format.ts'

const scale: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 }

/**
 * The arms of a question: what each is made of in tokens, and the commands that make it.
 * @param budget tokens an arm, such as `20B`; null for the paper's
 * @throws ConfigInvalidError for a name or budget that is none
 */
export function armLines(name: string, budget: string | null): string {
  const set = armSets.find((each) => each.name === name)
  if (!set) throw new ConfigInvalidError([`--arms: expected one of ${armSets.map((each) => each.name).join(', ')}, got ${name}`])
  const tokens = budget === null ? set.budget : tokensOf(budget)
  return [
    `${set.name}: ${set.question} ${whole(tokens)} tokens an arm`,
    ...set.notes.map((note) => `  ${note}`),
    '',
    ...set.arms.flatMap((arm) => {
      const counts = armTokens(arm, tokens)
      const sources = arm.sources.map((source, i) => `  ${whole(counts[i]!).padStart(19)}  ${describe(source)}`)
      return [`${arm.name}${arm.reported === null ? '' : `  (reported ${arm.reported})`}`, ...sources]
    }),
    ...commands(set, tokens),
    '',
  ].join('\n')
}

function describe({ documents, recipe, variants, model }: ArmSource): string {
  if (recipe === null) return `${documents} as it is`
  return [`${documents} by ${recipe}`, variants && `(${variants.join(', ')})`, model && `with ${model}`].filter(Boolean).join(' ')
}

/** Each source that has to be made, once, until there is as much of it as the arm that wants most. */
function commands(set: ArmSet, tokens: number): string[] {
  const wanted = new Map<string, { readonly source: ArmSource; readonly most: number }>()
  for (const arm of set.arms) {
    const counts = armTokens(arm, tokens)
    for (const [i, source] of arm.sources.entries()) {
      if (source.recipe === null) continue
      const command = commandOf(source)
      wanted.set(command, { source, most: Math.max(wanted.get(command)?.most ?? 0, counts[i]!) })
    }
  }
  if (wanted.size === 0) return []
  return ['', 'what is to be made:', ...[...wanted].map(([command, { source, most }]) => `  ${command}   # until ${whole(most)} tokens${of(source)} are kept`)]
}

/** Only these rows count: a recipe may write others beside them, as `wrap` does. */
function of({ variants }: ArmSource): string {
  return variants ? ` of ${variants.join(', ')}` : ''
}

function commandOf({ documents, recipe, variants, model }: ArmSource): string {
  const last = model?.slice(model.lastIndexOf('/') + 1).toLowerCase()
  const out = [documents, recipe, ...(variants ?? []), last].filter(Boolean).join('-')
  const flags = [variants && `--variants ${variants.join(',')}`, model && `--model ${model}`].filter(Boolean)
  return [`stream.js '${documents}/*.parquet' ${out}/`, `--recipe ${recipe}`, ...flags].join(' ')
}

function tokensOf(budget: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMBT]?)$/i.exec(budget) ?? []
  const tokens = Math.round(Number(number) * (scale[(unit ?? '').toUpperCase()] ?? NaN))
  if (!Number.isSafeInteger(tokens) || tokens < 1) throw new ConfigInvalidError([`--budget: expected tokens such as 20B, got ${budget}`])
  return tokens
}
