import { astralFlags, charFlags, DIGIT, LETTER, LOWER, SURROGATE } from './char-class.ts'

const hyphen = 45
const dot = 46
const slash = 47
const zero = 48
const colon = 58
const question = 63
const at = 64
const hash = 35
const underscore = 95

/** How many `user@` ends are tried before a word counts as no address: bounds the time on a megabyte of `@`. */
const maxAts = 8

/**
 * Whether `text[start, end)`, which holds no space, is an address as a whole and so one word:
 * `[scheme://][user[:password]@]host.tld[:port][/path]`. By the rules of spaCy's URL_PATTERN
 * (spacy/lang/tokenizer_exceptions.py), in linear time; bare IP addresses are left out (they split nowhere else).
 */
export function isUrlLike(text: string, start: number, end: number): boolean {
  if (isHost(text, start, end)) return true
  const rest = afterScheme(text, start, end)
  if (rest !== start && isHost(text, rest, end)) return true
  let ats = 0
  for (let sign = start + 1; sign < end && ats < maxAts; sign++) {
    if (text.charCodeAt(sign) !== at) continue
    ats++
    if (isHost(text, sign + 1, end)) return true
  }
  return false
}

/** Where the text goes on after `scheme://`, else `start`. */
function afterScheme(text: string, start: number, end: number): number {
  for (let i = start; i + 2 < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit === colon) {
      return i - start >= 2 && text.charCodeAt(i + 1) === slash && text.charCodeAt(i + 2) === slash ? i + 3 : start
    }
    if (!isWordUnit(text, i) && !'_-.+'.includes(text.charAt(i))) return start
  }
  return start
}

/** A letter or digit, also outside the basic plane. */
function isWordUnit(text: string, at: number): boolean {
  const flags = charFlags[text.charCodeAt(at)]!
  if (!(flags & SURROGATE)) return (flags & (LETTER | DIGIT)) !== 0
  const isLow = (text.charCodeAt(at) & 0xfc00) === 0xdc00
  return (astralFlags(text.codePointAt(isLow ? at - 1 : at)!) & LETTER) !== 0
}

/** `label.label.tld`, then a port, then a path, up to `end`. */
function isHost(text: string, start: number, end: number): boolean {
  let labelStart = start
  let labels = 0
  let i = start
  for (; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit === dot) {
      if (!isWholeLabel(text, labelStart, i)) return false
      labels++
      labelStart = i + 1
    } else if (!isLabel(unit) && unit !== hyphen && unit !== underscore) break
  }
  const topLevel = i - labelStart
  if (labels === 0 || topLevel < 2 || topLevel > 63) return false
  for (let k = labelStart; k < i; k++) if (!(charFlags[text.charCodeAt(k)]! & LOWER)) return false
  if (i < end && text.charCodeAt(i) === colon) {
    const port = i + 1
    for (i = port; i < end && isDigit(text.charCodeAt(i)); i++);
    if (i - port < 2 || i - port > 5) return false
  }
  if (i === end) return true
  const unit = text.charCodeAt(i)
  return unit === slash || unit === question || unit === hash
}

function isWholeLabel(text: string, start: number, end: number): boolean {
  const length = end - start
  return length >= 1 && length <= 64 && isLabel(text.charCodeAt(start)) && isLabel(text.charCodeAt(end - 1))
}

function isLabel(unit: number): boolean {
  if (unit >= 0xa1) return !(charFlags[unit]! & SURROGATE)
  return isDigit(unit) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122)
}

function isDigit(unit: number): boolean {
  return unit >= zero && unit <= 57
}
