import { blockOf, entryWords, type Segment, type SegmentStore } from './segment-store.ts'

/** Entries of one step: some milliseconds of work. */
const entriesPerStep = 40_000

/**
 * Write the entries of `sources`, all in the store `from`, as the segment `target` of the store `to`; what they are
 * divided into may differ. There may be reads between steps.
 *
 * The largest source sets the pace: its blocks are read one by one, and with each the blocks of the others that hold
 * the same keys, which may be more of them, or a part of one. So memory is that of a few blocks.
 */
export function* merging(from: SegmentStore, sources: readonly Segment[], to: SegmentStore, target: Segment): Generator<void> {
  const bits = Math.min(target.bits, Math.max(0, ...sources.map((source) => source.bits)))
  const fanOut = 2 ** (target.bits - bits)
  const parts = Array.from({ length: fanOut }, () => new Entries())
  for (let prefix = 0; prefix < 2 ** bits; ) {
    let read = 0
    for (; prefix < 2 ** bits && read < entriesPerStep; prefix++) {
      for (const part of parts) part.clear()
      for (const source of sources) {
        const blocks = 2 ** (source.bits - bits)
        const first = Math.floor(prefix * blocks)
        for (let block = first; block < first + Math.max(1, blocks); block++) {
          const words = from.readBlock(source, block)
          read += words.length / entryWords
          for (let at = 0; at < words.length; at += entryWords) {
            parts[blockOf(words[at]!, target.bits) - prefix * fanOut]?.add(words[at]!, words[at + 1]!, words[at + 2]!)
          }
        }
      }
      parts.forEach((part, k) => to.writeBlock(target, prefix * fanOut + k, part.view()))
    }
    yield
  }
}

/** A growing list of entries that is used again and again. */
export class Entries {
  #words = new Uint32Array(64 * entryWords)
  #length = 0

  clear(): void {
    this.#length = 0
  }

  add(first: number, second: number, number: number): void {
    this.#reserve()
    this.#words[this.#length++] = first
    this.#words[this.#length++] = second
    this.#words[this.#length++] = number
  }

  /** Valid until the next change. */
  view(): Uint32Array {
    return this.#words.subarray(0, this.#length)
  }

  #reserve(): void {
    if (this.#length + entryWords <= this.#words.length) return
    const old = this.#words
    this.#words = new Uint32Array(old.length * 2)
    this.#words.set(old)
  }
}
