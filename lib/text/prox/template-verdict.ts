import { executeProgram } from './execute.ts'
import { callsOf, stripBlanks } from './program.ts'

/** A document of a probe. */
export interface ProbedDocument {
  readonly text: string
  /** One entry a chunk: the reply, null where there came none, `skipped` where the chunk was not asked about. */
  readonly replies: readonly (string | null | 'skipped')[]
}

/** What a chat template does to a chunk refiner. Shares are 0 to 1, and 0 of nothing. */
export interface TemplateVerdict {
  readonly asked: number
  readonly answered: number
  /** Share of the chunks asked about whose reply calls at least one function that a chunk refiner knows. */
  readonly parsed: number
  /** Share of the documents that are kept. */
  readonly kept: number
  /** Mean share of the words that is left, over the documents that are kept. */
  readonly wordsKept: number
  readonly passes: boolean
}

const chunkFunctions = new Set(['remove_lines', 'normalize', 'keep_chunk', 'untouch_doc'])

/**
 * Does a refiner answer with programs that refine? At least half of its replies must be programs, half of the documents must
 * be kept, and of their words something must go, but not most. (Figures of a third-party run of the released
 * checkpoints, which ship without a template.)
 */
export function judgeTemplate(documents: readonly ProbedDocument[], quirks: 'compat' | 'safe'): TemplateVerdict {
  const replies = documents.flatMap(({ replies: all }) => all.filter((reply) => reply !== 'skipped'))
  const texts = replies.filter((reply) => reply !== null)
  const programs = texts.filter((reply) => callsOf(reply).some((name) => chunkFunctions.has(name)))
  const results = documents.map(({ text, replies: all }) =>
    executeProgram(all.map((reply) => (reply === 'skipped' ? '' : stripBlanks(reply ?? ''))).join('\n'), text, quirks))
  const kept = results.filter(({ text }) => text !== '')
  const left = kept.reduce((sum, { wordsAfter, wordsBefore }) => sum + wordsAfter / wordsBefore, 0)
  const verdict = {
    asked: replies.length,
    answered: texts.length,
    parsed: share(programs.length, replies.length),
    kept: share(kept.length, results.length),
    wordsKept: share(left, kept.length),
  }
  const passes = verdict.parsed >= 0.5 && verdict.kept >= 0.5 && verdict.wordsKept >= 0.3 && verdict.wordsKept <= 0.999
  return { ...verdict, passes }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
