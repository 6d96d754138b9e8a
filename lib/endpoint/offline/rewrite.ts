import { cleanDocument } from './clean.ts'
import { outlineOf, type Outline } from './outline.ts'
import { phrases } from './phrases.ts'
import { refinerProgram, type RefinerKind } from './refiner.ts'
import { article } from './rewriters/article.ts'
import { audiencePairs } from './rewriters/audience-pairs.ts'
import { concepts } from './rewriters/concepts.ts'
import { continuation } from './rewriters/continuation.ts'
import { dense } from './rewriters/dense.ts'
import { dialogue } from './rewriters/dialogue.ts'
import { entities } from './rewriters/entities.ts'
import { facts } from './rewriters/facts.ts'
import { improved } from './rewriters/improved.ts'
import { instruction } from './rewriters/instruction.ts'
import { lesson } from './rewriters/lesson.ts'
import { multipleChoice } from './rewriters/multiple-choice.ts'
import { questionLines } from './rewriters/question-lines.ts'
import { questions } from './rewriters/questions.ts'
import { relations } from './rewriters/relations.ts'
import type { Rewriter } from './rewriters/rewriter.ts'
import { story } from './rewriters/story.ts'
import { strategies } from './rewriters/strategies.ts'
import { structuredSummary } from './rewriters/structured-summary.ts'
import { summary } from './rewriters/summary.ts'
import { table } from './rewriters/table.ts'
import { textbook } from './rewriters/textbook.ts'
import { verdict } from './rewriters/verdict.ts'
import type { Task, TaskKind } from './task.ts'

const REWRITERS: Readonly<Record<Exclude<TaskKind, RefinerKind>, Rewriter>> = {
  audience_pairs: audiencePairs,
  multiple_choice: multipleChoice,
  questions,
  question_lines: questionLines,
  dialogue,
  instruction,
  outline: structuredSummary,
  concepts,
  facts,
  lesson,
  continuation,
  summary,
  table,
  article,
  dense,
  entities,
  improved,
  relations,
  story,
  strategies,
  textbook,
  verdict,
}

/** A form to fill in, which a document without a sentence does too. */
const FORMS: ReadonlySet<TaskKind> = new Set(['audience_pairs', 'story', 'textbook', 'verdict'])
/** Longest rewrite where the request sets no bound, in UTF-16 units. */
const LONGEST = 8000
/** Share of max_tokens that a rewrite aims at, so that it ends by itself. */
const AIM = 0.8
/** UTF-16 units a token, cautious: o200k_base has 4.2 on the English and 3.1 on the other real pages. */
const CHARS_A_TOKEN = { dense: 0.9, spaced: 1.9, english: 3.2 } as const

/**
 * Rewrite `task.document` with its own sentences. The same task gives the same text. Documents without a usable
 * sentence give what little they hold, empty ones a line that says so.
 * @param maxTokens bound of the request, null where it sets none
 * @param outline of the document, where the caller has it already
 */
export function rewrite(task: Task, maxTokens: number | null, outline: Outline = outlineOf(task.document)): string {
  if (task.kind === 'refine_document' || task.kind === 'refine_lines') return refinerProgram(task.kind, task.document, maxTokens)
  const text = rewritten({ ...task, kind: task.kind }, maxTokens, outline)
  return task.lead ? `${task.lead}\n${text}` : text
}

function rewritten(task: Task & { readonly kind: Exclude<TaskKind, RefinerKind> }, maxTokens: number | null, outline: Outline): string {
  if (outline.sentences.length === 0 && !FORMS.has(task.kind)) return scraps(task.document, outline)
  const { language } = outline
  const kind = language === 'zh' || language === 'ja' ? 'dense' : language === 'en' ? 'english' : 'spaced'
  const maxChars = Math.min(LONGEST, Math.floor((maxTokens ?? Infinity) * AIM * CHARS_A_TOKEN[kind]))
  return REWRITERS[task.kind](outline, { items: task.items, maxChars, told: task.told })
}

function scraps(document: string, outline: Outline): string {
  const { title, blocks } = cleanDocument(document)
  const lines = [title ?? '', ...blocks.filter(({ kind }) => kind !== 'code').map(({ text }) => text)]
  const text = [...new Set(lines.filter((line) => line !== ''))].slice(0, 20).join('\n')
  return text === '' ? phrases[outline.language].nothing : text.slice(0, LONGEST)
}
