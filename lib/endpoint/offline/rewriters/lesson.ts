import { best, chunksOf, topicOf } from '../chunks.ts'
import { gapsOf } from '../gap.ts'
import type { Outline } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** What will be learnt, a paragraph for each part, a recap, and one question to check it. */
export function lesson(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const topic = topicOf(outline)
  const parts = chunksOf(outline, 6).map((chunk) => {
    const text = paragraph(best(chunk.sentences, 6), outline)
    return chunk.topic && chunk.topic !== topic ? `${chunk.topic}\n${text}` : text
  })
  const opening = topic ? [topic, words.learn(topic)] : []
  const closing: string[] = []
  if (outline.sentences.length >= 6) {
    closing.push([words.keyPoints, ...best(outline.sentences, 3).map(({ text }) => `- ${text}`)].join('\n'))
    const gap = gapsOf(outline)[0]
    if (gap) closing.push(`${words.check}\n${words.askGap(gap.text)}\n${words.answer}${gap.term.text}`)
  }
  // Where there is room for little, the lesson itself comes first.
  if (length(closing) > ask.maxChars / 3) closing.length = 0
  const reserved = length([...opening, ...closing])
  return [...opening, fitting(parts, ask.maxChars - reserved, '\n\n'), ...closing].join('\n\n')
}

function length(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length + 2, 0)
}
