import { access, constants, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyFilter } from '../text/key-filter.ts'
import type { KeyTable } from '../text/key-table.ts'
import { groupSize, type DocumentRecords } from './document-records.ts'
import { Entries, merging } from './segment-merge.ts'
import { bitsFor, findIn, removeSegments, SegmentStore, type Segment } from './segment-store.ts'

/** So many segments of a size become one: a key is written once more for every fourfold, and read from few. */
const segmentsPerMerge = 4

/** Of size class n are segments made of 4^n that were written from memory. */
interface SpilledSegment extends Segment {
  readonly sizeClass: number
}

/** What of this run's index does not fit into memory. Nothing of it outlives the process. */
export class DedupeSpill {
  readonly store: SegmentStore
  readonly #temporary: boolean
  #segments: readonly SpilledSegment[] = []
  #lastId = 0
  #merge: Generator<void> | null = null
  #closed = false

  private constructor(store: SegmentStore, temporary: boolean) {
    this.store = store
    this.#temporary = temporary
  }

  /** @param folder made and emptied of an earlier spill; null: a temporary one, removed by `close` */
  static async open(folder: string | null): Promise<DedupeSpill> {
    if (folder === null) return new DedupeSpill(new SegmentStore(await mkdtemp(join(tmpdir(), 'seedstream-dedupe-'))), true)
    await mkdir(folder, { recursive: true })
    removeSegments(folder)
    await access(folder, constants.W_OK)
    return new DedupeSpill(new SegmentStore(folder), false)
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** Document that owns the key, -1 where none here does. */
  find(first: number, second: number): number {
    for (const segment of this.#segments) {
      const number = findIn(this.store, segment, first, second)
      if (number >= 0) return number
    }
    return -1
  }

  /** Take all keys of `table`, which is empty afterwards, and the records that fill a group. */
  take(table: KeyTable, records: DocumentRecords, filter: KeyFilter): void {
    const bits = bitsFor(table.size)
    const segment = { id: ++this.#lastId, bits, entries: table.size, sizeClass: 0 }
    const entries = new Entries()
    const width = 2 ** (32 - bits)
    for (let block = 0; block < 2 ** bits; block++) {
      entries.clear()
      table.scan(block * width, (block + 1) * width, (first, second, number) => {
        entries.add(first, second, number)
        filter.add(first, second)
      })
      this.store.writeBlock(segment, block, entries.view())
    }
    table.clear()
    this.#replace([], segment)
    const end = records.end - (records.end % groupSize)
    for (let number = records.first; number < end; number += groupSize) this.store.writeGroup(0, number / groupSize, records.pack(number))
    records.forget(end)
    this.#merge ??= this.#nextMerge()
  }

  /** Do a step of the merging that is due, some milliseconds of it; false where none is. */
  work(): boolean {
    if (!this.#merge) return false
    if (this.#merge.next().done) this.#merge = this.#nextMerge()
    return this.#merge !== null
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.store.close()
    removeSegments(this.store.folder)
    if (this.#temporary) await rm(this.store.folder, { recursive: true, force: true })
  }

  /** The largest first: most keys are there. */
  #replace(gone: readonly SpilledSegment[], added: SpilledSegment): void {
    this.#segments = [...this.#segments.filter((each) => !gone.includes(each)), added].toSorted((a, b) => b.entries - a.entries)
  }

  #nextMerge(): Generator<void> | null {
    for (const { sizeClass } of this.#segments) {
      const sources = this.#segments.filter((each) => each.sizeClass === sizeClass).slice(0, segmentsPerMerge)
      if (sources.length === segmentsPerMerge) return this.#merging(sources)
    }
    return null
  }

  *#merging(sources: readonly SpilledSegment[]): Generator<void> {
    const entries = sources.reduce((sum, source) => sum + source.entries, 0)
    const merged = { id: ++this.#lastId, bits: bitsFor(entries), entries, sizeClass: sources[0]!.sizeClass + 1 }
    yield* merging(this.store, sources, this.store, merged)
    this.#replace(sources, merged)
    for (const { id } of sources) this.store.remove(id)
  }
}
