/**
 * The thread that opens and decodes input files, so that the main thread's event loop never does. One file is open at a
 * time. See wire.ts for what is said and reader.ts for the other end.
 */
import { parentPort } from 'node:worker_threads'
import { Table, tableFromIPC, tableToIPC, type Schema } from './arrow.ts'
import type { Decoded, OpenFile } from './decoded.ts'
import type { SourceFile } from './inputs.ts'
import { pack } from './pack.ts'
import { openIpcFile, openIpcStream } from './read-ipc.ts'
import { openJsonl } from './read-jsonl.ts'
import type { ReaderReply, ReaderRequest } from './wire.ts'

const port = parentPort!
let file: OpenFile | null = null
let credits = 0
let credited: (() => void) | null = null

port.on('message', (request: ReaderRequest) => {
  if (request.kind !== 'credit') {
    handle(request).catch((error: unknown) => reply({ kind: 'failed', message: messageOf(error),
      fatal: isTrap(error) }))
    return
  }
  credits++
  credited?.()
})

async function handle(request: Exclude<ReaderRequest, { kind: 'credit' }>): Promise<void> {
  if (request.kind === 'open') {
    await file?.close()
    file = null
    file = await openFile(request.file)
    reply({ kind: 'opened', schema: file.schema && schemaBytes(file.schema) })
  } else if (request.kind === 'estimate') {
    reply({ kind: 'estimated', rows: await file!.estimateRows() })
  } else {
    credits = request.credits
    for await (const batch of pack(noted(file!.rows(request.wanted, (place) => reply({ kind: 'alive', place }))),
      request.pack)) {
      while (credits === 0) await new Promise<void>((resolve) => { credited = resolve })
      credits--
      reply({ kind: 'batch', batch })
    }
    reply({ kind: 'end' })
  }
}

/** Read back at once: a corrupt schema may name types that do not exist, and that must come to light on this side. */
function schemaBytes(schema: Schema): Uint8Array {
  const bytes = tableToIPC(new Table(schema, []), 'stream')
  tableFromIPC(bytes)
  return bytes
}

async function openFile({ path, format, bytes }: SourceFile): Promise<OpenFile> {
  switch (format) {
    // Compiling the decoder takes as long as all else that the thread does to start.
    case 'parquet': return (await import('./read-parquet.ts')).openParquet(path)
    case 'arrow-file': return openIpcFile(path)
    case 'arrow-stream': return openIpcStream(path, bytes)
    case 'jsonl': return openJsonl(path, false, bytes)
    case 'jsonl.gz': return openJsonl(path, true, bytes)
  }
}

/** A long way to the first row that is asked for (a shard's, a batch's) is no standstill. */
async function* noted(rows: AsyncIterable<Decoded>): AsyncGenerator<Decoded> {
  for await (const decoded of rows) {
    reply({ kind: 'alive', place: null })
    yield decoded
  }
}

function reply(message: ReaderReply): void {
  port.postMessage(message)
}

/** After a trap (a Rust panic, memory at its limit) no call into the same WebAssembly instance can be trusted. */
function isTrap(error: unknown): boolean {
  // By name: WebAssembly's types are part of the DOM library.
  return error instanceof Error && (error.name === 'RuntimeError' || isTrap(error.cause))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
