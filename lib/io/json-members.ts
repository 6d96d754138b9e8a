/**
 * The members of a JSON object with the text of their values as it stands in the source: numbers keep every digit.
 * `source` must be valid JSON with an object at its top, and the last of equal names counts, as in JSON.parse.
 */
export function rawMembers(source: string): Map<string, string> {
  const members = new Map<string, string>()
  let at = source.indexOf('{') + 1
  for (;;) {
    at = source.indexOf('"', at)
    if (at === -1) return members
    const nameEnd = stringEnd(source, at)
    const name = JSON.parse(source.slice(at, nameEnd)) as string
    const start = source.indexOf(':', nameEnd) + 1
    at = valueEnd(source, start)
    members.set(name, source.slice(start, at).trim())
  }
}

/** Exclusive end of the value that starts at `at`: the comma or brace behind it. */
function valueEnd(source: string, at: number): number {
  let depth = 0
  for (; at < source.length; at++) {
    const char = source.charCodeAt(at)
    if (char === 0x22) at = stringEnd(source, at) - 1
    else if (char === 0x7b || char === 0x5b) depth++
    else if (char === 0x7d || char === 0x5d) {
      if (depth === 0) return at
      depth--
    } else if (char === 0x2c && depth === 0) return at
  }
  return at
}

/** Behind the closing quote of the string that opens at `open`. */
function stringEnd(source: string, open: number): number {
  for (let quote = source.indexOf('"', open + 1); ; quote = source.indexOf('"', quote + 1)) {
    let slashes = 0
    while (source.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return quote + 1
  }
}
