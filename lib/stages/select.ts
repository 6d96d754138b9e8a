import type { Stage } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'

/** What a score must be for its seed to stay. */
export type Test =
  | { readonly kind: 'threshold'; readonly operator: '>=' | '>'; readonly value: number }
  /** Above 0 to 1: this share of the seeds, the best of them. */
  | { readonly kind: 'top'; readonly share: number }

export interface SelectOptions {
  /** What the score is, for the person who reads the rejects: `column int_score`. */
  readonly what: string
  /** All must hold, in this order. */
  readonly tests: readonly Test[]
}

/**
 * Keep seeds by their score (`SeedRow.score`). Reasons: `quality_unscored` where it is null or NaN,
 * `quality_below_threshold`, `quality_below_top`.
 */
export function select({ what, tests }: SelectOptions): Stage<SeedRow, SeedRow> {
  const checks = tests.map(checkOf)
  return {
    name: 'select',
    process: (rows, ctx) =>
      rows.filter((row) => {
        const { score } = row
        if (score === null || Number.isNaN(score)) {
          ctx.drop(row, 'quality_unscored', `${what} is ${score === null ? 'null' : 'NaN'}`)
          return false
        }
        const failed = checks.find((check) => !check.passes(score))
        if (failed) ctx.drop(row, failed.reason, `${what} is ${score}, wanted ${failed.wanted}`)
        return !failed
      }),
  }
}

interface Check {
  readonly reason: string
  readonly wanted: string
  passes(score: number): boolean
}

function checkOf(test: Test): Check {
  if (test.kind === 'top') {
    const top = new TopShare(test.share)
    const wanted = `the top ${Number((100 * test.share).toFixed(4))} % so far`
    return { reason: 'quality_below_top', wanted, passes: (score) => top.admit(score) }
  }
  const { operator, value } = test
  const passes = operator === '>=' ? (score: number) => score >= value : (score: number) => score > value
  return { reason: 'quality_below_threshold', wanted: `${operator} ${value}`, passes }
}

/** Leading bits of a float that are told apart: sign, exponent and 11 of the mantissa, so steps of 0.05 %. */
const bits = 20

/**
 * The best share of a stream of scores, in one pass and 4 MB: a score is admitted when it is among the top share of
 * all scores up to its own. On scores in random order the share that is admitted is the share asked for, within about
 * the square root of their number. Of equal scores at the border as many are admitted as the share has room for.
 * Depends on the order of the scores and on nothing else; sorted input is what it cannot serve.
 */
export class TopShare {
  readonly #share: number
  /** Scores by bin, as a Fenwick tree (Fenwick 1994), 1-based. */
  readonly #tree = new Uint32Array((1 << bits) + 1)
  #seen = 0
  #admitted = 0

  constructor(share: number) {
    this.#share = share
  }

  admit(score: number): boolean {
    const bin = binOf(score)
    this.#add(bin)
    this.#seen++
    const room = this.#share * this.#seen
    const better = this.#seen - this.#upTo(bin)
    const equal = this.#seen - this.#upTo(bin - 1) - better
    // Half a row of slack: sums of shares such as 0.1 are not exact in binary.
    const admitted = better + equal <= room + 1e-9 || (better < room && this.#admitted + 1 <= Math.ceil(room - 1e-9))
    if (admitted) this.#admitted++
    return admitted
  }

  #add(bin: number): void {
    for (let at = bin + 1; at <= 1 << bits; at += at & -at) this.#tree[at]!++
  }

  /** Scores in bins up to and including `bin`. */
  #upTo(bin: number): number {
    let sum = 0
    for (let at = bin + 1; at > 0; at -= at & -at) sum += this.#tree[at]!
    return sum
  }
}

const float = new Float32Array(1)
const raw = new Uint32Array(float.buffer)

/** Bins ascend with scores: the bits of a float do, once the sign is turned round. */
function binOf(score: number): number {
  // -0 is 0.
  float[0] = score + 0
  const word = raw[0]!
  return (word & 0x80000000 ? ~word >>> 0 : word | 0x80000000) >>> (32 - bits)
}
