/**
 * What near-duplicate detection makes of a character, in one table look-up: datatrove's `simplify_text`
 * (utils/text.py), which lowers case, turns numbers into 0, punctuation into blanks, and takes accents off.
 *
 * Where it differs, it is to know more pages as the same one, never fewer: all of Unicode's punctuation is punctuation
 * (datatrove lists some and leaves the rest to a tokenizer for each language), characters that nobody sees go (`Cf`:
 * soft hyphens, zero-width joiners, byte order marks), a final sigma is a sigma, and folding twice changes nothing.
 *
 * The tables of Unicode are those of the running Node. Later versions add characters and leave the others as they are,
 * so what is folded differently by two versions is text in a script that the older one does not know.
 */

/** Part of a word. */
export const WORD = 0
/** White space or punctuation. */
export const BLANK = 1
/** Not there: accents and what cannot be seen. */
export const DROP = 2
/** A digit of any script. */
export const DIGIT = 3
/** A character of a script without blanks whose words average 1.6 characters: Han, kana, Bopomofo, Yi. */
export const IDEOGRAPH = 4
/** The base of a syllable of a script without blanks whose words average 4 of them: Thai, Lao, Khmer, Myanmar... */
export const SYLLABLE = 5
/** A syllable of Hangul: part of a word, but three characters of it. */
export const HANGUL = 6
/** Half of a pair, or a character that becomes several: ask `foldOf`. */
export const OTHER = 7

export interface Fold {
  /** WORD, BLANK, DROP, DIGIT, IDEOGRAPH or SYLLABLE. */
  readonly kind: number
  /** What is hashed in place of the character; empty for BLANK and DROP. */
  readonly text: string
}

const zero: Fold = { kind: DIGIT, text: '0' }
const blank: Fold = { kind: BLANK, text: '' }
const nothing: Fold = { kind: DROP, text: '' }

const digit = /^\p{Nd}$/u
const unseen = /[\p{Mn}\p{Cf}]+/gu
const marks = /\p{M}+/gu
// `\p{P}` and of the symbols (`S`) those that datatrove takes out; white space as Python knows it; control characters.
const separator = /^[\p{P}\p{Cc}$+<=>^`|~\u00b4\u2236\u2501\u25ba\uff5e\s]/u
// Blocks, not script properties: those grow with every version of Unicode.
const ideograph = startsIn(
  '2E80-2FDF 3005-3007 3021-3029 3031-3035 3038-30FF 3100-312F 31A0-31BF 31F0-31FF 3400-4DBF 4E00-9FFF A000-A48F ' +
  'F900-FAFF FF66-FF9F 1AFF0-1B16F 20000-3FFFF',
)
const unspaced = startsIn('0E00-0EFF 1000-109F 1780-17FF 1980-19FF 1A20-1AAF 1B00-1B7F A980-A9FF AA60-AADF')

function startsIn(blocks: string): RegExp {
  return new RegExp(`^[${blocks.replace(/[0-9A-F]+/g, '\\u{$&}').replaceAll(' ', '')}]`, 'u')
}

/** The fold of one character. A microsecond: `foldTable` and `astralFold` are for text. */
export function foldOf(character: string): Fold {
  if (digit.test(character)) return zero
  const text = character.toLowerCase().normalize('NFD').replace(unseen, '').replaceAll('\u03c2', '\u03c3')
  if (text === '') return nothing
  if (separator.test(text)) return blank
  if (ideograph.test(text)) return { kind: IDEOGRAPH, text }
  if (unspaced.test(text)) {
    const base = text.replace(marks, '')
    return base === '' ? nothing : { kind: SYLLABLE, text: base }
  }
  return { kind: WORD, text }
}

let table: Int32Array | undefined

/** Of every UTF-16 code unit its kind << 16 and the unit that it becomes. Made when first asked for: 60 ms. */
export function foldTable(): Int32Array {
  if (table) return table
  const made = new Int32Array(65536)
  for (let unit = 0; unit < made.length; unit++) {
    if ((unit & 0xf800) === 0xd800) made[unit] = OTHER << 16
    else if (unit >= 0xac00 && unit <= 0xd7a3) made[unit] = HANGUL << 16
    else {
      const { kind, text } = foldOf(String.fromCharCode(unit))
      made[unit] = text.length > 1 ? OTHER << 16 : (kind << 16) | (text === '' ? 0 : text.charCodeAt(0))
    }
  }
  return (table = made)
}

const remembered = 1024
const rememberedPoints = new Int32Array(remembered)
const rememberedFolds: Fold[] = Array.from({ length: remembered }, () => nothing)

/** The fold of a character that `foldTable` calls OTHER. A page has few different ones, so the last ones are kept. */
export function otherFold(codePoint: number): Fold {
  const slot = codePoint % remembered
  if (rememberedPoints[slot] !== codePoint) {
    rememberedFolds[slot] = foldOf(String.fromCodePoint(codePoint))
    rememberedPoints[slot] = codePoint
  }
  return rememberedFolds[slot]!
}
