import { hash } from 'node:crypto'
import type { RecordBatch } from './arrow.ts'
import type { Decoded } from './decoded.ts'
import { gatherRows } from './gather.ts'
import { toWire, type WireColumns } from './wire-columns.ts'

/** Rows on their way from the worker to the main thread: a structured clone, where strings are copied, not decoded. */
export interface PackedBatch {
  readonly texts: readonly string[]
  readonly ids: readonly string[]
  /** Ordinals in the file. */
  readonly rows: Float64Array
  readonly scores: readonly (number | null)[]
  /** Labels by label column, then by row. */
  readonly labels: readonly (readonly (string | null)[])[]
  /** The kept columns of just these rows, in one piece or several; empty where none are kept. */
  readonly columns: readonly WireColumns[]
}

export interface PackOptions {
  /** `file` of the locators; ids are made from it where there is no id. */
  readonly file: string
  readonly batchRows: number
  /** Text of one batch, in bytes of UTF-8; a row that is bigger travels alone. */
  readonly batchBytes: number
  /** Which rows to take: those whose ordinal modulo `count` is `index`. */
  readonly shard: { readonly index: number; readonly count: number } | null
  /** Stop after this many rows, at least 1; null means never. */
  readonly limit: number | null
  /** Label columns of the decoded rows. */
  readonly labels: number
}

interface Piece { readonly batch: RecordBatch; readonly at: number[] }

/**
 * Make batches of decoded rows. When the input turns out bad, the rows before the bad place are delivered before the
 * error is thrown.
 */
export async function* pack(input: AsyncIterable<Decoded>, options: PackOptions): AsyncGenerator<PackedBatch> {
  const { batchRows, batchBytes, limit } = options
  const index = options.shard?.index ?? 0
  const step = options.shard?.count ?? 1
  let open = newOpen(options.labels)
  let bytes = 0
  let first = 0
  let taken = 0
  let failure: { readonly error: unknown } | null = null
  try {
    reading: for await (const decoded of input) {
      let piece: Piece | null = null
      for (let i = ((index - first) % step + step) % step; i < decoded.length; i += step) {
        const text = decoded.text(i)
        const size = Buffer.byteLength(text)
        if (open.texts.length > 0 && (open.texts.length === batchRows || bytes + size > batchBytes)) {
          yield close(open)
          open = newOpen(options.labels)
          bytes = 0
          piece = null
        }
        const row = first + i
        open.ids.push(decoded.id(i) ?? locatorHash(options.file, row))
        open.scores.push(decoded.score(i))
        open.labels.forEach((column, k) => column.push(decoded.label(k, i)))
        open.rows.push(row)
        open.texts.push(text)
        if (decoded.kept) {
          if (!piece) open.pieces.push(piece = { batch: decoded.kept, at: [] })
          piece.at.push(i)
        }
        bytes += size
        if (++taken === limit) break reading
      }
      first += decoded.length
    }
  } catch (error) {
    failure = { error }
  }
  if (open.texts.length > 0) yield close(open)
  if (failure) throw failure.error
}

/** The id of a row that has none: the same on every machine, since the locator is. */
export function locatorHash(file: string, row: number): string {
  return hash('sha256', `${file}\0${row}`).slice(0, 32)
}

function newOpen(labels: number) {
  return {
    texts: [] as string[], ids: [] as string[], rows: [] as number[], scores: [] as (number | null)[],
    labels: Array.from({ length: labels }, () => [] as (string | null)[]), pieces: [] as Piece[],
  }
}

function close(open: ReturnType<typeof newOpen>): PackedBatch {
  const { texts, ids, scores, labels, pieces } = open
  const columns = pieces.map(({ batch, at }) => toWire(gatherRows(batch, at)))
  return { texts, ids, scores, labels, rows: Float64Array.from(open.rows), columns }
}
