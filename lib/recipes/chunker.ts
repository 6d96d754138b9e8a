import type { z } from '../validate.ts'
import type { Tokens } from './operation.ts'

/** A piece of a document. */
export interface Piece {
  readonly text: string
  /** Not asked about: it goes on with an empty reply. */
  readonly skip?: boolean
}

/** What a chunker may know beside the document. */
export interface ChunkAbout {
  readonly tokens: Tokens
  readonly quirks: 'compat' | 'safe'
  /** System prompt and instruction as they are written, with their places: what a prompt costs beside its document. */
  readonly template: string
  /** Most tokens that a reply may have; null where nothing sets a bound. */
  readonly maxTokens: number | null
}

/** A way to cut a document. Pure. `cut` throws Unwanted where nothing of it is to be asked about. */
export interface Chunker<Params extends z.ZodObject = z.ZodObject> {
  /** snake_case. */
  readonly name: string
  readonly params: Params
  /** Why nothing could be cut, whatever the document; null where it can. */
  problem?(params: z.output<Params>, about: Pick<ChunkAbout, 'template' | 'maxTokens'>): string | null
  /** At least one piece. */
  cut(text: string, params: z.output<Params>, about: ChunkAbout): readonly Piece[]
}

/** For type inference where a chunker is written down. */
export function chunker<Params extends z.ZodObject>(made: Chunker<Params>): Chunker<Params> {
  return made
}
