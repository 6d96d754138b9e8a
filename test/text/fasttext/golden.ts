import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const folder = fileURLToPath(new URL('../../../fixtures/fasttext/', import.meta.url))

const golden = JSON.parse(readFileSync(`${folder}golden.json`, 'utf8')) as {
  readonly texts: readonly string[]
  readonly [model: string]: readonly unknown[]
}

/** Of one text, what fastText gives for each label; a label that it leaves out is missing. */
export type Given = Readonly<Record<string, number>>

export interface Golden {
  readonly name: string
  readonly texts: readonly string[]
  readonly given: readonly Given[]
}

export const texts = golden.texts

/** The model with 260 labels has one text only (fixtures/fasttext/train.py). */
export const models: readonly Golden[] = Object.keys(golden).filter((name) => name !== 'texts').map((name) => {
  const given = golden[name] as readonly Given[]
  return { name, texts: given.length === 1 ? texts.slice(4, 5) : texts, given }
})

/** Largest difference between what we and fastText say of a text; NaN where only one of them has an answer. */
export function difference(labels: readonly string[], ours: Float64Array, given: Given): number {
  const names = Object.keys(given)
  if (names.length === 0) return ours.every(Number.isNaN) ? 0 : NaN
  if (names.some((name) => !labels.includes(name))) return NaN
  return labels.reduce((worst, label, k) => Math.max(worst, Math.abs(ours[k]! - (given[label] ?? 0))), 0)
}
