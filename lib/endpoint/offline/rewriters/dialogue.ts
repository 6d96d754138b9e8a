import { best, chunksOf, topicOf } from '../chunks.ts'
import type { Outline, Sentence } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { askAbout } from './questions.ts'
import { fitting, paragraph, type Ask } from './rewriter.ts'

/** A user asks about the whole, then part by part; an assistant answers in the document's sentences. */
export function dialogue(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const topic = topicOf(outline)
  const used = new Set<Sentence>()
  const turns: string[] = []
  const add = (question: string, answer: readonly Sentence[]) => {
    for (const sentence of answer) used.add(sentence)
    turns.push(`${words.user}${question}\n${words.assistant}${paragraph(answer, outline)}`)
  }
  const most = ask.items ?? 5
  const opening = outline.sentences.length > 4 ? outline.sentences.slice(0, 2) : outline.sentences.slice(0, 1)
  add(topic ? words.askOverview(topic) : (words.askMore[1] as string), opening)
  const asked = new Set<string | null>([topic])
  for (const [i, chunk] of chunksOf(outline, Math.max(1, most - 1)).entries()) {
    const fresh = chunk.sentences.filter((sentence) => !used.has(sentence))
    if (fresh.length === 0 || turns.length >= most) continue
    const known = chunk.topic === null || asked.has(chunk.topic)
    asked.add(chunk.topic)
    add(known ? (words.askMore[i % words.askMore.length] as string) : askAbout(chunk, outline), best(fresh, 5))
  }
  const left = best(outline.sentences.filter((sentence) => !used.has(sentence)), 1)
  if (left.length > 0 && turns.length < most) add(words.askLast, left)
  return fitting(turns, ask.maxChars, '\n')
}
