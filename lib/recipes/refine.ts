import { ParseFailedError } from '../errors.ts'
import type { ChunkAbout, Piece } from './chunker.ts'
import { chunkers } from './chunkers.ts'
import { type About, type Draft, Unwanted } from './operation.ts'
import { operations } from './operations.ts'
import type { ChunkSpec, OpSpec } from './recipe.ts'

/** What became of a reply: at least one draft, or why there is none. */
export type Refined =
  | { readonly drafts: readonly Draft[] }
  | { readonly status: 'dropped' | 'failed'; readonly reason: string; readonly detail: string }

/**
 * Do everything to a draft that `ops` says. Where a reply holds several outputs, one that is not wanted costs the
 * others nothing; only when none is left the row leaves, with the first one's reason.
 */
export function refine(ops: readonly OpSpec[], draft: Draft, about: About): Refined {
  let drafts: readonly Draft[] = [draft]
  for (const { op, ...params } of ops) {
    const { apply } = operations.get(op)!
    const next: Draft[] = []
    let first: Refined | null = null
    for (const one of drafts) {
      try {
        next.push(...[apply(one, params, about)].flat() as Draft[])
      } catch (error) {
        first ??= rejection(error)
      }
    }
    if (next.length === 0) return first ?? { status: 'dropped', reason: 'nothing_found', detail: `${op} found nothing` }
    drafts = next
  }
  return { drafts }
}

/** Cut a document as `spec` says. */
export function cut({ by, ...params }: ChunkSpec, text: string, about: ChunkAbout): readonly Piece[] | { readonly reason: string; readonly detail: string } {
  try {
    return chunkers.get(by)!.cut(text, params, about)
  } catch (error) {
    if (!(error instanceof Unwanted)) throw error
    return { reason: error.reason, detail: error.message }
  }
}

function rejection(error: unknown): Refined {
  if (error instanceof Unwanted) return { status: 'dropped', reason: error.reason, detail: error.message }
  if (error instanceof ParseFailedError) return { status: 'failed', reason: error.code, detail: error.message }
  throw error
}
