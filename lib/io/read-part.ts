import { stat } from 'node:fs/promises'
import { InputUnreadableError } from '../errors.ts'
import { Schema, type Data } from './arrow.ts'
import { textCells } from './cell-text.ts'
import { keptFields } from './check-schema.ts'
import { findField } from './columns.ts'
import type { SourceFile } from './inputs.ts'
import { layouts, type RowKeys } from './layouts.ts'
import { Reader } from './reader.ts'
import { outputDigest, rejectDigest } from './row-marks.ts'
import { fromWire } from './wire-columns.ts'

/** What a part says of one of its rows. */
export interface PartRow {
  /** Empty where the layout has none: such rows are known by their digest. */
  readonly id: string
  /** Empty where the layout has none. */
  readonly seedId: string
  /** As in the row's mark. */
  readonly digest: string
  /** 0 where the row has none. */
  readonly tokens: number
  /** null in parts that are not of rejects. */
  readonly rejected: { readonly stage: string; readonly status: string; readonly reason: string } | null
}

const rejectNames = ['seed_id', 'stage', 'status', 'reason', 'detail']
const pack = { batchRows: 1024, batchBytes: 4 << 20, shard: null, limit: null, labels: 0 }

/** Reads parts back, one at a time, decoding in a thread of its own. */
export class PartReader {
  readonly #reader = new Reader()

  readonly #keys: RowKeys

  /** @param keys where outputs have what they are known by; rejects are laid out in one way only */
  constructor(keys: RowKeys = layouts.standard.keys) {
    this.#keys = keys
  }

  /**
   * @returns the part's columns, as one line, and its rows, to be read once
   * @throws InputUnreadableError naming the file when it is no part of ours, or corrupt; also while reading
   */
  async open(path: string, rejected: boolean): Promise<{ schema: string; rows: AsyncGenerator<readonly PartRow[]> }> {
    const { size } = await stat(path)
    const file: SourceFile = { name: path, path, format: 'parquet', bytes: size }
    const schema = await this.#reader.open(file)
    const { id, seedId, text, tokenCount } = this.#keys
    const names = rejected ? ['id', 'text', ...rejectNames] : [id, seedId, text, tokenCount].filter((name) => name !== null)
    const fields = schema?.fields ?? []
    const missing = names.filter((name) => findField(fields, name) === null)
    if (missing.length > 0) throw new InputUnreadableError(`${path} has no column ${missing.join(', ')}`)
    const described = fields.map(({ name, type, nullable }) => `${name} ${type}${nullable ? '' : ' not null'}`).join(', ')
    return { schema: described, rows: rejected ? this.#rejects(file, new Schema(keptFields(file, schema, rejectNames))) : this.#outputs(file) }
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }

  async *#outputs(file: SourceFile): AsyncGenerator<readonly PartRow[]> {
    const keys = this.#keys
    const labels = [keys.seedId, keys.tokenCount].filter((name) => name !== null)
    const wanted = { text: keys.text, id: keys.id, score: null, labels, keep: [] }
    for await (const batch of this.#reader.read(wanted, { ...pack, labels: labels.length, file: file.name })) {
      const seedIds = keys.seedId === null ? null : batch.labels[0]!
      const counts = keys.tokenCount === null ? null : batch.labels.at(-1)!
      yield batch.texts.map((text, i) => {
        const id = keys.id === null ? '' : batch.ids[i]!
        const seedId = seedIds?.[i] ?? ''
        const count = counts?.[i] ?? null
        const tokens = count === null ? null : Number(count)
        return { id, seedId, digest: outputDigest(id, seedId, tokens, text), tokens: tokens ?? 0, rejected: null }
      })
    }
  }

  async *#rejects(file: SourceFile, kept: Schema): AsyncGenerator<readonly PartRow[]> {
    const wanted = { text: 'text', id: 'id', score: null, labels: [], keep: rejectNames }
    for await (const { texts, ids, columns } of this.#reader.read(wanted, { ...pack, file: file.name })) {
      const rows: PartRow[] = []
      for (const wire of columns) {
        const cells = rejectCells(fromWire(kept, wire).data.children)
        for (let i = 0; i < wire.length; i++) rows.push(cells(ids[rows.length]!, texts[rows.length]!, i))
      }
      yield rows
    }
  }
}

function rejectCells(columns: readonly Data[]): (id: string, text: string, index: number) => PartRow {
  // Not by Arrow's own accessor, which takes a byte order mark off.
  const cells = columns.map(textCells)
  return (id, text, i) => {
    const [seedId, stage, status, reason, detail] = cells.map((cell) => cell(i)) as [string, string, string, string, string]
    const digest = rejectDigest({ id, seedId, stage, status, reason, detail, text })
    return { id, seedId, digest, tokens: 0, rejected: { stage, status, reason } }
  }
}
