import type { Words } from './words.ts'

/**
 * The n-grams of words of a text that may occur more than once, as numbers in typed arrays: equal n-grams have equal
 * ids. No n-gram is ever joined into a string.
 */
export interface Grams {
  readonly n: number
  /** How many entries `at` and `ids` hold. */
  readonly size: number
  /** Index of the n-gram's first word, ascending. */
  readonly at: Int32Array
  /** Below `distinct`, numbered by first occurrence. */
  readonly ids: Int32Array
  readonly distinct: number
  /** Occurrences of the most frequent n-gram, of several the one that came first; 1 or 0 where none repeats. */
  readonly topCount: number
  /** Index of the first word of its first occurrence. */
  readonly topFirst: number
}

/** Every word as a 1-gram. */
export function wordGrams(words: Words): Grams {
  const { text, count, starts, ends } = words
  const ids = new Int32Array(count)
  const at = new Int32Array(count)
  const hashes = new Int32Array(count)
  const samples = new Int32Array(count)
  const table = new Int32Array(tableSize(count))
  const mask = table.length - 1
  let distinct = 0
  for (let k = 0; k < count; k++) {
    at[k] = k
    const start = starts[k]!
    const end = ends[k]!
    let hash = 0x811c9dc5
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    hash ^= hash >>> 15
    let slot = hash & mask
    for (;;) {
      const id = table[slot]! - 1
      if (id === -1) {
        table[slot] = distinct + 1
        hashes[distinct] = hash
        samples[distinct] = k
        ids[k] = distinct++
        break
      }
      const sample = samples[id]!
      if (hashes[id] === hash && sameText(text, start, end, starts[sample]!, ends[sample]!)) {
        ids[k] = id
        break
      }
      slot = (slot + 1) & mask
    }
  }
  return repeated(1, at, ids, count, distinct)
}

function sameText(text: string, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false
  for (let i = start, k = otherStart; i < end; i++, k++) if (text.charCodeAt(i) !== text.charCodeAt(k)) return false
  return true
}

/**
 * The (n + 1)-grams that may repeat, from the n-grams that do: both n-grams inside one must. Each pass has fewer
 * entries than the one before, in ordinary prose next to none from 4-grams on.
 */
export function longerGrams(grams: Grams): Grams {
  const { size, at: from, ids: fromIds } = grams
  const at = new Int32Array(size)
  const ids = new Int32Array(size)
  const firsts = new Int32Array(size)
  const seconds = new Int32Array(size)
  const table = new Int32Array(tableSize(size))
  const mask = table.length - 1
  let count = 0
  let distinct = 0
  for (let k = 0; k + 1 < size; k++) {
    const start = from[k]!
    if (from[k + 1] !== start + 1) continue
    const first = fromIds[k]!
    const second = fromIds[k + 1]!
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)
    hash ^= hash >>> 15
    let slot = hash & mask
    let id = table[slot]! - 1
    while (id !== -1 && (firsts[id] !== first || seconds[id] !== second)) {
      slot = (slot + 1) & mask
      id = table[slot]! - 1
    }
    if (id === -1) {
      table[slot] = distinct + 1
      firsts[distinct] = first
      seconds[distinct] = second
      id = distinct++
    }
    at[count] = start
    ids[count++] = id
  }
  return repeated(grams.n + 1, at, ids, count, distinct)
}

/** Leave only n-grams that occur twice or more; `at` and `ids` are overwritten. */
function repeated(n: number, at: Int32Array, ids: Int32Array, count: number, distinct: number): Grams {
  const counts = new Int32Array(distinct)
  for (let k = 0; k < count; k++) counts[ids[k]!]!++
  let top = 0
  for (let id = 1; id < distinct; id++) if (counts[id]! > counts[top]!) top = id
  let topFirst = -1
  let size = 0
  for (let k = 0; k < count; k++) {
    const id = ids[k]!
    if (topFirst === -1 && id === top) topFirst = at[k]!
    if (counts[id]! < 2) continue
    at[size] = at[k]!
    ids[size++] = id
  }
  return { n, size, at, ids, distinct, topCount: counts[top] ?? 0, topFirst: Math.max(0, topFirst) }
}

/** A power of two, at most half full. */
function tableSize(entries: number): number {
  return 2 << (32 - Math.clz32(Math.max(1, entries)))
}
