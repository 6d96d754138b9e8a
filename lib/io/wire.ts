import type { Wanted } from './decoded.ts'
import type { SourceFile } from './inputs.ts'
import type { PackedBatch, PackOptions } from './pack.ts'

/**
 * What the main thread asks of the reader worker. One request at a time; `credit` allows one more batch to be sent
 * while a read goes on.
 */
export type ReaderRequest =
  | { readonly kind: 'open'; readonly file: SourceFile }
  | { readonly kind: 'estimate' }
  | { readonly kind: 'read'; readonly wanted: Wanted; readonly pack: PackOptions; readonly credits: number }
  | { readonly kind: 'credit' }

/** What the reader worker answers. `alive` says that it got on, and to which place in the
 * file; `failed` ends the request, and the use of the worker where `fatal`. */
export type ReaderReply =
  | { readonly kind: 'opened'; readonly schema: Uint8Array | null }
  | { readonly kind: 'estimated'; readonly rows: number }
  | { readonly kind: 'batch'; readonly batch: PackedBatch }
  | { readonly kind: 'end' }
  | { readonly kind: 'alive'; readonly place: string | null }
  | { readonly kind: 'failed'; readonly message: string; readonly fatal: boolean }
