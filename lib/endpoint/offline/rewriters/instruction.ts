import { best, topicOf } from '../chunks.ts'
import type { Outline } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** One request and its response: the better half of the document's sentences, a paragraph for each section. */
export function instruction(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const kept = best(outline.sentences, Math.min(16, Math.max(4, Math.ceil(outline.sentences.length / 2))))
  const paragraphs = outline.sections
    .map((_, i) => paragraph(kept.filter((sentence) => sentence.section === i), outline))
    .filter((text) => text !== '')
  const request = words.explain(topicOf(outline) ?? words.keyPoints)
  const response = fitting(paragraphs, ask.maxChars - request.length, '\n\n')
  return `${words.instruction}${request}\n\n${words.response}${response}`
}
