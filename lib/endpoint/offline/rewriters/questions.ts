import { best, chunksOf, topicOf, type Chunk } from '../chunks.ts'
import { gapsOf } from '../gap.ts'
import type { Outline, Sentence } from '../outline.ts'
import { phrases } from '../phrases.ts'
import { paragraph, fitting, type Ask } from './rewriter.ts'

export interface Pair {
  readonly question: string
  readonly answer: string
}

/** Question and answer pairs, on lines of their own. */
export function questions(outline: Outline, ask: Ask): string {
  const words = phrases[outline.language]
  const texts = pairsOf(outline, ask).map(({ question, answer }) => `${words.question}${question}\n${words.answer}${answer}`)
  return fitting(texts, ask.maxChars, '\n\n')
}

/** What there is to ask: about the whole, what the document defines, its headings, then gaps in its best sentences. */
export function pairsOf(outline: Outline, ask: Ask): Pair[] {
  const words = phrases[outline.language]
  const pairs: Pair[] = []
  const used = new Set<Sentence>()
  const add = (question: string, sentences: readonly Sentence[]) => {
    if (pairs.some((pair) => pair.question === question)) return
    for (const sentence of sentences) used.add(sentence)
    pairs.push({ question, answer: paragraph(sentences, outline) })
  }
  const most = ask.items ?? 5
  const topic = topicOf(outline)
  if (topic && most > 1) add(asQuestion(topic) ?? words.askOverview(topic), best(outline.sentences, 2))
  for (const chunk of chunksOf(outline, most)) {
    if (pairs.length >= most) break
    const fresh = chunk.sentences.filter((sentence) => !used.has(sentence))
    const definition = fresh.find((sentence) => definedBy(sentence.text) !== null)
    if (definition) add(`What is ${definedBy(definition.text)}?`, following(fresh, definition))
    else if (chunk.topic && chunk.topic !== topic && fresh.length > 0) add(askAbout(chunk, outline), best(fresh, 3))
  }
  for (const gap of gapsOf(outline)) {
    if (pairs.length >= most) break
    if (used.has(gap.sentence)) continue
    used.add(gap.sentence)
    pairs.push({ question: words.askGap(gap.text), answer: `${gap.term.text}. ${gap.sentence.text}` })
  }
  if (pairs.length === 0) add(words.askMore[1] as string, best(outline.sentences, 2))
  return pairs
}

/** A question about what the chunk's heading names; the heading itself where it is one. */
export function askAbout(chunk: Chunk, outline: Outline): string {
  const topic = chunk.topic ?? ''
  return asQuestion(topic) ?? phrases[outline.language].askAbout(topic)
}

function asQuestion(heading: string): string | null {
  if (/[?？؟]$/.test(heading)) return heading
  const how = /^how to\s+(.+)$/i.exec(heading)
  return how ? `How do you ${lowerFirst(how[1] as string)}?` : null
}

/** What an English sentence of the form `An X is a ...` defines; null for other sentences. */
function definedBy(sentence: string): string | null {
  const match = /^((?:(?:The|An?)\s)?[A-Z][\w+#.'’-]*(?:\s(?!and\b|or\b|if\b)[\w+#.'’()-]+){0,4}?)\s(?:is|are)\s(?:an?|the|one of)\s/.exec(sentence)
  const subject = match?.[1]
  if (!subject || /^(?:This|That|These|Those|It|There|Here|He|She|They|We|You|I|What|Which|Who|One|If|When|Because|Once|As|So)\b/.test(subject)) return null
  return /^(?:The|An?)\s/.test(subject) ? lowerFirst(subject) : subject
}

/** The defining sentence and, where it follows at once, the next. */
function following(fresh: readonly Sentence[], first: Sentence): Sentence[] {
  return fresh.filter(({ index }) => index === first.index || index === first.index + 1)
}

function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}|^A\s/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
