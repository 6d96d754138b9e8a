import type { z } from '../validate.ts'

/** What a reply is on its way to become. */
export interface Draft {
  readonly text: string
  /** Filled places, of this step and those before: later steps have them too. */
  readonly slots: Readonly<Record<string, string>>
  /** Set by a judge's operations. */
  readonly judgeScore: number | null
  /** Set where the text is the source's own and not the model's: the variant that it is written as. */
  readonly sourceAs?: string
}

/** Token counts in the rewriter's tokenizer, or the nearest there is. */
export interface Tokens {
  count(text: string): number
  /** With what the tokenizer puts before and after a text (BOS, EOS). */
  countWithSpecials(text: string): number
  /** The longest beginning that has at most `max` tokens. */
  truncate(text: string, max: number): string
}

/** What an operation may know beside the draft. */
export interface About {
  /** What the prompt was made of: a chunk, or the whole document. */
  readonly source: string
  /** The seed's whole text. */
  readonly document: string
  readonly quirks: 'compat' | 'safe'
  readonly tokens: Tokens
  /** 0 to `bound` - 1, drawn from (run seed, row, step, label): the same in every run. */
  draw(label: string, bound: number): number
  /** Add to a counter of the summary (`counts`). */
  count(name: string, by?: number): void
}

/**
 * One thing that is done to a reply: its text, its slots, or what becomes of it. Several drafts come out where a reply
 * holds several outputs. Pure. `apply` throws Unwanted to drop the row, ParseFailedError where the reply has not the
 * form that was asked for.
 */
export interface Operation<Params extends z.ZodObject = z.ZodObject> {
  /** snake_case. */
  readonly name: string
  readonly params: Params
  /** Slots that it fills, so that later steps may use them. */
  gives?(params: z.output<Params>): readonly string[]
  apply(draft: Draft, params: z.output<Params>, about: About): Draft | readonly Draft[]
}

/** A row that is not wanted; `reason` is a stable snake_case id. */
export class Unwanted extends Error {
  override readonly name = 'Unwanted'
  readonly reason: string

  constructor(reason: string, detail = '') {
    super(detail)
    this.reason = reason
  }
}

/** For type inference where an operation is written down. */
export function operation<Params extends z.ZodObject>(made: Operation<Params>): Operation<Params> {
  return made
}
