import type { PartCounts, PartWriter, RowWriter } from './part-writer.ts'

/** Rows by the folder that a layout gives them: parts are numbered in each of them, and one is open in each. */
export class FolderWriters<Row> implements RowWriter<Row> {
  readonly #folderOf: (row: Row) => string
  readonly #open: (folder: string) => Promise<PartWriter<Row>>
  readonly #writers = new Map<string, PartWriter<Row>>()

  /** @param open makes the folder ready, below the output folder */
  constructor(folderOf: (row: Row) => string, open: (folder: string) => Promise<PartWriter<Row>>) {
    this.#folderOf = folderOf
    this.#open = open
  }

  get counts(): PartCounts {
    const sum = { rows: 0, tokens: 0, parts: 0 }
    for (const { counts } of this.#writers.values()) {
      sum.rows += counts.rows
      sum.tokens += counts.tokens
      sum.parts += counts.parts
    }
    return sum
  }

  async add(rows: readonly Row[]): Promise<void> {
    const byFolder = new Map<string, Row[]>()
    for (const row of rows) {
      const folder = this.#folderOf(row)
      const those = byFolder.get(folder)
      if (those) those.push(row)
      else byFolder.set(folder, [row])
    }
    for (const [folder, those] of byFolder) {
      let writer = this.#writers.get(folder)
      if (!writer) this.#writers.set(folder, (writer = await this.#open(folder)))
      await writer.add(those)
    }
  }

  /** Without a row there is no folder, so none for an empty part either. */
  async finish(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.finish(false)
  }

  async abort(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.abort()
  }
}
