import { charFlags, SPACE } from './char-class.ts'

/** From here on a character may have another canonical form; all before are their own. */
const maybeComposed = /[\u0300-\uffff]/
const beyondLatin1 = /[^\0-\xff]/
const byteOrderMark = 0xfeff
const blank = 32

/**
 * What exact dedupe compares: the text in Unicode NFC and lower case, runs of white space (and byte order marks) as
 * one blank, none at the ends. Two texts are equal by it when a reader would call them the same page whatever its line
 * breaks, indents and capitals.
 *
 * Nothing that carries meaning goes: punctuation, digits and accents stay, since 3.14 is not 314 and an accent can
 * make another word (datatrove's `simplify_text`, made for near duplicates, drops all three). NFC rather than NFKC,
 * which would turn 10² into 102. Lower case rather than case folding: ß and ss stay apart.
 *
 * Linear, and on buffers: a regular expression costs four times as much, and seconds on 50 MB of short lines.
 */
export function normalizeForDedupe(text: string): string {
  const composed = maybeComposed.test(text) ? text.normalize('NFC') : text
  const lower = composed.toLowerCase()
  if (beyondLatin1.test(lower)) {
    const units = new Uint16Array(lower.length)
    const length = collapseSpace(lower, units)
    return Buffer.from(units.buffer, 0, length * 2).toString('utf16le')
  }
  const units = Buffer.allocUnsafe(lower.length)
  return units.toString('latin1', 0, collapseSpace(lower, units))
}

/** Copy `text` into `units`, runs of white space as one blank, none at the ends; returns the units written. */
function collapseSpace(text: string, units: Uint8Array | Uint16Array): number {
  const table = charFlags
  let length = 0
  let pending = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (table[unit]! & SPACE || unit === byteOrderMark) {
      pending = length > 0
      continue
    }
    if (pending) {
      units[length++] = blank
      pending = false
    }
    units[length++] = unit
  }
  return length
}
