import type { GeneratedRow } from '../rows.ts'
import { Int32, Int64 } from './arrow.ts'
import { int32Data, int64Data } from './column-data.ts'
import type { LayoutName } from './layout-names.ts'
import { column, outputColumns, struct, text, type Column, type RunConstants } from './output-columns.ts'

/** Where a reader finds what a row is known by: a column, or a dotted path into a struct; null where a layout leaves it out. */
export interface RowKeys {
  readonly id: string | null
  readonly seedId: string | null
  readonly text: string
  readonly tokenCount: string | null
}

/** How rows are laid out in files, so that programs made for a published data set read ours. */
export interface Layout {
  readonly name: LayoutName
  readonly keys: RowKeys
  /** Before the kept seed columns. */
  columns(constants: RunConstants): readonly Column<GeneratedRow>[]
  /** The folder of a row below the output folder, in Hive's form (`key=value/key=value`). Default: the output folder itself. */
  folder?(row: GeneratedRow): string
  /** The prompt is one of the columns, so rows must carry it. */
  readonly prompt?: boolean
}

type Output = Column<GeneratedRow>

const repeats = { repeats: true }
const nullable = { nullable: true }
const rare = { repeats: true, nullable: true }

const slot = (name: string, from = name): Output => text(name, (row) => row.slots[from] ?? null, rare)
const absent = (name: string): Output => text(name, () => null, rare)

const standardKeys: RowKeys = { id: 'id', seedId: 'seed_id', text: 'text', tokenCount: 'token_count' }

const standard: Layout = { name: 'standard', keys: standardKeys, columns: outputColumns }

/** ByteDance-Seed/mga-fineweb-edu. `chunk_id` names seed and chunk; `meta_extra` is JSON with what else we know. */
const maga: Layout = {
  name: 'maga',
  keys: { id: null, seedId: 'meta.docid', text: 'content_split', tokenCount: null },
  columns: ({ recipe }) => [
    text('content_split', (row) => row.text),
    struct('meta', [
      text('chunk_id', (row) => `${row.seed.id}_${row.chunk?.index ?? 0}`),
      text('docid', (row) => row.seed.id),
      text('meta_extra', (row) => {
        const { id, variant, reply: { model }, tokenCount } = row
        return JSON.stringify({ id, recipe, variant, model, token_count: tokenCount, judge_score: row.judgeScore })
      }),
      text('source', (row) => row.seed.locator.file, repeats),
      text('split', () => 'train', repeats),
      slot('genre'),
      slot('audience'),
      text('raw_text', (row) => row.source),
    ]),
  ],
}

/** Kinds of the release, by the names that our recipe has for its tasks. */
const nemotronKinds: Readonly<Record<string, string>> = { wikipedia: 'wrap_medium', diverse_qa: 'diverse_qa_pairs' }

/** Curator's tutorial: buckets of 0 to 19, above 11 is high. */
const highBucket = 11

/** The folders of the Nemotron-CC release. Without a score, a paraphrase is of a low page, as the recipe routes them. */
const nemotronCc: Layout = {
  name: 'nemotron-cc',
  keys: standardKeys,
  // `quality` is a folder here, and readers take folders for columns.
  columns: (constants) => outputColumns(constants).map((own) => {
    const { field } = own
    return field.name === 'quality' ? { ...own, field: field.clone({ name: 'score' }) } : own
  }),
  folder({ variant, seed: { score } }) {
    const kind = nemotronKinds[variant] ?? variant
    const high = score === null ? kind !== 'wrap_medium' : score > highBucket
    return `quality=${high ? 'high' : 'low'}/kind=synthetic/kind2=${kind}`
  },
}

/** HuggingFaceTB/cosmopedia. */
const cosmopedia: Layout = {
  name: 'cosmopedia',
  prompt: true,
  keys: { id: null, seedId: null, text: 'text', tokenCount: 'text_token_length' },
  columns: ({ recipe }) => [
    text('prompt', (row) => promptOf(row), nullable),
    text('text', (row) => row.text),
    column('text_token_length', new Int64(), true, int64Data, (row) => row.tokenCount),
    text('seed_data', (row) => row.slots['seed_data'] ?? recipe, repeats),
    text('format', (row) => row.slots['format'] ?? row.variant, repeats),
    slot('audience'),
  ],
}

/** nvidia/Nemotron-MIND, whose styles are in capitals. */
const mind: Layout = {
  name: 'mind',
  keys: { id: null, seedId: 'Document ID', text: 'Text', tokenCount: null },
  columns: () => [
    text('Text', (row) => row.text),
    text('Document ID', (row) => row.seed.id),
    text('Conversational Style', (row) => (row.variant === 'two_profs' ? 'two_professors' : row.variant).toUpperCase(), repeats),
  ],
}

/** What ProX's chunk refining writes. `doc_content` is the text between its two steps: all of it, or it would not have come here. */
const prox: Layout = {
  name: 'prox',
  keys: { id: null, seedId: null, text: 'text', tokenCount: null },
  columns: () => [
    text('raw_content', (row) => row.seed.text),
    text('doc_content', (row) => row.seed.text),
    text('text', (row) => row.text),
    struct('metadata', [slot('doc_program'), slot('chunk_program')]),
  ],
}

/** PleIAs/SYNTH. What our recipes do not know of a sample is null. */
const synth: Layout = {
  name: 'synth',
  keys: { id: 'synth_id', seedId: null, text: 'synthetic_answer', tokenCount: null },
  columns: () => [
    text('synth_id', (row) => row.id),
    slot('language'),
    text('exercise', (row) => row.variant, repeats),
    text('model', (row) => row.reply.model, repeats),
    slot('query'),
    absent('query_seed_url'),
    text('query_seed_text', (row) => row.source),
    absent('additional_seed_url'),
    absent('seed_license'),
    slot('constraints'),
    slot('script'),
    text('synthetic_reasoning', (row) => row.reply.reasoning, nullable),
    text('synthetic_answer', (row) => row.text),
    column('words', new Int32(), false, int32Data, (row) => row.text.match(/\S+/g)?.length ?? 0),
  ],
}

export const layouts: Readonly<Record<LayoutName, Layout>> = {
  standard, cosmopedia, maga, mind, 'nemotron-cc': nemotronCc, prox, synth,
}

/** The last message of the request. */
function promptOf({ requestBody }: GeneratedRow): string | null {
  if (requestBody === undefined) return null
  const { messages, prompt } = JSON.parse(requestBody) as { messages?: { content: string }[]; prompt?: string }
  return messages?.at(-1)?.content ?? prompt ?? null
}
