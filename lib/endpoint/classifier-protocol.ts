import { ResponseInvalidError } from '../errors.ts'
import type { Dialect } from './classifier-url.ts'
import { parseError, parseJson, record } from './protocol.ts'

/** What a classifier says of one text. */
export interface Classified {
  /** The most probable one. */
  readonly label: string
  /**
   * By label: probabilities, or one entry with the value of a head that has a single output. vLLM names the winner
   * only, so its other classes are called `LABEL_1` and so on, as transformers names what has no name.
   */
  readonly scores: Readonly<Record<string, number>>
}

export interface BatchOptions {
  /** Left out of the body where null; `predict` has none. */
  readonly model: string | null
  readonly query: string | null
  /** `truncate_prompt_tokens` of vLLM: -1 is the model's length. null: not asked for. `predict` always truncates. */
  readonly truncation: number | null
}

/** The name under which the one value of `score` is found. */
export const scoreLabel = 'score'

/**
 * The body for a batch of texts, which must be well-formed.
 *
 * vLLM: `input`, or `text_1` against all of `text_2`; later versions take `queries` and `documents` too, these still.
 * The first tokens are kept: that is what classifiers were trained on, while vLLM cut the front off before 0.7.
 *
 * TEI: a list in a list for each text, since `["a", "b"]` is one pair. Raw scores are asked for: by default a
 * regression head comes through a sigmoid, and its softmax overflows where the largest logit in size is a negative one.
 */
export function encodeBatch(dialect: Dialect, texts: readonly string[], options: BatchOptions): string {
  if (dialect === 'predict') {
    return JSON.stringify({ inputs: texts.map((text) => [text]), truncate: true, raw_scores: true })
  }
  const { truncation, model: name } = options
  const cut = truncation === null ? {} : { truncate_prompt_tokens: truncation, truncation_side: 'right' }
  const model = name === null ? {} : { model: name }
  const what = dialect === 'classify' ? { input: texts } : { text_1: options.query, text_2: texts }
  return JSON.stringify({ ...model, ...what, ...cut })
}

/**
 * Read the body of a 200: one entry a text, in the order of the texts.
 * @throws ResponseInvalidError where it is not that
 */
export function decodeBatch(dialect: Dialect, body: string, count: number): Classified[] {
  const root = parseJson(body)
  const list = Array.isArray(root) ? root : record(root)?.['data']
  if (!Array.isArray(list)) throw invalid(`answer holds no scores: ${parseError(200, body).message}`)
  // TEI answers a single text with its bare list of classes.
  const flat = dialect === 'predict' && count === 1 && record(list[0]) !== undefined
  const entries = inOrder(flat ? [list] : list, count)
  return entries.map((entry) => (dialect === 'predict' ? normalised(readClasses(entry)) : readEntry(entry)))
}

/** By `index` where every entry has one: nothing promises that a list comes in order. */
function inOrder(entries: readonly unknown[], count: number): readonly unknown[] {
  if (entries.length !== count) throw invalid(`answer has ${entries.length} entries for ${count} texts`)
  const ordered: unknown[] = []
  for (const entry of entries) {
    const index = record(entry)?.['index']
    if (index === undefined) return entries
    if (typeof index !== 'number' || !(index in entries) || index in ordered) {
      throw invalid(`answer has the index ${JSON.stringify(index)} twice or out of range`)
    }
    ordered[index] = entry
  }
  return ordered
}

/** vLLM and SGLang: `{ label, probs }`, the label that of the largest or null; `{ score }`; Infinity: a list. */
function readEntry(entry: unknown): Classified {
  const fields = record(entry)
  if (!fields) return best(readClasses(entry))
  const { label, probs, score } = fields
  if (score !== undefined) return best([[typeof label === 'string' ? label : scoreLabel, finite(score)]])
  if (!Array.isArray(probs) || probs.length === 0) throw invalid('answer has an entry without probs or score')
  const values = probs.map(finite)
  const winner = values.indexOf(largest(values))
  const named = typeof label === 'string' || typeof label === 'number' ? String(label) : defaultLabel(winner)
  return best(values.map((value, i) => [i === winner ? named : defaultLabel(i), value]))
}

type Classes = readonly (readonly [label: string, score: number])[]

/** TEI: `[{ label, score }]`; one without the list is a server that tells the winner only. */
function readClasses(entry: unknown): Classes {
  const classes = Array.isArray(entry) ? entry : [entry]
  if (classes.length === 0) throw invalid('answer has an entry without classes')
  return classes.map((each, i) => {
    const { label, score } = record(each) ?? {}
    return [typeof label === 'string' ? label : defaultLabel(i), finite(score)]
  })
}

/** Softmax over raw scores. Left alone: one value, and what sums to one already (servers that ignore `raw_scores`). */
function normalised(classes: Classes): Classified {
  const values = classes.map(([, score]) => score)
  const sum = values.reduce((total, value) => total + value, 0)
  if (values.length === 1 || (Math.abs(sum - 1) < 1e-4 && values.every((value) => value >= 0))) return best(classes)
  const top = largest(values)
  const powers = values.map((value) => Math.exp(value - top))
  const total = powers.reduce((all, power) => all + power, 0)
  return best(classes.map(([label], i) => [label, (powers[i] as number) / total]))
}

function best(classes: Classes): Classified {
  const top = largest(classes.map(([, score]) => score))
  const [label] = classes.find(([, score]) => score === top) as Classes[number]
  return { label, scores: Object.fromEntries(classes) }
}

function largest(values: readonly number[]): number {
  return values.reduce((top, value) => Math.max(top, value), -Infinity)
}

/** What transformers calls a class that has no name. */
function defaultLabel(index: number): string {
  return `LABEL_${index}`
}

function finite(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw invalid(`answer has ${JSON.stringify(value)?.slice(0, 50) ?? 'nothing'} where a score is expected`)
}

function invalid(message: string): ResponseInvalidError {
  return new ResponseInvalidError(message)
}
