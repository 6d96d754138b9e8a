import type { Twin } from '../stages/dedupe.ts'
import { KeyFilter } from '../text/key-filter.ts'
import { KeyTable } from '../text/key-table.ts'
import { DedupeSpill } from './dedupe-spill.ts'
import { DocumentRecords, groupSize, recordIn, type DocumentRecord } from './document-records.ts'
import type { IndexFolder } from './index-folder.ts'
import { merging } from './segment-merge.ts'
import { bitsFor, findIn, type Segment } from './segment-store.ts'

/** Share of the memory that tells which keys are on disk. */
const filterShare = 1 / 4
export interface DedupeIndexOptions {
  /** Bytes for keys, records and filter. Below what one document needs, each goes to disk as the next comes. */
  readonly memory: number
  /** Folder for what does not fit, emptied at first use; null: a temporary one, removed at the end. */
  readonly spillFolder: string | null
  readonly sketchWords: number
  /** Estimated Jaccard similarity, 0 to 1, of two sketches. */
  readonly jaccard: (a: Uint32Array, b: Uint32Array) => number
}

/** A document to be judged. The arrays may be used again for the next. */
export interface Candidate {
  readonly id: string
  /** 64 bits of the hash of its text, as two words, and 32 bits more. */
  readonly exact: readonly [first: number, second: number]
  readonly check: number
  /** Band keys, a pair of words each; filled by `sign`. */
  readonly keys: Uint32Array
  readonly sketch: Uint32Array
  /** Fills `keys` and `sketch`; false where the document has no band keys. Called only where it is no exact duplicate. */
  readonly sign: () => boolean
}

/** Where a kept document is: of an earlier run's segment, or of this run (null). */
interface Owner {
  readonly earlier: Segment | null
  readonly number: number
}

/**
 * Keys of the documents kept so far, in memory up to a budget and beyond it on disk, and of earlier runs on disk only.
 *
 * Memory holds the newest documents. When they outgrow it all their keys become a segment, 2^n blocks on disk, and four
 * segments of a size become one in steps between documents (`work`). A filter in memory says which keys are on disk
 * for sure not. What is answered depends on none of this.
 */
export class DedupeIndex {
  readonly #options: DedupeIndexOptions
  #history: IndexFolder | null = null
  readonly #table: KeyTable
  readonly #records: DocumentRecords
  readonly #limit: number
  readonly #filterBytes: number
  #filter: KeyFilter | null = null
  #spill: DedupeSpill | null = null

  private constructor(options: DedupeIndexOptions) {
    this.#options = options
    this.#filterBytes = Math.floor(options.memory * filterShare)
    this.#limit = options.memory - this.#filterBytes
    this.#table = new KeyTable(16)
    this.#records = new DocumentRecords(options.sketchWords)
  }

  /** @throws Error when the spill folder cannot be made or written */
  static async open(options: DedupeIndexOptions): Promise<DedupeIndex> {
    const index = new DedupeIndex(options)
    // At once, since a folder that cannot be written should not be found out after an hour.
    if (options.spillFolder !== null) index.#spill = await DedupeSpill.open(options.spillFolder)
    return index
  }

