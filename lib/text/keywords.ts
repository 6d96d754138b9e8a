/** Shorter words of an alphabet are mostly grammar. */
const LEAST_LETTERS = 5
/** A source with fewer keywords says too little to be measured by. */
const LEAST_KEYWORDS = 5
/** Frequent English words of five letters and more that name nothing. */
const PLAIN = new Set(
  `about above across after again against almost along already although always among another anyone anything around
  because become becomes before behind being below between beyond cannot could different doing during either every
  everything example first found further getting given going having himself however including instead itself later least
  making maybe might myself never nothing number often other others ourselves people perhaps quite rather really second several
  shall should since someone something sometimes still such taken their theirs them themselves there therefore these
  thing things think those though three through throughout together toward towards under until using usually various
  wants wanted whatever where whether which while whole whose within without would years yourself`.split(/\s+/),
)
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/**
 * The `most` most frequent keywords of `text` in lower case, earlier ones first where they are as frequent: words of
 * five letters and more that are no English function words; where no blanks are written, words of two Han, Hiragana or
 * Katakana letters and more.
 */
export function keywordsOf(text: string, most: number): string[] {
  const counts = new Map<string, number>()
  const add = (word: string): void => void counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const [run] of text.toLowerCase().matchAll(/[\p{L}\p{M}]+/gu)) {
    if (!DENSE.test(run)) {
      if (run.length >= LEAST_LETTERS && !PLAIN.has(run)) add(run)
    } else {
      for (const { segment } of segmenter.segment(run)) if (segment.length >= 2) add(segment)
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, most).map(([word]) => word)
}

/**
 * Share of the `most` most frequent keywords of `source` that `text` holds, 0 to 1; null where the source has fewer than
 * five. Inflections count: of a long word its end may differ by two letters.
 */
export function keywordCoverage(source: string, text: string, most: number): number | null {
  const keywords = keywordsOf(source, most)
  if (keywords.length < Math.min(most, LEAST_KEYWORDS)) return null
  const held = text.toLowerCase()
  return keywords.filter((word) => held.includes(stem(word))).length / keywords.length
}

function stem(word: string): string {
  return DENSE.test(word) ? word : word.slice(0, Math.max(LEAST_LETTERS, word.length - 2))
}

const DENSE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u
