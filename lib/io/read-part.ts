import { stat } from 'node:fs/promises'
import { InputUnreadableError } from '../errors.ts'
import { Schema, type Data } from './arrow.ts'
import { numberCells, textCells } from './cell-text.ts'
import { keptFields } from './check-schema.ts'
import type { SourceFile } from './inputs.ts'
import { Reader } from './reader.ts'
import { outputDigest, rejectDigest } from './row-marks.ts'
import { fromWire } from './wire-columns.ts'

/** What a part says of one of its rows. */
export interface PartRow {
  readonly id: string
  readonly seedId: string
  /** As in the row's mark. */
  readonly digest: string
  /** 0 where the row has none. */
  readonly tokens: number
  /** null in parts that are not of rejects. */
  readonly rejected: { readonly stage: string; readonly status: string; readonly reason: string } | null
}

const outputNames = ['seed_id', 'token_count']
const rejectNames = ['seed_id', 'stage', 'status', 'reason', 'detail']
const pack = { batchRows: 1024, batchBytes: 4 << 20, shard: null, limit: null, labels: 0 }

/** Reads parts back, one at a time, decoding in a thread of its own. */
export class PartReader {
  readonly #reader = new Reader()

  /**
   * @returns the part's columns, as one line, and its rows, to be read once
   * @throws InputUnreadableError naming the file when it is no part of ours, or corrupt; also while reading
   */
  async open(path: string, rejected: boolean): Promise<{ schema: string; rows: AsyncGenerator<readonly PartRow[]> }> {
    const { size } = await stat(path)
    const file: SourceFile = { name: path, path, format: 'parquet', bytes: size }
    const schema = await this.#reader.open(file)
    const names = rejected ? rejectNames : outputNames
    const fields = schema?.fields ?? []
    const missing = ['id', 'text', ...names].filter((name) => !fields.some((field) => field.name === name))
    if (missing.length > 0) throw new InputUnreadableError(`${path} has no column ${missing.join(', ')}`)
    const described = fields.map(({ name, type, nullable }) => `${name} ${type}${nullable ? '' : ' not null'}`).join(', ')
    return { schema: described, rows: this.#rows(file, new Schema(keptFields(file, schema, names)), rejected) }
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }

  async *#rows(file: SourceFile, kept: Schema, rejected: boolean): AsyncGenerator<readonly PartRow[]> {
    const keep = kept.fields.map(({ name }) => name)
    const wanted = { text: 'text', id: 'id', score: null, labels: [], keep }
    for await (const { texts, ids, columns } of this.#reader.read(wanted, { ...pack, file: file.name })) {
      const rows: PartRow[] = []
      for (const wire of columns) {
        const [seedId, ...others] = fromWire(kept, wire).data.children as [Data, ...Data[]]
        const read = (rejected ? rejectCells : outputCells)(textCells(seedId), others)
        for (let i = 0; i < wire.length; i++) rows.push(read(ids[rows.length]!, texts[rows.length]!, i))
      }
      yield rows
    }
  }
}

type ReadRow = (id: string, text: string, index: number) => PartRow

function outputCells(seed: (index: number) => string, [counts]: readonly Data[]): ReadRow {
  const count = numberCells(counts!)
  return (id, text, i) => {
    const seedId = seed(i)
    const tokens = counts!.getValid(i) ? count(i) : null
    return { id, seedId, digest: outputDigest(id, seedId, tokens, text), tokens: tokens ?? 0, rejected: null }
  }
}

function rejectCells(seed: (index: number) => string, others: readonly Data[]): ReadRow {
  // Not by Arrow's own accessor, which takes a byte order mark off.
  const cells = others.map(textCells)
  return (id, text, i) => {
    const seedId = seed(i)
    const [stage, status, reason, detail] = cells.map((cell) => cell(i)) as [string, string, string, string]
    const digest = rejectDigest({ id, seedId, stage, status, reason, detail, text })
    return { id, seedId, digest, tokens: 0, rejected: { stage, status, reason } }
  }
}
