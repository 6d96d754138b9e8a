import { topicOf } from '../chunks.ts'
import type { Outline, Sentence } from '../outline.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** Connected prose: the sentences that speak of the subject, not to the reader, a paragraph for each part. */
export function article(outline: Outline, ask: Ask): string {
  const stated = outline.sentences.filter(({ text }) => !addresses(text))
  const kept = new Set<Sentence>(stated.length >= 3 ? stated : outline.sentences)
  const paragraphs: string[] = []
  for (const { parts } of outline.sections) {
    let items: Sentence[] = []
    const flush = () => {
      if (items.length > 0) paragraphs.push(paragraph(items, outline))
      items = []
    }
    for (const { kind, sentences } of parts) {
      const own = sentences.filter((sentence) => kept.has(sentence))
      if (kind !== 'item') flush()
      items.push(...own)
      if (kind !== 'item') flush()
    }
    flush()
  }
  const title = topicOf(outline)
  return fitting(title ? [title, ...paragraphs] : paragraphs, ask.maxChars, '\n\n')
}

/** Questions, exclamations, and in English the first and second person. */
function addresses(text: string): boolean {
  return /[?？؟!！]["'”’»)]*$/.test(text) || /\b(?:I|we|you|your|our|us|my|let's|I'm|you'll|we'll)\b/i.test(text)
}