  /**
   * Let the documents of earlier runs count. The folder stays its opener's to close.
   * @throws Error when not all that they left is there
   */
  remember(history: IndexFolder): void {
    this.#history = history
    if (history.visible.length === 0) return
    const filter = (this.#filter ??= new KeyFilter(this.#filterBytes))
    history.readKeys((first, second) => filter.add(first, second))
  }

  /** Documents of this run that were kept. */
  get documents(): number {
    return this.#records.end
  }

  get memoryBytes(): number {
    return this.#table.bytes + this.#records.bytes + (this.#filter?.bytes ?? 0)
  }

  get segments(): number {
    return this.#spill?.segments.length ?? 0
  }

  /** Size of the files that hold what did not fit. */
  get spilledBytes(): number {
    return this.#spill?.store.diskBytes ?? 0
  }

  /** @returns the document's twin; null where it has none, and from now on it may be one */
  async judge(candidate: Candidate): Promise<Twin | null> {
    const [first, second] = candidate.exact
    const exactOwners = this.#ownersOf(first, second)
    for (const owner of exactOwners) {
      const record = this.#recordOf(owner)
      if (record.check === candidate.check) return { of: record.id, kind: 'exact', jaccard: 1, earlierRun: owner.earlier !== null }
    }
    const banded = candidate.sign()
    const near = banded ? this.#nearest(candidate) : null
    if (near) return near
    await this.#add(candidate, exactOwners.length === 0, banded)
    return null
  }

  /** Do a step of what has been put off, some milliseconds of it; false where there is nothing left. */
  work(): boolean {
    return this.#spill?.work() ?? false
  }

  /** Give this run's documents to the folder that outlives it. */
  async commit(): Promise<void> {
    const history = this.#history
    if (!history) return
    await this.#writeOut()
    const { store, segments } = this.#spill!
    const entries = segments.reduce((sum, segment) => sum + segment.entries, 0)
    const target = history.begin(bitsFor(entries), entries, this.documents)
    for (const _ of merging(store, segments, history.store, target)) continue
    for (let group = 0; group * groupSize < this.documents; group++) history.store.writeGroup(target.id, group, this.#groupOf(group))
    await history.commit(target)
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    await this.#spill?.close()
  }

  /** The owner with the most similar sketch among those of all band keys; of equals the oldest. */
  #nearest({ keys, sketch }: Candidate): Twin | null {
    const seen: Owner[] = []
    let best: { owner: Owner; record: DocumentRecord; jaccard: number } | null = null
    for (let at = 0; at < keys.length; at += 2) {
      for (const owner of this.#ownersOf(keys[at]!, keys[at + 1]!)) {
        if (seen.some((each) => each.earlier === owner.earlier && each.number === owner.number)) continue
        seen.push(owner)
        const record = this.#recordOf(owner)
        const jaccard = this.#options.jaccard(sketch, record.sketch)
        if (!best || jaccard > best.jaccard || (jaccard === best.jaccard && isOlder(owner, best.owner))) best = { owner, record, jaccard }
      }
    }
    return best && { of: best.record.id, kind: 'near', jaccard: best.jaccard, earlierRun: best.owner.earlier !== null }
  }

  /** Oldest first. There is more than one only where runs overlapped. */
  #ownersOf(first: number, second: number): readonly Owner[] {
    const number = this.#table.get(first, second)
    if (number >= 0) return [{ earlier: null, number }]
    if (!this.#filter?.mayHold(first, second)) return none
    const owners: Owner[] = []
    for (const segment of this.#history?.visible ?? []) {
      const number = findIn(this.#history!.store, segment, first, second)
      if (number >= 0) owners.push({ earlier: segment, number })
    }
    const own = this.#spill?.find(first, second) ?? -1
    return own >= 0 ? [...owners, { earlier: null, number: own }] : owners
  }

  #recordOf({ earlier, number }: Owner): DocumentRecord {
    if (earlier === null && number >= this.#records.first) return this.#records.read(number)
    const group = Math.floor(number / groupSize)
    const packed = earlier === null ? this.#spill!.store.readGroup(0, group) : this.#history!.store.readGroup(earlier.id, group)
    return recordIn(packed, number, this.#options.sketchWords)
  }

  /** Keys of others are left to them: an exact key whose owner's check word differs is taken. */
  async #add({ id, exact, check, keys, sketch }: Candidate, free: boolean, banded: boolean): Promise<void> {
    const more = 1 + (banded ? keys.length / 2 : 0)
    if (!this.#hasRoom(more, Buffer.byteLength(id)) && this.#table.size > 0) await this.#writeOut()
    this.#table.reserve(more)
    const number = this.#records.add(check, sketch, id)
    if (free) this.#table.set(exact[0], exact[1], number)
    if (banded) for (let at = 0; at < keys.length; at += 2) this.#table.set(keys[at]!, keys[at + 1]!, number)
  }

  /** Growing holds the old array and the new. */
  #hasRoom(keys: number, idBytes: number): boolean {
    const growth = this.#table.growthFor(keys) + this.#records.growthFor(idBytes)
    const held = this.#table.bytes + this.#records.bytes
    return held + growth <= this.#limit && this.#table.canHold(keys) && this.#records.canHold(idBytes)
  }

  async #writeOut(): Promise<void> {
    this.#spill ??= await DedupeSpill.open(this.#options.spillFolder)
    this.#filter ??= new KeyFilter(this.#filterBytes)
    this.#spill.take(this.#table, this.#records, this.#filter)
  }

  #groupOf(group: number): Uint8Array {
    const number = group * groupSize
    return number >= this.#records.first ? this.#records.pack(number) : this.#spill!.store.readGroup(0, group)
  }
}

const none: readonly Owner[] = []

function isOlder(a: Owner, b: Owner): boolean {
  const generations = (a.earlier?.id ?? Infinity) - (b.earlier?.id ?? Infinity)
  return a.earlier === b.earlier ? a.number < b.number : generations < 0
}
