import { charFlags, SPACE } from './char-class.ts'

const hyphen = 45
const bullet = 0x2022
const ellipsis = 0x2026

/** How the lines of a text begin and end, white space aside. */
export interface LineEdges {
  /** Lines by Python's `str.splitlines`: no empty line after the last line end. */
  readonly lines: number
  /** Lines that start with `•` or `-`. */
  readonly bullets: number
  /** Lines that end with `…` or `...`. */
  readonly trailing: number
}

export function edgesOfLines(text: string): LineEdges {
  let lines = 0
  let bullets = 0
  let trailing = 0
  let start = 0
  while (start < text.length) {
    const end = lineEnd(text, start)
    lines++
    let first = start
    while (first < end && isSpace(text, first)) first++
    if (first < end) {
      let last = end - 1
      while (isSpace(text, last)) last--
      const unit = text.charCodeAt(first)
      if (unit === bullet || unit === hyphen) bullets++
      if (text.charCodeAt(last) === ellipsis || (last - first >= 2 && text.startsWith('...', last - 2))) trailing++
    }
    start = nextLine(text, end)
  }
  return { lines, bullets, trailing }
}

/** Where the line that begins at `start` ends by Python's `str.splitlines`: at its line end, or at the end of the text. */
export function lineEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && !endsLine(text.charCodeAt(end))) end++
  return end
}

/** Where the line after the one that ends at `end` begins; past the text where there is none. */
export function nextLine(text: string, end: number): number {
  return end + (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? 2 : 1)
}

function isSpace(text: string, at: number): boolean {
  return (charFlags[text.charCodeAt(at)]! & SPACE) !== 0
}

/** Line ends of Python's `str.splitlines`. */
function endsLine(unit: number): boolean {
  if (unit < 0x80) return (unit >= 10 && unit <= 13) || (unit >= 0x1c && unit <= 0x1e)
  return unit === 0x85 || unit === 0x2028 || unit === 0x2029
}
