import { sentenceSpans } from '../text/sentences.ts'

/** A boundary that keeps less than this share of what may be sent wastes the document. */
const KEEP = 0.5

/**
 * The beginning of `text` in at most `maxChars` UTF-16 units, cut after the last paragraph, else line, else sentence
 * that ends in its second half, else between two code points. The text itself where it fits; trailing blanks of a cut
 * text are removed.
 */
export function cutDocument(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  // A unit beyond the limit, so that a boundary exactly at the limit is seen.
  const window = text.slice(0, maxChars + 1)
  const least = Math.floor(maxChars * KEEP)
  const end = lastParagraphEnd(window, least) ?? lastLineEnd(window, least) ?? lastSentenceEnd(window, least)
  return text.slice(0, end ?? codePointEnd(text, maxChars)).trimEnd()
}

function lastParagraphEnd(window: string, least: number): number | null {
  for (let at = window.lastIndexOf('\n'); at >= least && at > 0; at = window.lastIndexOf('\n', at - 1)) {
    const before = window.slice(0, at).trimEnd()
    if (window.slice(before.length, at).includes('\n')) return before.length >= least ? before.length : null
  }
  return null
}

function lastLineEnd(window: string, least: number): number | null {
  const at = window.lastIndexOf('\n')
  return at >= least && at > 0 ? at : null
}

function lastSentenceEnd(window: string, least: number): number | null {
  const spans = sentenceSpans(window.slice(least))
  // The last span is what the limit cut off, unless a blank after its mark shows that it was over.
  const whole = /\s$/.test(window) ? spans.at(-1) : spans.at(-2)
  return whole ? least + whole.end : null
}

function codePointEnd(text: string, at: number): number {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  const splits = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000
  return splits ? at - 1 : at
}
