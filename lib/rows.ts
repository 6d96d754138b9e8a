/**
 * The rows that flow between stages. Plain, frozen-by-convention data: a stage never changes a row it was given.
 * Nothing here knows Arrow, HTTP or highland.
 */

/** Where a seed came from. Always unique within a run, also when ids repeat. */
export interface Locator {
  /** File, relative to the common folder of all inputs, with forward slashes: the same on every machine. */
  readonly file: string
  /** 0-based row ordinal within the file. */
  readonly row: number
}

/** A place in a columnar table that only lib/io can read: the seed's kept columns, with their types. */
export interface ColumnsRef {
  readonly table: object
  readonly index: number
}

/** One input document. */
export interface SeedRow {
  /** The id column as text, or a hash of the locator where there is no such column or it is null. */
  readonly id: string
  /** Well-formed UTF-16 (no lone surrogates). Empty where the text column is null. */
  readonly text: string
  readonly locator: Locator
  /** What `--quality` scores by: the value of a column that came along, or what a classifier gave; null where there is none. */
  readonly score: number | null
  /** By the names of `--label`, e.g. `formats`; null where a row has none. */
  readonly labels: Readonly<Record<string, string | null>>
  readonly columns: ColumnsRef | null
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/**
 * What is asked of the model: a chat, or a raw prompt for `/v1/completions`. Where a chat ends with
 * a message of the assistant's, the model is to go on with that.
 */
export type Prompt =
  | { readonly shape: 'chat'; readonly messages: readonly ChatMessage[] }
  | { readonly shape: 'completion'; readonly prompt: string }

/** Sampling parameters under their wire names; absent means the server's default. */
export interface Sampling {
  readonly temperature?: number
  readonly top_p?: number
  readonly max_tokens?: number
  readonly stop?: readonly string[]
  readonly seed?: number
}

/** A prompt made ready to send: the JSON body and the 128-bit hash (32 hex digits) that names the request for ever. */
export interface RequestBody {
  readonly shape: Prompt['shape']
  readonly body: string
  readonly key: string
}

/** Which part of a document a row is about, where that was cut into chunks. */
export interface Chunk {
  /** 0-based. */
  readonly index: number
  /** Chunks of the document, this one included. */
  readonly count: number
  /** Id of the row that all of them together are joined to. */
  readonly whole: string
  /** What was cut: the seed's text, an earlier output, or what that was made of. The source of the joined row. */
  readonly of: string
  /** What was cut may be about a chunk itself. */
  readonly outer: Chunk | null
}

/** What every row after expansion carries: whose it is and which of the recipe's requests it is. */
export interface Lineage {
  /** 128-bit hash (32 hex digits) of seed id, seed text, recipe, step, variant, sample and chunk: the same in every run. */
  readonly id: string
  readonly seed: SeedRow
  /** What the prompt was made of: the seed's text or an earlier output, or the chunk of it. Later steps may go back to it. */
  readonly source: string
  /** null where the whole document was asked about. */
  readonly chunk: Chunk | null
  readonly step: string
  readonly variant: string
  /** The family that the variant belongs to, e.g. `format_transformation`. */
  readonly strategy: string
  /** 0-based index among the samples of one prompt. */
  readonly sample: number
  /** Values that filled the template beside the document, e.g. genre and audience. */
  readonly slots: Readonly<Record<string, string>>
}

/** A request that can only be made once the one before it in its document is answered. */
export interface Deferred {
  readonly after: PromptRow
  /**
   * The request, and what is asked after it while replies have not the form that was asked for.
   * @param previous what the requests before it were answered with, joined
   */
  readonly make: (previous: string) => readonly [RequestBody, ...RequestBody[]]
}

/** Why a row is not asked about. */
export interface Leave {
  /** A stable snake_case id. */
  readonly reason: string
  readonly detail: string
}

/** One request to be sent. */
export interface PromptRow extends Lineage {
  /** null where nothing has to be asked: the row goes on with an empty reply, or leaves. */
  readonly request: RequestBody | Deferred | null
  /** What is asked, one after the other, while replies have not the form that was asked for; `make` says it of a deferred request. */
  readonly again: readonly RequestBody[]
  /** Present on a row without a request that is not wanted. */
  readonly leave: Leave | null
  /** The output that a judge is asked about; null in all other steps. */
  readonly judged: GeneratedRow | null
  /** The seed that was sent with the request, null where none was. */
  readonly samplingSeed: number | null
}

/** Token counts as the server reports them. */
export interface Usage {
  readonly promptTokens: number
  /** Prompt tokens served from the prefix cache; 0 where the server does not say. */
  readonly cachedPromptTokens: number
  readonly completionTokens: number
  /** One usage came for several prompts, and this is a share of it, by length: the sum is exact, the share is not. */
  readonly shared?: true
}

/** What came back for one request. */
export interface Reply {
  readonly text: string
  /** Verbatim: `stop`, `length`, `content_filter`, ... or `unknown` where the server left it out. */
  readonly finishReason: string
  /** null where the server left it out. */
  readonly usage: Usage | null
  /** `reasoning_content` or `reasoning`, kept apart from the text; null where there is none. */
  readonly reasoning: string | null
  readonly model: string
  /** Send to last byte of the attempt that succeeded, in milliseconds. */
  readonly latencyMs: number
  /** Origin of the endpoint that answered. */
  readonly endpoint: string
}

/** A completion, before and after parsing and filters. */
export interface GeneratedRow extends Lineage {
  readonly text: string
  readonly reply: Reply
  readonly samplingSeed: number | null
  /** The output that this reply judges; null in all other steps. */
  readonly judged: GeneratedRow | null
  /** What a judge gave, null where none was asked. */
  readonly judgeScore: number | null
  /** Tokens in `text`: the server's count while the parser left the text whole, else counted here; null until known. */
  readonly tokenCount: number | null
  /** What was asked, where the output has a column for it; absent everywhere else, since it is as long as the document. */
  readonly requestBody?: string
}
