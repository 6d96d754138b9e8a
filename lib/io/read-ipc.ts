import { createReadStream, fstatSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { Socket } from 'node:net'
import { AsyncRecordBatchFileReader, RecordBatchReader, type RecordBatch } from './arrow.ts'
import { checkData } from './check-data.ts'
import { decodedBatch, topLevel } from './columns.ts'
import type { Decoded, OpenFile, Wanted } from './decoded.ts'
import { ipcMessages } from './ipc-messages.ts'

const MAGIC = 'ARROW1'

/** Open an Arrow IPC file (Feather version 2). Record batches are read one by one by the footer's index. */
export async function openIpcFile(path: string): Promise<OpenFile> {
  const handle = await open(path)
  try {
    await checkTail(handle)
    const reader = await RecordBatchReader.from(handle) as AsyncRecordBatchFileReader
    await reader.open({ autoDestroy: false })
    const count = reader.numRecordBatches
    const at = async (index: number) => {
      const batch = await reader.readRecordBatch(index)
      if (!batch) throw new Error(`record batch ${index} is missing`)
      return batch
    }
    const all = async function* () {
      for (let index = 0; index < count; index++) yield await at(index)
    }
    return {
      schema: reader.schema,
      rows: (wanted, place) => rows(all(), wanted, place),
      // Writers cut a table into record batches of one size, so the first stands for all but the last.
      estimateRows: async () => count === 0 ? 0 : (await at(0)).numRows * count,
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** A file that was cut short lacks the magic at its end; the reader would take whatever stands there for a footer. */
async function checkTail(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat()
  const tail = Buffer.alloc(10)
  if (size >= 22) await handle.read(tail, 0, 10, size - 10)
  const footer = tail.readInt32LE(0)
  if (tail.toString('latin1', 4) !== MAGIC) throw new Error('cut short or no Arrow IPC file: no ARROW1 at its end')
  if (footer <= 0 || footer > size - 18) throw new Error('its footer has an impossible length')
}

/** Open an Arrow IPC stream: a file, or stdin (`-`), which can be opened once. */
export async function openIpcStream(path: string, bytes: number): Promise<OpenFile> {
  const source = path === '-' ? stdin() : createReadStream(path, { highWaterMark: 1 << 20 })
  const messages = ipcMessages(source, path === '-' ? null : bytes)
  const reader = await RecordBatchReader.from(messages.chunks())
  await reader.open({ autoDestroy: false })
  if (!reader.schema) throw new Error('no Arrow IPC stream: it has no schema')
  return {
    schema: reader.schema,
    rows: (wanted, place) => rows(reader as AsyncIterable<RecordBatch>, wanted, place),
    async estimateRows() {
      const first = await reader.next()
      const place = messages.firstBatch()
      return first.done || !place ? 0 : Math.round(first.value.numRows * (bytes - place.before) / place.size)
    },
    async close() { source.destroy() },
  }
}

/** A pipe is read as a socket: a blocked file read holds a thread of the pool and cannot be called off. */
function stdin(): Socket | ReturnType<typeof createReadStream> {
  const kind = fstatSync(0)
  if (kind.isFIFO() || kind.isSocket()) return new Socket({ fd: 0, readable: true, writable: false })
  return createReadStream('', { fd: 0, highWaterMark: 1 << 20 })
}

async function* rows(
  batches: AsyncIterable<RecordBatch>, wanted: Wanted, place: (name: string) => void,
): AsyncGenerator<Decoded> {
  let index = 0
  place('record batch 0')
  try {
    for await (const batch of batches) {
      const used = topLevel(batch.schema, wanted)
      batch.schema.fields.forEach((field, i) => {
        if (used.includes(field.name)) checkData(batch.data.children[i]!, field.name)
      })
      yield decodedBatch(batch, wanted)
      place(`record batch ${++index}`)
    }
  } catch (cause) {
    throw new Error(`record batch ${index}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
