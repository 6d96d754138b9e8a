import { createRequire } from 'node:module'
import { tableToIPC, type Table } from '../../dist/io/arrow.js'
import { openSource, type Source, type SourceOptions } from '../../dist/io/source.js'
import type { SeedRow } from '../../dist/rows.js'

const parquet = createRequire(import.meta.url)('parquet-wasm') as typeof import('parquet-wasm')

export const SHARED = new URL('../../../shared/data/', import.meta.url)

export function optionsOf(inputs: readonly string[], options: Partial<SourceOptions> = {}): SourceOptions {
  return {
    inputs, textColumn: 'text', idColumn: null, scoreColumn: null, labelColumns: {}, keepColumns: [], batchRows: 100,
    batchBytes: 1 << 20, shard: null, limit: null, onBadFile: 'stop', ...options,
  }
}

export async function rowsOf(source: Source): Promise<SeedRow[]> {
  const rows: SeedRow[] = []
  for await (const batch of source.batches(new AbortController().signal)) rows.push(...batch)
  return rows
}

/** Every seed of the inputs, and the source closed. */
export async function readAll(inputs: readonly string[], options: Partial<SourceOptions> = {}): Promise<SeedRow[]> {
  const source = await openSource(optionsOf(inputs, options))
  try {
    return await rowsOf(source)
  } finally {
    await source.close()
  }
}

export function ipcFile(table: Table): Buffer {
  return Buffer.from(tableToIPC(table, 'file'))
}

export function ipcStream(table: Table): Buffer {
  return Buffer.from(tableToIPC(table, 'stream'))
}

export function parquetFile(table: Table, rowGroup = 1000): Buffer {
  const properties = new parquet.WriterPropertiesBuilder().setMaxRowGroupSize(rowGroup).build()
  return Buffer.from(parquet.writeParquet(parquet.Table.fromIPCStream(tableToIPC(table, 'stream')), properties))
}
