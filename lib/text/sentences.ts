/** A sentence's place in its text: `text.slice(start, end)`, blanks trimmed. */
export interface Span {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** Marks that end a sentence wherever they stand: CJK full stops, and the Devanagari danda. */
const HARD_ENDS = new Set('。！？｡।॥')
/** What may still belong to the sentence after its mark. */
const CLOSERS = new Set('"\'”’»)]}）】」』〉》*_')
const QUOTES = new Set([...CLOSERS, ...'(“‘«¿¡'])
/** Words whose full stop ends no sentence, lower case. English, German, French, Spanish, Russian. */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof sr jr st gen col sgt capt lt rev hon pres gov sen rep vs cf viz e.g i.e al approx ca
    fig figs eq eqs sec ch vol pp ed eds inc ltd corp dept univ est u.s u.k u.n jan feb mar apr jun jul
    aug sept sep oct nov dec z.b d.h bzw usw nr abb vgl ggf u.a hr fr mme mlle p.ex env sra ud т.е т.д т.п
    т.к др пр стр см рис г гг им ул`.split(/\s+/),
)
/** These are followed by a number: `No. 5`, but `I said no.` */
const BEFORE_NUMBER = new Set(['no', 'nos', 'art', 'para', 'p', 'n', 'т', 'с', 'ст', 'гл'])
const STARTS_BLOCK = /^[^\S\n]*(?:#{1,6}\s|[-*+•‣▪·–]\s|\d{1,3}[.)]\s|>|\||```|~~~)/
const HEADING = /^[^\S\n]*#{1,6}\s/
const WRAP_WITHOUT_BLANK =
  /(?<=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}、，])[^\S\n]*\n\s*(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])/gu
const MARK = /[.!?…‼⁇⁈⁉؟۔。！？｡।॥\n]/g
/** A line at least this long was wrapped by an editor rather than ended by its writer. */
const WRAP_COLUMN = 50

/** Sentences of `text` in order, blanks trimmed, none empty. Line breaks inside a wrapped sentence become one blank. */
export function splitSentences(text: string): string[] {
  return sentenceSpans(text).map(({ start, end }) => unwrap(text.slice(start, end)))
}

/**
 * Places of the sentences of `text`. Headings, list items and table rows stand alone. Works for any script that ends
 * sentences with a mark; where there is none (Thai), a line is a sentence. Linear in the length.
 */
export function sentenceSpans(text: string): Span[] {
  const spans: Span[] = []
  let start = 0
  const close = (end: number) => {
    const span = trimmed(text, start, end)
    if (span) spans.push(span)
    start = end
  }
  MARK.lastIndex = 0
  for (const match of text.matchAll(MARK)) {
    const at = match.index
    if (at < start) continue
    if (match[0] === '\n') {
      if (endsAtLineBreak(text, at)) close(at + 1)
    } else {
      const end = endOfMark(text, at)
      if (end !== null) close(end)
    }
  }
  close(text.length)
  return spans
}

/** Where the sentence that a mark at `at` may end is over, or null when it goes on. */
function endOfMark(text: string, at: number): number | null {
  let end = at + 1
  while (end < text.length && isMark(text[end])) end++
  const hard = HARD_ENDS.has(text[end - 1] ?? '')
  while (end < text.length && CLOSERS.has(text[end] ?? '')) end++
  const next = text[end]
  if (next === undefined || hard) return end
  if (!isBlank(next)) return null
  const rest = nextVisible(text, end)
  // `wait... what`, `Yahoo! is`: a sentence begins with no small letter, in the scripts that have them.
  if (/\p{Ll}/u.test(rest)) return null
  return text[at] === '.' && isAbbreviation(text, at, rest) ? null : end
}

function isAbbreviation(text: string, dot: number, next: string): boolean {
  const before = text.slice(Math.max(0, dot - 24), dot)
  const word = /[\p{L}\p{N}.]+$/u.exec(before)?.[0] ?? ''
  if (word === '') return false
  const lower = word.toLowerCase()
  if (ABBREVIATIONS.has(lower)) return true
  if (BEFORE_NUMBER.has(lower)) return /\p{N}/u.test(next)
  // Initials (`J. Smith`) and the number of a list item (`3. Open the lid`).
  if (/^\p{Lu}$/u.test(word)) return word !== 'I'
  return /^\d{1,3}$/.test(word) && /(?:^|\n)[\s#>*-]*$/.test(before.slice(0, -word.length))
}

/** Does the line break at `at` end a sentence, or was the line only wrapped? */
function endsAtLineBreak(text: string, at: number): boolean {
  const line = text.slice(at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1, at)
  const following = text.slice(at + 1, at + 80)
  if (line.trim() === '' || /^[^\S\n]*(?:\n|$)/.test(following)) return true
  if (HEADING.test(line) || STARTS_BLOCK.test(following)) return true
  if (line.trim().length >= WRAP_COLUMN) return false
  return !/^\s*\p{Ll}/u.test(following)
}

function trimmed(text: string, from: number, to: number): Span | null {
  let start = from
  let end = to
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return start < end ? { start, end } : null
}

/** Join wrapped lines: with a blank, or with nothing between two characters of a script that writes none. */
function unwrap(sentence: string): string {
  return sentence.includes('\n')
    ? sentence
        .replace(WRAP_WITHOUT_BLANK, '')
        .replace(/[^\S\n]*\n\s*/g, ' ')
    : sentence
}

function nextVisible(text: string, from: number): string {
  let at = from
  while (at < text.length && (isBlank(text[at]) || QUOTES.has(text[at] ?? ''))) at++
  return String.fromCodePoint(text.codePointAt(at) ?? 0x20)
}

function isMark(char: string | undefined): boolean {
  return char !== undefined && char !== '\n' && /[.!?…‼⁇⁈⁉؟۔。！？｡।॥]/.test(char)
}

function isBlank(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char)
}
