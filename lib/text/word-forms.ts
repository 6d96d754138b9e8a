const VOWEL = /[aeiouy]/

/**
 * `word` and the forms that English makes of it by its endings: plural, third person, past, -ing, comparison, -ly. Regular
 * ones only (`go` has no `went`), and a few that do not exist, which no text has. Lower case.
 */
export function wordForms(word: string): Set<string> {
  const w = word.toLowerCase()
  const forms = [w, `${w}s`, `${w}es`, ...endings(w)]
  if (/[^aeiou]y$/.test(w)) {
    const stem = w.slice(0, -1)
    forms.push(...['ies', 'ied', 'ier', 'iest', 'ily'].map((end) => stem + end))
  }
  if (w.endsWith('e')) forms.push(...endings(w.slice(0, -1)), `${w.slice(0, -1)}y`)
  // hop, hopping; big, bigger.
  if (/[^aeiou][aeiou][^aeiouwxy]$/.test(w)) forms.push(...endings(w + w.at(-1)))
  return new Set(forms)
}

/** Is there a form of `word` in `text`? Whole words only, whatever their case; `cat's` has `cat`. */
export function hasWord(text: string, word: string): boolean {
  const forms = wordForms(word)
  return (text.toLowerCase().match(/\p{L}+/gu) ?? []).some((found) => forms.has(found))
}

function endings(stem: string): string[] {
  return VOWEL.test(stem) ? ['ed', 'ing', 'er', 'est', 'ly'].map((end) => stem + end) : []
}
