import type { ChatMessage, Sampling } from '../rows.ts'

/** An operation on replies with its parameters, e.g. `{ op: tokens, min: 50 }`: operations.ts has them all. */
export interface OpSpec {
  readonly op: string
  readonly [parameter: string]: unknown
}

/** A way to cut documents with its parameters, e.g. `{ by: sentences, maxTokens: 300 }`: chunkers.ts has them all. */
export interface ChunkSpec {
  readonly by: string
  readonly [parameter: string]: unknown
}

/** The outputs of a document's chunks become one again. */
export interface Join {
  /** Between two of them. */
  readonly separator: string
  /** Where chunks are missing: `drop` the others too (`incomplete_document`), or `keep` what is there. */
  readonly partial: 'drop' | 'keep'
  /** What is done to the whole; `source` is all that was cut here. */
  readonly parse?: readonly OpSpec[]
}

/** How a request is made of a document and how its reply is read. A step says it for all its variants. */
export interface Asking {
  readonly shape: 'chat' | 'completion'
  readonly system?: string
  /**
   * `document-first` puts system and document before the instruction, so that the prompts of one seed share their
   * prefill; `instruction-first` where a recipe must match its original.
   */
  readonly layout: 'document-first' | 'instruction-first'
  readonly sampling: Sampling
  /** Vendor fields for the top level of the body; `--extra-body` wins. Servers that are strict refuse them. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Longest document sent, in characters; longer ones are cut at a paragraph, line or sentence end. */
  readonly maxDocumentChars: number
  /** Cut the document, and ask about each chunk. */
  readonly chunk?: ChunkSpec
  /** Ask about a chunk only when the one before is answered; `{{previous}}` holds the answers so far. */
  readonly sequential?: boolean
  /** Longest `{{previous}}`, in characters: its end is what is kept. Default: all of it. */
  readonly previousChars?: number
  /**
   * Only with `sequential`: what `{{previous}}` holds is given as the beginning of the assistant's message, and the model goes on with it
   * (`continue_final_message`; vLLM, SGLang, llama.cpp). The first chunk has nothing before it and is asked as any other.
   */
  readonly continues?: boolean
  /** What is done to a reply, in order. Default: trim it. */
  readonly parse?: readonly OpSpec[]
  /** Only with `chunk`. Default: every chunk is an output of its own. */
  readonly join?: Join
  /** Times that a request is asked while its reply cannot be parsed. Default 1. */
  readonly attempts?: number
  /** false: nothing is asked, and `parse` works on an empty reply. Default true. */
  readonly ask?: boolean
}

/** When a variant is meant for a row. All that is given must hold. */
export interface Condition {
  /** Bounds on the seed's score (`--quality column:NAME`). `unscored` says what becomes of seeds without one. */
  readonly score?: { readonly above?: number; readonly atMost?: number; readonly unscored?: boolean }
  /** An earlier step must have filled this slot. */
  readonly slot?: string
  /** No earlier step may have filled this slot. */
  readonly noSlot?: string
}

/** One way of rewriting a document: the unit of fan-out. What it says of `Asking` goes before what its step says. */
export interface Variant extends Partial<Asking> {
  /** Stable snake_case id, unique within its step; part of every output id. */
  readonly name: string
  /** The family it belongs to, e.g. `format_transformation`. */
  readonly strategy: string
  /** What the model is told to do, with `{{slot}}` places; `{{text}}` and `[[DOCUMENT]]` stand for the document. */
  readonly instruction?: string
  /** Instead of system and instruction: the whole chat, with the same places. */
  readonly messages?: readonly ChatMessage[]
  /**
   * Values that a place of the instruction may take. One is drawn per document, each with the same probability. A value
   * may have places for the seed's labels (`{{label_topic}}` after `--label topic=...`); it is then drawn only for
   * documents that have the label, so one value must be without.
   */
  readonly slots?: Readonly<Record<string, readonly string[]>>
  /**
   * Slots whose combinations are gone through one after the other by the row of the seed in its file, in an order drawn
   * from the run seed, instead of drawn each for itself: so many rows, so many cells, and none twice before all came once.
   */
  readonly grid?: readonly string[]
  /** True for multi-turn or question-and-answer text: counted against the recipe's conversational floor. */
  readonly conversational?: boolean
  /** Default: for all. */
  readonly when?: Condition
}

/** What a judge's replies are used for: they score the outputs at hand, and are no outputs. */
export interface Judge {
  /** `report` writes scores down and keeps every output; `filter` drops those below `minScore` or without a score. */
  readonly mode: 'report' | 'filter'
  readonly minScore: number
  /** Share of the outputs that is judged, 0 to 1, drawn by id. The others go on unjudged. */
  readonly share: number
}

/** One round of requests: expand -> infer -> parse (-> join). */
export interface Step extends Asking {
  readonly name: string
  /**
   * Which variants a document gets: all; one of each strategy; or `sample` of them. Draws are made per document from
   * (run seed, seed id, step), so they are the same in every run and every variant gets the same share of documents.
   */
  readonly choose: 'all' | 'one-per-strategy' | { readonly sample: number }
  readonly variants: readonly Variant[]
  /** What `{{text}}` is: the step before's `output` (default; in a first step the seed), or the `source` that was made of. */
  readonly input?: 'source' | 'output'
  /** Makes the step a judge of the outputs at hand. */
  readonly judge?: Judge
  /** Rows that a reply, or a document that is cut, becomes, about: how much work is planned ahead. Default 1. */
  readonly rowsPerReply?: number
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
  /** `none`: seeds only count and name what is made; their text is not looked at, empty ones stay. Default: text. */
  readonly seeds?: 'text' | 'none'
  /** Where the original does something that looks like a mistake: `compat` does it too. Default: safe. */
  readonly quirks?: 'compat' | 'safe'
  /** Slots that outputs have a column for, under the slot's name (layouts standard and nemotron-cc); null where a row has no such slot. */
  readonly columns?: readonly string[]
  readonly steps: readonly Step[]
  readonly filters: OutputFilters
}

/** A variant with what its step says for it. */
export type Task = Omit<Asking & Variant, 'parse'> & { readonly parse: readonly OpSpec[] | null }

const tasks = new WeakMap<Step, Map<Variant, Task>>()

/** What holds for one variant of a step. The same object for the same two. */
export function taskOf(step: Step, variant: Variant): Task {
  const known = tasks.get(step) ?? new Map<Variant, Task>()
  tasks.set(step, known)
  const task = known.get(variant) ?? newTask(step, variant)
  known.set(variant, task)
  return task
}

function newTask(step: Step, variant: Variant): Task {
  const { name: _name, choose: _choose, variants: _variants, input: _input, judge: _judge, rowsPerReply: _rows, ...asking } = step
  const task = { ...asking, ...variant, sampling: { ...step.sampling, ...variant.sampling } }
  return { ...task, parse: task.parse ?? null }
}
