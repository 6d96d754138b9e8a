/**
 * What a UTF-16 code unit can be, as bit flags in one table: the word splitter reads every character of every text,
 * and a table look-up costs a nanosecond where a regular expression costs fifty.
 *
 * The sets are those of spaCy 3.8's default tokenizer (spacy/lang/char_classes.py, punctuation.py), which datatrove
 * takes for English, and of datatrove's PUNCTUATION_SET (utils/text.py).
 */

/** Python's `str.isspace`. Differs from `\s`: has U+001C-1F and U+0085, has not U+FEFF. */
export const SPACE = 1
/** A letter that lets a comma, hyphen, colon or slash beside it split. Less than `\p{L}`: spaCy lists its scripts. */
export const ALPHA = 2
export const LOWER = 4
export const UPPER = 8
export const DIGIT = 16
/** Splits off where it starts a word. */
export const PREFIX = 32
/** Splits off where it ends a word. */
export const SUFFIX = 64
export const QUOTE = 128
/** A full stop after it splits off at the end of a word. */
export const STOPPABLE = 256
/** Symbols (Unicode `So`): split off wherever they stand. */
export const ICON = 512
/** May split the inside of a word: needs a look at its neighbours. */
export const INFIX = 1024
/** `\p{L}`: Python's `str.isalpha`. */
export const LETTER = 2048
/** A word of nothing but these is a symbol, not a word. */
export const SYMBOL = 4096
/** Half of a character outside the basic plane: ask `astralFlags`. */
export const SURROGATE = 8192
/** The full stop: without one a word is no address. */
export const STOP = 16384
/** None of the splitting rules can touch a word whose characters have none of these. */
export const ACTIVE = PREFIX | SUFFIX | QUOTE | ICON | INFIX | SURROGATE

// Scripts without case count as lower and upper at once.
const uncased =
  '\\u0591-\\u05F4\\uFB1D-\\uFB4F\\u0620-\\u064A\\u066E-\\u06D5\\u06E5-\\u06FF\\u0750-\\u077F\\u08A0-\\u08BD' +
  '\\uFB50-\\uFBB1\\uFBD3-\\uFD3D\\uFD50-\\uFDC7\\uFDF0-\\uFDFB\\uFE70-\\uFEFC\\u0900-\\u09FF\\u0B80-\\u0CFF' +
  '\\u0D80-\\u0DFF\\u1100-\\u137F\\u2E80-\\u2FDF\\u2FF0-\\u30FF\\u31C0-\\u31EF\\u3200-\\u4DBF\\u4E00-\\u9FFF' +
  '\\uAC00-\\uD7AF\\uF900-\\uFAFF\\uFE30-\\uFE4F'
const cased =
  'A-Za-z\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u01BF\\u01C4-\\u02AF\\u1D00-\\u1D25' +
  '\\u1D6B-\\u1D77\\u1D79-\\u1D9A\\u1E00-\\u1EFF\\u2C60-\\u2C7B\\u2C7E\\u2C7F\\uA722-\\uA76F\\uA771-\\uA787' +
  '\\uA78B-\\uA78E\\uA790-\\uA7B9\\uA7FA\\uAB30-\\uAB5A\\uAB60-\\uAB64' +
  '\\u0386\\u0388-\\u038A\\u038C\\u038E\\u038F\\u0391-\\u03A1\\u03A3-\\u03A9\\u03AC-\\u03AF\\u03B1-\\u03C9' +
  '\\u03CC-\\u03CE\\u0400\\u0401\\u0403-\\u040A\\u040C\\u040D\\u0410-\\u0451\\u0453-\\u045A\\u045C\\u045D' +
  '\\u0490\\u0491' +
  '\\u0496\\u0497\\u04A2\\u04A3\\u04AE\\u04AF\\u04BA\\u04BB\\u04D8\\u04D9\\u04E8\\u04E9'
const punctuation =
  '…,:;!?¿؟¡()\\[\\]{}<>_#*&。？！，、；：～·।،۔؛٪'
