import type { Recipe, Step, Variant } from './recipe.ts'

/**
 * Rephrasing as for Kimi K2: styles and perspectives, chunk after chunk with what was already rewritten as context, and a judge
 * that compares the whole with its source. The report gives the three ideas and no numbers.
 */

/** Documents had at most two rephrasings in the real run. */
const REPHRASINGS = 2

const PART = `Rewrite this part of a longer document and nothing else. Say everything that it says, with its facts, names, numbers,
formulas and code unchanged, and add nothing.`
const SHOWN = `${PART} What was rewritten of the parts before it ends as shown below (empty where this is the
first part): go on from there, in the same voice, with the same names for things, without saying again what stands there. Output only the
rewritten part.`
const BEGUN = `${PART} Your answer begins with what you have rewritten of the parts before it, if there were any: go on from
there with this part, in the same voice, with the same names for things, without saying again what stands there. Output only rewritten text.`

const VOICES: readonly (readonly [name: string, voice: string])[] = [
  ['encyclopedia', 'a reference work: neutral, precise, one topic to a paragraph'],
  ['textbook', 'a textbook: terms are explained before they are used, and each step says why it follows'],
  ['plain_talk', 'an expert who explains it to a friend: plain words, short sentences, direct address'],
  ['practitioner', 'a practitioner who wants to use it: what it means in practice comes first, reasons after'],
  ['narrator', 'a narrator: the content told as the course of events or of a train of thought'],
  ['learning_note', 'a learner’s own notes: what is claimed, why it holds, worked through step by step, formulas included'],
]

const styles = (rules: string): Variant[] => VOICES.map(([name, voice]) => (
  { name, strategy: 'rephrase', instruction: `Rewrite the document in the voice of ${voice}.\n\n${rules}` }
))

const JUDGE = `A rewrite of the document follows below. Judge whether it is faithful. Style, order and wording may differ in any way.
What counts is meaning: are facts, numbers and names of the document missing, changed or contradicted, and is anything claimed that it does
not say? Give a score from 5 (nothing missing, changed or added) over 3 (details missing, nothing wrong) to 1 (another meaning). Answer
with JSON in exactly this form: {"A": {"analysis": "what differs, in one or two sentences", "score": 3}}`

const rephrase: Step = {
  name: 'rephrase',
  shape: 'chat',
  layout: 'document-first',
  choose: { sample: REPHRASINGS },
  variants: styles(`${SHOWN.replaceAll('\n', ' ')}\n\n<previous>\n{{previous}}\n</previous>`),
  chunk: { by: 'sentences', maxTokens: 800 },
  sequential: true,
  // About the last paragraph or two: enough to go on from, and a request stays as long as its chunk.
  previousChars: 2000,
  join: { separator: '\n\n', partial: 'drop' },
  sampling: { temperature: 0.7, top_p: 0.95, max_tokens: 2048 },
  maxDocumentChars: 16_000,
  rowsPerReply: 1,
}

const fidelity: Step = {
  name: 'fidelity',
  shape: 'chat',
  layout: 'document-first',
  choose: 'all',
  variants: [{ name: 'fidelity', strategy: 'judge', instruction: `${JUDGE.replaceAll('\n', ' ')}\n\n<rewrite>\n{{output}}\n</rewrite>` }],
  judge: { mode: 'filter', minScore: 3, share: 1 },
  parse: [{ op: 'json_score', of: 'A', min: 1, max: 5 }],
  attempts: 2,
  sampling: { temperature: 0, max_tokens: 512 },
  // The rewrite is not cut, so the document is not either, as far as a context of 32k goes.
  maxDocumentChars: 48_000,
}

export const kimi: Recipe = {
  name: 'kimi',
  summary: 'Two rephrasings of each document, chunk after chunk with context, kept where a judge finds them faithful',
  source: 'Kimi K2 technical report, section on rephrasing; chunk size, styles, judge and threshold are our own',
  steps: [rephrase, fidelity],
  filters: { minTokens: 50, maxTokens: null, truncated: 'drop', collapse: true },
}

const { previousChars: _end, ...whole } = rephrase

/** What was rewritten so far is the beginning of the assistant's own message: nothing of it is lost, and the server has it in its cache. */
export const kimiContinue: Recipe = {
  ...kimi,
  name: 'kimi-continue',
  summary: 'kimi for servers that go on with an assistant message (vLLM, SGLang, llama.cpp)',
  steps: [{ ...whole, continues: true, variants: styles(BEGUN.replaceAll('\n', ' ')) }, fidelity],
}
