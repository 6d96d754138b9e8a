import { distractors, gapsOf, pick } from '../gap.ts'
import type { Outline } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { questions } from './questions.ts'
import { fitting, type Ask } from './rewriter.ts'

const LETTERS = ['A', 'B', 'C', 'D'] as const

/**
 * Gap questions with real terms of the same document as options. Where a document has too few terms of one kind for
 * two wrong options, plain question and answer pairs.
 */
export function multipleChoice(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const most = ask.items ?? 4
  const items: string[] = []
  for (const gap of gapsOf(outline)) {
    if (items.length >= most) break
    const wrong = distractors(gap, outline, 3)
    if (wrong.length < 2) continue
    const right = pick(gap.text, wrong.length + 1)
    const options = wrong.toSpliced(right, 0, gap.term.text)
    const listed = options.map((option, i) => `${LETTERS[i]}. ${option}`)
    items.push(
      [
        `${words.question}${words.askGap(gap.text)}`,
        ...listed,
        `${words.answer}${listed[right]}`,
        `${words.explanation}${gap.sentence.text}`,
      ].join('\n'),
    )
  }
  return items.length > 0 ? fitting(items, ask.maxChars, '\n\n') : questions(outline, ask)
}
