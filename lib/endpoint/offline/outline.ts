import { splitSentences } from '../../text/sentences.ts'
import { cleanDocument } from './clean.ts'
import { languageOf, writesWithoutBlanks, type Language } from './language.ts'
import { score } from './score.ts'
import { keyTermsOf, type KeyTerm } from './terms.ts'

/** A document as the rewriters see it: sections of real sentences, each with a weight. */
export interface Outline {
  readonly language: Language
  /** What the document is about, null where it says so nowhere. */
  readonly title: string | null
  readonly sections: readonly Section[]
  /** Sentences that can stand alone, in document order. */
  readonly sentences: readonly Sentence[]
}

export interface Section {
  readonly heading: string | null
  readonly parts: readonly Part[]
}

/** A paragraph, a list item, or a block of code as it stands. */
export interface Part {
  readonly kind: 'prose' | 'item' | 'code'
  readonly sentences: readonly Sentence[]
  /** Code only. */
  readonly code: string
}

export interface Sentence {
  readonly text: string
  /** Ordinal in the document, over all sentences. */
  readonly index: number
  /** Ordinal of its section. */
  readonly section: number
  /** Can stand alone: long enough, no lead-in to a list, mostly letters. */
  readonly usable: boolean
  readonly terms: readonly string[]
  /** What a question could ask for, the most telling first. Found at the first call, since most sentences need none. */
  readonly keyTerms: () => readonly KeyTerm[]
  /** Centrality; higher is more important. Comparable within one document. */
  readonly score: number
}

/** Most sentences that are weighed; a page has a tenth of that. */
const MOST_SENTENCES = 1500

/** Read `text` into an outline. Linear in its length, which clean.ts bounds. */
export function outlineOf(text: string): Outline {
  const { title, blocks } = cleanDocument(text)
  const language = languageOf(blocks.map((block) => (block.kind === 'code' ? '' : block.text)).join('\n'))
  const all: Sentence[] = []
  const seen = new Set<string>()
  const sections: { heading: string | null; parts: Part[] }[] = [{ heading: null, parts: [] }]
  for (const { kind, text } of blocks) {
    const section = sections.at(-1) as (typeof sections)[number]
    if (kind === 'heading') {
      const heading = withoutNumber(text)
      // Two headings in a row: the first has nothing of its own.
      if (section.parts.length === 0) section.heading = heading
      else sections.push({ heading, parts: [] })
    } else if (kind === 'code') {
      section.parts.push({ kind, sentences: [], code: text })
    } else if (all.length < MOST_SENTENCES) {
      const sentences = splitSentences(text).map((sentence, i): Sentence => {
        const usable = !seen.has(sentence) && standsAlone(sentence, writesWithoutBlanks(language))
        seen.add(sentence)
        const place = { index: all.length + i, section: sections.length - 1 }
        return { text: sentence, ...place, usable, terms: [], keyTerms: once(() => keyTermsOf(sentence, language)), score: 0 }
      })
      all.push(...sentences)
      section.parts.push({ kind, sentences, code: '' })
    }
  }
  const weighed = score(all, [title ?? '', ...sections.map(({ heading }) => heading ?? '')], language)
  const finished = sections.map(({ heading, parts }): Section => ({
    heading,
    parts: parts.map((part) => ({ ...part, sentences: part.sentences.map(({ index }) => weighed[index] as Sentence) })),
  }))
  return { language, title: title && withoutNumber(title), sections: finished, sentences: weighed.filter((sentence) => sentence.usable) }
}

/** `4. Implement a content strategy:` names its section without number and colon. */
function withoutNumber(heading: string): string {
  const name = heading.replace(/^(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[IVX]{1,5}\.)\s+/, '').replace(/\s*[:：]$/, '')
  return name === '' ? heading : name
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => (made ??= { value: make() }).value
}

function standsAlone(sentence: string, dense: boolean): boolean {
  if (/[:：]$/.test(sentence) || sentence.length > 700) return false
  const letters = sentence.match(/[\p{L}\p{M}]/gu)?.length ?? 0
  if (letters < sentence.length * 0.55) return false
  if (dense) return (sentence.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu)?.length ?? 0) >= 8
  return (sentence.match(/\S+/g)?.length ?? 0) >= 5
}
