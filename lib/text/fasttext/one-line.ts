/** What Python's str.splitlines splits at, the separators of ASCII included. */
// oxlint-disable-next-line no-control-regex
const LINE_END = /\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]/g

/**
 * `" ".join(text.strip().splitlines())` of Python, to the character: how DCLM prepares a document for its classifier.
 * Not `trim()`: Python strips U+001C to U+001F and U+0085, and leaves U+FEFF.
 */
export function oneLine(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isPythonSpace(text.charCodeAt(start))) start++
  while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end).replace(LINE_END, ' ')
}

/** str.isspace of one character; none is beyond the Basic Multilingual Plane. */
function isPythonSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  return (
    code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 ||
    code === 0x202f || code === 0x205f || code === 0x3000
  )
}
