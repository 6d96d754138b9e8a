import { hash } from 'node:crypto'
import type { GeneratedRow, Locator } from '../rows.ts'
import type { RowKeys } from './layouts.ts'
import type { RejectRow } from './output-columns.ts'

/**
 * What the run's ledger keeps of every row that it wrote, so that the files can be held against it later: 32 bytes.
 * 16 id (zeros for a seed that left before anything was asked about it), 3 number of the seed's file, 5 its row in
 * there, 8 the head of a SHA-256 over what the file says of the row.
 */
export const markBytes = 32

/** One mark, taken apart. */
export interface RowMark {
  /** 32 hex digits; zeros where a seed left before anything was asked about it. */
  readonly id: string
  readonly file: number
  readonly row: number
  /** 16 hex digits. */
  readonly digest: string
}

/** The id in the mark of a seed that left before anything was asked about it: its own need not be unique. */
export const seedMark = '0'.repeat(32)

/** A part that is complete and in its place. */
export interface CommittedPart {
  /** Relative to the output folder: `part-00000-run.parquet`, `_rejected/part-00000-run.parquet`. */
  readonly name: string
  readonly rows: number
  /** Sum of the rows' token counts. */
  readonly tokens: number
  /** `markBytes` a row, in the order of the rows. */
  readonly marks: Uint8Array
  /** The files that the marks number: locators' `file` by number. */
  readonly files: Readonly<Record<number, string>>
}

const firstBytes = 2 ** 14

/** Numbers for the files that a run's seeds come from, the same in all its parts. */
export class FileNumbers {
  readonly #numbers = new Map<string, number>()

  of(file: string): number {
    const known = this.#numbers.get(file)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(file, number)
    return number
  }
}

/** The marks of one part, gathered row by row. */
export class RowMarks {
  readonly #numbers: FileNumbers
  readonly #files = new Map<string, number>()
  #bytes = Buffer.allocUnsafe(firstBytes)
  #length = 0

  constructor(numbers: FileNumbers) {
    this.#numbers = numbers
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  get files(): Record<number, string> {
    return Object.fromEntries([...this.#files].map(([name, number]) => [number, name]))
  }

  /** @param digest as outputDigest or rejectDigest makes it */
  add(id: string, { file, row }: Locator, digest: string): void {
    let number = this.#files.get(file)
    if (number === undefined) this.#files.set(file, (number = this.#numbers.of(file)))
    if (this.#length + markBytes > this.#bytes.length) this.#grow()
    const at = this.#length
    this.#bytes.write(id, at, 16, 'hex')
    this.#bytes.writeUIntBE(number, at + 16, 3)
    this.#bytes.writeUIntBE(row, at + 19, 5)
    this.#bytes.write(digest, at + 24, 8, 'hex')
    this.#length += markBytes
  }

  /** Take the last rows off again. */
  drop(rows: number): void {
    this.#length -= rows * markBytes
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length)
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}

/** Read marks back. `bytes` holds whole ones. */
export function* readMarks(bytes: Buffer): Generator<RowMark> {
  for (let at = 0; at < bytes.length; at += markBytes) {
    yield {
      id: bytes.toString('hex', at, at + 16),
      file: bytes.readUIntBE(at + 16, 3),
      row: bytes.readUIntBE(at + 19, 5),
      digest: bytes.toString('hex', at + 24, at + 32),
    }
  }
}

/** What a digest is made of, for a row in a part. */
export function outputDigest(id: string, seedId: string, tokenCount: number | null, text: string): string {
  return digestOf(`${id}\0${seedId}\0${tokenCount ?? ''}\0${text}`)
}

/** The digest of an output in a part that says only `keys` of it. */
export function outputMark({ id, seed, tokenCount, text }: GeneratedRow, keys: RowKeys): string {
  return outputDigest(keys.id === null ? '' : id, keys.seedId === null ? '' : seed.id, keys.tokenCount === null ? null : tokenCount, text)
}

/** The same for a row in a part of rejects; null and the empty text are one. */
export function rejectDigest(row: Omit<RejectRow, 'locator'>): string {
  return digestOf([row.id, row.seedId, row.stage, row.status, row.reason, row.detail, row.text ?? ''].join('\0'))
}

/** 64 bits of SHA-256, as 16 hex digits. */
function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16)
}
