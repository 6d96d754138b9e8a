import type { Sampling } from '../rows.ts'

/** One way of rewriting a document: the unit of fan-out. */
export interface Variant {
  /** Stable snake_case id, unique within its step; part of every output id. */
  readonly name: string
  /** The family it belongs to, e.g. `format_transformation`. */
  readonly strategy: string
  /** What the model is told to do, with `{{slot}}` places; `{{text}}` and `[[DOCUMENT]]` stand for the document. */
  readonly instruction: string
  /** Values that a place of the instruction may take. One is drawn per document, each with the same probability. */
  readonly slots?: Readonly<Record<string, readonly string[]>>
  /** True for multi-turn or question-and-answer text: counted against the recipe's conversational floor. */
  readonly conversational?: boolean
  /** Overrides of the step's sampling. */
  readonly sampling?: Sampling
}

/** One round of requests: expand -> infer -> parse. */
export interface Step {
  readonly name: string
  readonly shape: 'chat' | 'completion'
  readonly system?: string
  /**
   * `document-first` puts system and document before the instruction, so that the prompts of one seed share their
   * prefill; `instruction-first` where a recipe must match its original.
   */
  readonly layout: 'document-first' | 'instruction-first'
  /**
   * Which variants a document gets: all; one of each strategy; or `sample` of them. Draws are made per document from
   * (run seed, seed id, step), so they are the same in every run and every variant gets the same share of documents.
   */
  readonly choose: 'all' | 'one-per-strategy' | { readonly sample: number }
  readonly variants: readonly Variant[]
  readonly sampling: Sampling
  /** Longest document sent, in characters; longer ones are cut at a paragraph, line or sentence end. */
  readonly maxDocumentChars: number
}

/** Bounds on outputs, applied after the last step. Token counts in the rewriter's tokens. */
export interface OutputFilters {
  /** Inclusive. */
  readonly minTokens: number
  /** Inclusive; null means no bound. */
  readonly maxTokens: number | null
  /** What becomes of a completion that hit max_tokens (`finish_reason: length`). */
  readonly truncated: 'drop' | 'keep'
  /** Gopher repetition on outputs. */
  readonly collapse: boolean
}

/** A named way to turn seeds into synthetic documents: plain data, editable as YAML. */
export interface Recipe {
  readonly name: string
  /** One line for --help and reports. */
  readonly summary: string
  /** Paper, section or page that it follows. */
  readonly source: string
  readonly steps: readonly Step[]
  readonly filters: OutputFilters
}
