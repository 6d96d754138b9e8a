/** The writer thread: keeps open Parquet files by number and answers every request once. See writer-thread.ts. */
import { parentPort } from 'node:worker_threads'
import { createParquetFile } from './write-parquet.ts'
import type { ParquetFile } from './write-parquet.ts'
import type { WriterReply, WriterRequest } from './writer-thread.ts'

const files = new Map<number, Promise<ParquetFile>>()

parentPort!.on('message', (request: WriterRequest) => {
  handle(request).then(
    () => reply({ id: request.id, error: null }),
    (error: unknown) => reply({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  )
})

function reply(message: WriterReply): void {
  parentPort!.postMessage(message)
}

async function handle(request: WriterRequest): Promise<void> {
  if (request.op === 'open') {
    const created = createParquetFile(request.temporary, request.options)
    files.set(request.file, created)
    await created
    return
  }
  const file = await files.get(request.file)!
  if (request.op === 'write') return file.write(request.ipc)
  if (request.op === 'discard') {
    files.delete(request.file)
    return file.discard()
  }
  await file.close(request.path, request.rows)
  files.delete(request.file)
}
