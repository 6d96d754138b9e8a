import type { Language } from './language.ts'
import type { Sentence } from './outline.ts'
import { termsOf } from './terms.ts'

/**
 * Weigh sentences by the terms that they share with the rest of the document. A term counts by how many sentences it
 * is in, damped for those that are everywhere (so no list of stop words is needed); terms of the title and headings
 * count double. Long sentences are not favoured: the sum is divided by the root of the number of terms.
 */
export function score(sentences: readonly Sentence[], headings: readonly string[], language: Language): Sentence[] {
  const termed = sentences.map((sentence) => [...new Set(termsOf(sentence.text, language))])
  const frequency = new Map<string, number>()
  for (const terms of termed) for (const term of terms) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  const named = new Set(headings.flatMap((heading) => termsOf(heading, language)))
  const total = sentences.length
  const weight = (term: string) => {
    const n = frequency.get(term) ?? 0
    const common = n > 1 ? Math.sqrt(n) * Math.log(1 + total / n) : 0.3
    return named.has(term) ? 2 * common : common
  }
  return sentences.map((sentence, i) => {
    const terms = termed[i] ?? []
    const sum = terms.reduce((so, term) => so + weight(term), 0)
    const first = sentences[i - 1]?.section !== sentence.section
    const place = (i === 0 ? 1.3 : first ? 1.15 : 1) * (hangsOn(sentence.text) || !ends(sentence.text) ? 0.7 : 1)
    return { ...sentence, terms, score: (place * sum) / Math.sqrt(Math.max(4, terms.length)) }
  })
}

function ends(text: string): boolean {
  return /[.!?…。！？؟।]["'”’»)\]」』）]*$/.test(text)
}

/** Sentences that lean on the one before read badly alone. English only; elsewhere nothing is known and nothing lost. */
function hangsOn(text: string): boolean {
  return /^(?:this|these|those|that|it|they|he|she|however|but|and|so|also|then|therefore|here|such|for example)\b/i.test(text)
}
