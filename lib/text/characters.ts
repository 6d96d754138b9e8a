import { charFlags, SPACE } from './char-class.ts'

/** Characters (code points, as Python counts them) in `text[start, end)`. */
export function charCount(text: string, start: number, end: number): number {
  let pairs = 0
  for (let i = start; i < end; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++
  return end - start - pairs
}

/** Without white space at both ends, by Python's `str.strip`. */
export function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && charFlags[text.charCodeAt(start)]! & SPACE) start++
  while (end > start && charFlags[text.charCodeAt(end - 1)]! & SPACE) end--
  return text.slice(start, end)
}
