import { draw } from './draw.ts'

/** A document that can be drawn. */
export interface Styled {
  readonly id: string
  /** Whether its format is one of conversation (text/web-formats.ts). */
  readonly conversational: boolean
  readonly tokens: number
}

/**
 * The most documents, none of them twice, of whose tokens `share` are conversational (BeyondWeb RQ4): which they are depends on the
 * seed and their ids alone. Exact to one document of each kind.
 * @param share 0 to 1
 */
export function styleSample<Row extends Styled>(rows: readonly Row[], share: number, seed = 0): Row[] {
  const of = (wanted: boolean): Row[] => rows.filter(({ conversational }) => conversational === wanted)
  const [yes, no] = [of(true), of(false)]
  const total = Math.min(share > 0 ? tokensOf(yes) / share : Infinity, share < 1 ? tokensOf(no) / (1 - share) : Infinity)
  // Rounded, since 367 / 0.0367 * 0.0367 is a little less than 367.
  const taken = new Set([...upTo(yes, Math.round(total * share), seed), ...upTo(no, Math.round(total * (1 - share)), seed)])
  return rows.filter((row) => taken.has(row))
}

/** Documents in the order of their draw, as long as they fit into `budget` tokens. */
function upTo<Row extends Styled>(rows: readonly Row[], budget: number, seed: number): Row[] {
  const drawn = rows.map((row) => ({ row, place: draw([seed, row.id, 'style'], 2 ** 32) })).toSorted((a, b) => a.place - b.place)
  let left = budget
  return drawn.flatMap(({ row }) => {
    if (row.tokens > left) return []
    left -= row.tokens
    return [row]
  })
}

function tokensOf(rows: readonly Styled[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens, 0)
}
