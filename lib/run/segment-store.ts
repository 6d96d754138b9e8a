import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BlobFile } from './blob-file.ts'

/** Words of an entry: the key's two, the number of the document that owns it. */
export const entryWords = 3
/** Entries of a block on average, at most: one read. */
const entriesPerBlock = 1000

/** Keys and their documents, on disk for good: 2^`bits` blocks, and a key is in the one its first `bits` bits name. */
export interface Segment {
  readonly id: number
  readonly bits: number
  readonly entries: number
}

/** Bits with which `entries` make blocks of the right size. */
export function bitsFor(entries: number): number {
  return Math.max(0, Math.ceil(Math.log2(entries / entriesPerBlock)))
}

/** Number of the block, of 2^`bits`, that a key with this first word is in. */
export function blockOf(first: number, bits: number): number {
  // A shift by 32 would be one by 0.
  return bits === 0 ? 0 : first >>> (32 - bits)
}

/**
 * Segments, and groups of records, as files of a folder. Not a tree with an entry a key: that takes 40 bytes a key where
 * this takes 12, and each spill would rewrite nearly all of it, where a segment is written from start to end once.
 */
export class SegmentStore {
  readonly folder: string
  readonly #files = new Map<string, BlobFile>()

  constructor(folder: string) {
    this.folder = folder
  }

  get diskBytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Entries of a block, `entryWords` words each, valid until the next call for the segment. */
  readBlock({ id }: Pick<Segment, 'id'>, block: number, check = false): Uint32Array {
    const bytes = this.#read(`segment-${id}`, block, check)
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2)
  }

  /** Blocks are written in order, from 0 on. */
  writeBlock({ id }: Pick<Segment, 'id'>, block: number, entries: Uint32Array): void {
    this.#write(`segment-${id}`, block, new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength))
  }

  /** A packed group of records, valid until the next call; `space` tells apart what is numbered alike. */
  readGroup(space: number, group: number, check = false): Uint8Array {
    return this.#read(`records-${space}`, group, check)
  }

  /** Groups are written in order, from 0 on. */
  writeGroup(space: number, group: number, records: Uint8Array): void {
    this.#write(`records-${space}`, group, records)
  }

  /** See the segment and the records of the same number on disk; another process may open them then. */
  finish(id: number): void {
    for (const name of namesOf(id)) (this.#files.get(name) ?? this.#create(name)).finish()
  }

  /** Remove the segment and the records of this number. */
  remove(id: number): void {
    for (const name of namesOf(id)) {
      this.#files.get(name)?.close()
      this.#files.delete(name)
      rmSync(join(this.folder, name), { force: true })
    }
  }

  /** Safe to call twice. */
  close(): void {
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
  }

  #read(name: string, number: number, check: boolean): Uint8Array {
    try {
      return (this.#files.get(name) ?? this.#open(name)).read(number, check)
    } catch (cause) {
      throw new Error(`${name} ${(cause as Error).message}`, { cause })
    }
  }

  #write(name: string, number: number, bytes: Uint8Array): void {
    const file = number === 0 ? this.#create(name) : this.#files.get(name)!
    if (file.count !== number) throw new Error(`${name} has ${file.count} blobs, not ${number}`)
    file.append(bytes)
  }

  #open(name: string): BlobFile {
    const file = BlobFile.open(join(this.folder, name))
    this.#files.set(name, file)
    return file
  }

  #create(name: string): BlobFile {
    const file = BlobFile.create(join(this.folder, name))
    this.#files.set(name, file)
    return file
  }
}

/** Document that owns the key in this segment, -1 where none does. */
export function findIn(store: SegmentStore, segment: Segment, first: number, second: number): number {
  const words = store.readBlock(segment, blockOf(first, segment.bits))
  for (let at = 0; at < words.length; at += entryWords) {
    if (words[at] === first && words[at + 1] === second) return words[at + 2]!
  }
  return -1
}

/** Remove what a store left in the folder, and nothing else that may lie there. */
export function removeSegments(folder: string): void {
  for (const name of readdirSync(folder)) if (/^(segment|records)-\d+$/.test(name)) rmSync(join(folder, name))
}

function namesOf(id: number): readonly string[] {
  return [`segment-${id}`, `records-${id}`]
}
