import {
  ALPHA, astralFlags, charFlags, DIGIT, ICON, LOWER, PREFIX, QUOTE, STOPPABLE, SUFFIX, SURROGATE, UPPER,
} from './char-class.ts'

/**
 * What splits off a word: the prefix, suffix and infix rules of spaCy 3.8's English tokenizer
 * (spacy/lang/punctuation.py, spacy/lang/en/punctuation.py). All take a word as `text[start, end)` and see nothing
 * outside it; lengths are in UTF-16 units, 0 means no rule applies.
 */

const asterisk = 42
const plus = 43
const comma = 44
const hyphen = 45
const stop = 46
const slash = 47
const colon = 58
const lessThan = 60
const greaterThan = 62
const caret = 94
const tilde = 126
const degree = 0xb0
const enDash = 0x2013
const emDash = 0x2014
const ellipsis = 0x2026

/** Split off after a digit: `5km`, `5€`. The last entry is two units run together in the original. */
const units = new Set(
  (
    'km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft kg g mg µg t lb oz m/s km/h kmh mph ' +
    'hPa Pa ' +
    'mbar mb MB kb KB gb GB tb TB T G M K % км км² км³ м м² м³ дм дм² дм³ см см² см³ мм мм² мм³ нм кг г мг м/с км/ч ' +
    'кПа Па мбар Кб КБ кб Мб МБ мб Гб ГБ гб Тб ТБ كم² كم³ م م² م³ سم سم² سم³ مم مم² مم³ كم غرام جرام جم كغ ملغ ' +
    'كوب اكواب ' +
    '$ £ € ¥ ฿ US$ C$ A$ ₽ ﷼ ₴ ₠ ₡ ₢ ₣ ₤ ₥ ₦ ₧ ₨ ₩ ₪ ₫ ₭ ₮ ₯ ₰ ₱ ₲ ₳ ₵ ₶ ₷ ₸ ₹ ₺ ₻ ₼ ₾ ₿ + тбكم'
  ).split(' '),
)
const longestUnit = Math.max(...Array.from(units, (unit) => unit.length))

/** Length of what splits off the front. */
export function prefixLength(text: string, start: number, end: number): number {
  const unit = text.charCodeAt(start)
  const flags = charFlags[unit]!
  if (unit === plus) return start + 1 < end && charFlags[text.charCodeAt(start + 1)]! & DIGIT ? 0 : 1
  if (flags & PREFIX) return 1
  if (unit === stop) return runOfStops(text, start, end)
  if (flags & SURROGATE) return flagsAt(text, start, end) & ICON ? 2 : 0
  // US$, C$, A$
  if (unit === 85) return end - start > 2 && text.startsWith('US$', start) ? 3 : 0
  if (unit === 67 || unit === 65) return end - start > 1 && text.charCodeAt(start + 1) === 36 ? 2 : 0
  return 0
}

/** Length of what splits off the back: the longest that any rule takes. */
export function suffixLength(text: string, start: number, end: number): number {
  if (start >= end) return 0
  const unit = text.charCodeAt(end - 1)
  if (unit === stop) return stopLength(text, start, end)
  // 's
  if ((unit === 115 || unit === 83) && end - start > 1) {
    const before = text.charCodeAt(end - 2)
    if (before === 39 || before === 0x2019) return 2
  }
  if (unit === ellipsis) return end - start > 1 && text.charCodeAt(end - 2) === ellipsis ? 2 : 1
  const flags = charFlags[unit]!
  if (flags & SUFFIX) return 1
  if (flags & SURROGATE) return flagsBefore(text, start, end) & ICON ? 2 : 0
  for (let length = Math.min(longestUnit, end - start - 1); length > 0; length--) {
    if (charFlags[text.charCodeAt(end - length - 1)]! & DIGIT && units.has(text.slice(end - length, end))) return length
  }
  return 0
}

/** A full stop, or a run of them, at the back. */
function stopLength(text: string, start: number, end: number): number {
  let run = 1
  while (run < end - start && text.charCodeAt(end - run - 1) === stop) run++
  if (run > 1) return run
  const before = flagsBefore(text, start, end - 1)
  if (before & STOPPABLE) return 1
  if (!(before & UPPER)) return 0
  // Two capitals, or a unit of temperature.
  if (flagsBefore(text, start, end - 2) & UPPER) return 1
  return end - start > 2 && text.charCodeAt(end - 3) === degree && 'FCK'.includes(text.charAt(end - 2)) ? 1 : 0
}

/** Length of what splits at `at`, inside the word. */
export function infixLength(text: string, at: number, start: number, end: number): number {
  const unit = text.charCodeAt(at)
  if (unit === ellipsis) return 1
  const flags = flagsAt(text, at, end)
  if (flags & ICON) return charFlags[unit]! & SURROGATE ? 2 : 1
  if (unit === stop) {
    const run = runOfStops(text, at, end)
    if (run > 0) return run
  }
  if (at === start || at + 1 >= end) return 0
  const before = flagsBefore(text, start, at)
  const after = flagsAt(text, at + 1, end)
  switch (unit) {
    case stop:
      return before & (LOWER | QUOTE) && after & (UPPER | QUOTE) ? 1 : 0
    case comma:
      return before & after & ALPHA ? 1 : 0
    case plus:
    case asterisk:
    case caret:
      return isArithmetic(text, at, before, after) ? 1 : 0
    case hyphen:
      return isArithmetic(text, at, before, after) ? 1 : dashes(text, at, end, before, 3)
    case emDash:
      return dashes(text, at, end, before, 2)
    case enDash:
    case tilde:
      return dashes(text, at, end, before, 1)
  }
  const separates = unit === slash || unit === colon || (unit >= lessThan && unit <= greaterThan)
  return separates && before & (ALPHA | DIGIT) && after & ALPHA ? 1 : 0
}

function isArithmetic(text: string, at: number, before: number, after: number): boolean {
  return (before & DIGIT) !== 0 && ((after & DIGIT) !== 0 || text.charCodeAt(at + 1) === hyphen)
}

/** One to `most` equal dashes between a letter or digit and a letter. */
function dashes(text: string, at: number, end: number, before: number, most: number): number {
  if (!(before & (ALPHA | DIGIT))) return 0
  const unit = text.charCodeAt(at)
  for (let length = 1; length <= most && at + length < end; length++) {
    if (flagsAt(text, at + length, end) & ALPHA) return length
    if (text.charCodeAt(at + length) !== unit) return 0
  }
  return 0
}

/** Length of the run of two full stops or more at `at`, else 0. */
function runOfStops(text: string, at: number, end: number): number {
  let run = 1
  while (at + run < end && text.charCodeAt(at + run) === stop) run++
  return run > 1 ? run : 0
}

function flagsAt(text: string, at: number, end: number): number {
  const flags = charFlags[text.charCodeAt(at)]!
  return flags & SURROGATE && at + 1 < end ? astralFlags(text.codePointAt(at)!) : flags
}

/** Flags of the character that ends before `at`; 0 at the start. */
function flagsBefore(text: string, start: number, at: number): number {
  if (at <= start) return 0
  const flags = charFlags[text.charCodeAt(at - 1)]!
  return flags & SURROGATE && at - 2 >= start ? astralFlags(text.codePointAt(at - 2)!) : flags
}
