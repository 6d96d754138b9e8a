import { best, topicOf } from '../chunks.ts'
import { gapsOf } from '../gap.ts'
import type { Outline } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/**
 * Thoughts, then the whole document without markup, its main points and a question on it. More would repeat
 * what is there, so where much of a page was markup this is shorter than the page.
 */
export function improved(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const topic = topicOf(outline) ?? ''
  const body = outline.sections.flatMap(({ heading, parts }) => [
    ...(heading ? [heading] : []),
    ...parts.map(({ kind, sentences, code }) => (kind === 'code' ? code : paragraph(sentences, outline))),
  ])
  const points = [words.keyPoints, ...best(outline.sentences, 3).map(({ text }) => `- ${text}`)].join('\n')
  const questions = gapsOf(outline).slice(0, 1).map((gap) => `${words.question}${words.askGap(gap.text)}\n${words.answer}${gap.term.text}`)
  const pieces = [...(topic === '' ? [] : [words.learn(topic)]), ...body.filter(Boolean), points, ...questions]
  const thoughts = `<thinking starts>\n${words.explain(topic)}\n<thinking ends>`
  return `${thoughts}\n<improved response starts>\n${fitting(pieces, ask.maxChars, '\n\n')}\n<improved response ends>`
}
