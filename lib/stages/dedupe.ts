import type { Stage } from '../flow/stage.ts'
import type { SeedRow } from '../rows.ts'
import { FingerprintIndex } from '../text/fingerprint-index.ts'
import { fingerprint, fingerprintWords } from '../text/fingerprint.ts'
import { normalizeForDedupe } from '../text/normalize.ts'

export interface DedupeOptions {
  readonly mode: 'none' | 'exact'
}

/**
 * Drop seeds whose normalised text an earlier seed has, as `duplicate`; the first in input order stays. A row that
 * comes again (same file and row) is no duplicate of itself, so a replayed batch has the same result.
 */
export function dedupe({ mode }: DedupeOptions): Stage<SeedRow, SeedRow> {
  if (mode === 'none') return { name: 'dedupe', process: (rows) => rows }
  const index = new FingerprintIndex()
  const files = new Numbering()
  const key = new Uint32Array(fingerprintWords)
  return {
    name: 'dedupe',
    process: (rows, ctx) => rows.filter((row) => {
      fingerprint(normalizeForDedupe(row.text), key)
      const file = files.numberOf(row.locator.file)
      const owner = index.claim(key, file, row.locator.row)
      if (!owner || (owner.file === file && owner.row === row.locator.row)) return true
      ctx.drop(row, 'duplicate', `same text as ${files.nameOf(owner.file)} row ${owner.row}`)
      return false
    }),
  }
}

/** Numbers for names, in order of appearance. */
class Numbering {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  nameOf(number: number): string {
    return this.#names[number]!
  }
}