const quotes = `'"”“\`‘´’‚,„»«「」『』（）〔〕【】《》〈〉\\u2329\\u232A⟦⟧`
const currency = '$£€¥฿₽﷼₴\\u20A0-\\u20BF'
const symbols =
  '\\0-\\x08\\x0B-\\x1F!-\\/:-@[-`{-\\x9F«´»\\u0589\\u061D-\\u061F\\u06D4\\u0700-\\u0702\\u07F9\\u0837\\u0839\\u083D' +
  '\\u083E\\u0964\\u0965\\u104A\\u104B\\u1362\\u1367\\u1368\\u166E\\u1735\\u1736\\u17D4-\\u17D6\\u17D9\\u17DA' +
  '\\u1803\\u1809' +
  '\\u1944\\u1945\\u1AA8-\\u1AAB\\u1B5A\\u1B5B\\u1B5E\\u1B5F\\u1B7D\\u1B7E\\u1C3B\\u1C3C\\u1C7E\\u1C7F–—’“-„…‼‽⁇-⁉∶━►' +
  '\\u2E2E\\u2E3C\\u2E53\\u2E54、。〈-「」【】\\uA4FF\\uA60E\\uA60F\\uA6F3\\uA6F7\\uA876\\uA877\\uA8CE\\uA8CF\\uA92F' +
  '\\uA9C8\\uA9C9\\uAA5D-\\uAA5F\\uAAF0\\uAAF1\\uABEB\\uFE52\\uFE56\\uFE57！％（），．１：；？～｡'

/** The flags of every UTF-16 code unit. */
export const charFlags: Uint16Array = classify()

function classify(): Uint16Array {
  const table = new Uint16Array(65536)
  const everyUnit = String.fromCharCode(...range(0, 32768)) + String.fromCharCode(...range(32768, 65536))
  const mark = (flags: number, set: string): void => {
    // No `u` flag: the sets below are of single code units, and every unit must keep its own index.
    for (const run of everyUnit.matchAll(new RegExp(`[${set}]+`, 'g'))) {
      for (let unit = run.index; unit < run.index + run[0].length; unit++) table[unit]! |= flags
    }
  }
  const markProperty = (flags: number, property: string): void => {
    for (const run of everyUnit.matchAll(new RegExp(`\\p{${property}}+`, 'gu'))) {
      for (let unit = run.index; unit < run.index + run[0].length; unit++) table[unit]! |= flags
    }
  }
  mark(SPACE, '\\t-\\r\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000')
  markProperty(LETTER, 'L')
  markProperty(LOWER, 'Ll')
  markProperty(UPPER, 'Lu')
  mark(ALPHA, cased)
  for (let unit = 0; unit < table.length; unit++) if (!(table[unit]! & ALPHA)) table[unit]! &= ~(LOWER | UPPER)
  mark(ALPHA | LOWER | UPPER, uncased)
  mark(DIGIT | STOPPABLE, '0-9')
  mark(PREFIX, `§%=—–+${currency}`)
  mark(PREFIX | SUFFIX | STOPPABLE, punctuation + quotes)
  mark(SUFFIX, '—–')
  mark(QUOTE, quotes)
  mark(STOPPABLE, '%²\\-+|(?:)')
  mark(STOP, '.')
  mark(INFIX, '.…+\\-*\\^,–—~:<>=\\/')
  mark(SYMBOL, symbols)
  mark(SURROGATE, '\\uD800-\\uDFFF')
  markProperty(ICON | PREFIX | SUFFIX | INFIX, 'So')
  for (let unit = 0; unit < table.length; unit++) if (table[unit]! & LOWER) table[unit]! |= STOPPABLE
  return table
}

function* range(from: number, to: number): Generator<number> {
  for (let unit = from; unit < to; unit++) yield unit
}

/** Ranges of code points, in hexadecimal. */
const astralSymbols =
  '10A56 10A57 10F55-10F59 10F86-10F89 11047 11048 110BE-110C1 11141-11143 111C5 111C6 111CD 111DE 111DF 11238 ' +
  '11239 1123B 1123C 112A9 1144B 1144C 115C2 115C3 115C9-115D7 11641 11642 1173C-1173E 11944 11946 11A42 11A43 ' +
  '11A9B 11A9C 11C41 11C42 11EF7 11EF8 11F43 11F44 16A6E 16A6F 16AF5 16B37 16B38 16B44 16E98 1BC9F 1DA88'
const astralSymbol = new RegExp(`[${astralSymbols.replace(/[0-9A-F]+/g, '\\u{$&}').replaceAll(' ', '')}]`, 'u')
const astralIdeograph = /[\u{20000}-\u{2EBEF}\u{2F800}-\u{2FA1F}\u{1EE00}-\u{1EEBB}]/u

/** The flags of a character outside the basic plane. Rare in text, so it may cost a regular expression. */
export function astralFlags(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  let flags = 0
  if (/\p{L}/u.test(character)) flags |= LETTER
  if (/\p{So}/u.test(character)) flags |= ICON | PREFIX | SUFFIX | INFIX
  if (astralIdeograph.test(character)) flags |= ALPHA | LOWER | UPPER | STOPPABLE
  if (astralSymbol.test(character)) flags |= SYMBOL
  return flags
}
