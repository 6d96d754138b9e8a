import { stat } from 'node:fs/promises'
import { InputUnreadableError } from '../errors.ts'
import { Schema } from './arrow.ts'
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
const pack = { batchRows: 1024, batchBytes: 4 << 20, shard: null, limit: null }

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
    const wanted = { text: 'text', id: 'id', score: null, keep }
    for await (const { texts, ids, columns } of this.#reader.read(wanted, { ...pack, file: file.name })) {
      const rows: PartRow[] = []
      for (const wire of columns) {
        const batch = fromWire(kept, wire)
        const cells = keep.map((_, at) => batch.getChildAt(at)!)
        for (let i = 0; i < wire.length; i++) {
          const read = cells.map((cell) => cell.get(i) as unknown)
          rows.push((rejected ? rejectRow : outputRow)(ids[rows.length]!, texts[rows.length]!, read))
        }
      }
      yield rows
    }
  }
}

function outputRow(id: string, text: string, [seed, count]: readonly unknown[]): PartRow {
  const seedId = String(seed)
  const tokens = count === null ? null : Number(count)
  return { id, seedId, digest: outputDigest(id, seedId, tokens, text), tokens: tokens ?? 0, rejected: null }
}

function rejectRow(id: string, text: string, cells: readonly unknown[]): PartRow {
  const [seedId, stage, status, reason, detail] = cells.map(String) as [string, string, string, string, string]
  const digest = rejectDigest({ id, seedId, stage, status, reason, detail, text })
  return { id, seedId, digest, tokens: 0, rejected: { stage, status, reason } }
}
