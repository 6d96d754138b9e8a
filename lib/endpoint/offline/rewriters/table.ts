import { best } from '../chunks.ts'
import { gapsOf } from '../gap.ts'
import type { Outline, Sentence } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { fitting, type Ask } from './rewriter.ts'

/** A Markdown table of what the best sentences say of which term, and one question that it answers. */
export function table(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const rows = best(outline.sentences, ask.items ?? 8).map((sentence) => `| ${cell(subject(sentence))} | ${cell(sentence.text)} |`)
  const gap = gapsOf(outline)[0]
  const pair = gap ? `${words.question}${words.askGap(gap.text)}\n${words.answer}${gap.term.text}` : ''
  const text = fitting([`| # | ${words.keyPoints} |\n| --- | --- |\n${rows[0]}`, ...rows.slice(1)], ask.maxChars - pair.length - 2, '\n')
  return pair === '' ? text : `${text}\n\n${pair}`
}

function subject(sentence: Sentence): string {
  return sentence.keyTerms()[0]?.text ?? String(sentence.index + 1)
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
}
