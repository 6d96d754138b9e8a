import { mkdirSync } from 'node:fs'
import type { MinHashOptions } from '../text/minhash.ts'
import { syncFolder } from '../io/sync-folder.ts'
import { checkEnvironment, openEnvironment, type Database } from './lmdb.ts'
import { entryWords, SegmentStore, type Segment } from './segment-store.ts'

/** Goes up when keys, records or their place in the folder change. */
const formatVersion = 1

/** What two runs must agree on to know each other's documents. */
export interface IndexParameters extends MinHashOptions {
  readonly mode: 'exact' | 'minhash'
}

/** What one run left: a segment of this id, and the records of documents 0 .. documents - 1 in the space of this number. */
interface Generation {
  readonly lineage: string
  /** `writing` until all of it is there, `superseded` once a later run into the same output folder is. */
  readonly state: 'writing' | 'live' | 'superseded'
  readonly bits: number
  readonly entries: number
  readonly documents: number
}

/** Keys are a name, and a number where there are several. */
type Catalogue = Database<unknown, (string | number)[]>

/**
 * The index that outlives its run. A run adds one generation, and only by `commit`; nothing that is there is ever
 * changed, so a run sees what was live when it opened the folder, whatever others do meanwhile. Keys and records are files that
 * are written once; LMDB is the catalogue that says which of them count, and orders those who write to it.
 */
export class IndexFolder {
  readonly store: SegmentStore
  readonly #catalogue: Catalogue
  readonly #lineage: string
  #closed = false
  /** Segments of earlier runs, oldest first. */
  readonly visible: readonly Segment[]

  private constructor(folder: string, catalogue: Catalogue, lineage: string) {
    this.store = new SegmentStore(folder)
    this.#catalogue = catalogue
    this.#lineage = lineage
    this.visible = this.#generations()
      .filter(([, generation]) => generation.state === 'live' && generation.lineage !== lineage)
      .map(([id, { bits, entries }]) => ({ id, bits, entries }))
  }

  /** @throws Error that says what is wrong with the folder, which is not named */
  static async open(folder: string, parameters: IndexParameters, lineage: string): Promise<IndexFolder> {
    mkdirSync(folder, { recursive: true })
    checkEnvironment(folder)
    const catalogue = openEnvironment<unknown, (string | number)[]>(folder)
    try {
      agree(catalogue, parameters)
      const opened = new IndexFolder(folder, catalogue, lineage)
      opened.#removeLeftovers()
      return opened
    } catch (error) {
      await catalogue.close()
      throw error
    }
  }

  /**
   * Call `take` for every key of earlier runs: 12 bytes a key are read, in order.
   * @throws Error when not all of them are there as they were written
   */
  readKeys(take: (first: number, second: number) => void): void {
    for (const segment of this.visible) {
      let entries = 0
      for (let block = 0; block < 2 ** segment.bits; block++) {
        const words = this.store.readBlock(segment, block, true)
        for (let at = 0; at < words.length; at += entryWords) take(words[at]!, words[at + 1]!)
        entries += words.length / entryWords
      }
      if (entries !== segment.entries) throw new Error(`segment-${segment.id} has ${entries} keys of ${segment.entries}`)
    }
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    this.store.close()
    if (this.#closed) return
    this.#closed = true
    await this.#catalogue.close()
  }

  /** Where to write a new generation's segment and records. It counts for nobody before `commit`. */
  begin(bits: number, entries: number, documents: number): Segment {
    return this.#catalogue.transactionSync(() => {
      const id = Math.max(0, ...this.#generations().map(([each]) => each)) + 1
      this.#put(id, { lineage: this.#lineage, state: 'writing', bits, entries, documents })
      return { id, bits, entries }
    })
  }

  /** From now on, and through a loss of power, the generation counts, and earlier ones of its lineage do not. */
  async commit({ id }: Segment): Promise<void> {
    this.store.finish(id)
    await syncFolder(this.store.folder)
    this.#catalogue.transactionSync(() => {
      for (const [each, generation] of this.#generations()) {
        if (each === id) this.#put(each, { ...generation, state: 'live' })
        else if (generation.lineage === this.#lineage && generation.state === 'live') this.#put(each, { ...generation, state: 'superseded' })
      }
    })
  }

  /**
   * What a crash in `commit`, or an earlier run that has been superseded, left of this lineage. The latter goes one run
   * later than it could: others may have opened the folder before.
   */
  #removeLeftovers(): void {
    for (const [id, generation] of this.#generations()) {
      if (generation.lineage !== this.#lineage || generation.state === 'live') continue
      this.store.remove(id)
      this.#catalogue.removeSync(['generation', id])
    }
  }

  /** By number, so the oldest first. */
  #generations(): [number, Generation][] {
    const found = this.#catalogue.getRange({ start: ['generation'], end: ['generation', Infinity] })
    return [...found].map(({ key, value }) => [key[1] as number, value as Generation])
  }

  #put(id: number, generation: Generation): void {
    this.#catalogue.putSync(['generation', id], generation)
  }
}

/** Write the parameters, or compare them with those that the folder was made with. Also proves that it can be written. */
function agree(catalogue: Catalogue, { mode, ngram, bands, hashes }: IndexParameters): void {
  const described = mode === 'exact' ? 'exact' : `minhash with ngram ${ngram}, bands ${bands}, hashes ${hashes}`
  const wanted = `${described} (format ${formatVersion})`
  const found = catalogue.transactionSync(() => {
    const before = catalogue.get(['parameters']) as string | undefined
    catalogue.putSync(['parameters'], before ?? wanted)
    return before ?? wanted
  })
  if (found !== wanted) throw new Error(`was made for ${found}, this run is ${wanted}`)
}
