import { charFlags, SPACE } from './char-class.ts'
import { charCount } from './characters.ts'

/** Words of `text` by Python's `str.split()`, what stands between white space, and the characters of the longest. */
export function spacedWords(text: string): { words: number; longest: number } {
  const table = charFlags
  let words = 0
  let longest = 0
  for (let i = 0; i < text.length; ) {
    if (table[text.charCodeAt(i)]! & SPACE) {
      i++
      continue
    }
    const start = i
    while (i < text.length && !(table[text.charCodeAt(i)]! & SPACE)) i++
    words++
    if (i - start > longest) longest = Math.max(longest, charCount(text, start, i))
  }
  return { words, longest }
}
