import type { Outline } from '../outline.ts'
import { paragraph, fitting, type Ask } from './rewriter.ts'

/** What follows the first half of the document: its second half. An extractive endpoint has nothing newer to say. */
export function continuation(outline: Outline, ask: Ask): string {
  const half = outline.sentences.slice(Math.floor(outline.sentences.length / 2))
  const paragraphs = outline.sections
    .map((_, i) => paragraph(half.filter((sentence) => sentence.section === i), outline))
    .filter((text) => text !== '')
  return fitting(paragraphs, ask.maxChars, '\n\n')
}
