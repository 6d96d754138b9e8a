import type { RecordBatch, Schema } from './arrow.ts'

/** The columns of a file that a run uses. Names may be dotted paths into structs, except those to keep. */
export interface Wanted {
  readonly text: string
  readonly id: string | null
  readonly score: string | null
  /** Columns whose cells are labels. */
  readonly labels: readonly string[]
  readonly keep: readonly string[]
}

/** Consecutive rows of one file, decoded; cells are made when asked for. */
export interface Decoded {
  readonly length: number
  text(index: number): string
  /** null where the cell is null or there is no id column. */
  id(index: number): string | null
  score(index: number): number | null
  /** Of the `column`-th label column; null where the cell is. */
  label(column: number, index: number): string | null
  /** The columns to keep, in order, still in the encodings of the file; null where none are kept. */
  readonly kept: RecordBatch | null
}

/** A file that was opened. Every reader (Parquet, Arrow IPC, JSONL) makes one of these. */
export interface OpenFile {
  /** null where a file without columns says nothing about its rows: JSONL without a line. */
  readonly schema: Schema | null
  /**
   * Can be called once. Ends with an error that says where in the file, when it turns out bad.
   * @param at told the place (`row group 3`) before it is decoded, for the case that nothing can be said afterwards
   */
  rows(wanted: Wanted, at: (place: string) => void): AsyncIterable<Decoded>
  /** Rows in the file, without reading it whole: exact, or scaled from a sample by bytes. */
  estimateRows(): Promise<number>
  close(): Promise<void>
}

/** Rows decoded at once hold about this much, so that a file of huge rows needs no huge memory. */
export const DECODED_BYTES = 1 << 20
/** And at most this many rows, so that a file of tiny rows is decoded in useful slices. */
export const DECODED_ROWS = 1024
