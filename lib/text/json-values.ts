/** A reply holds one value, or a list of some; a text that opens more brackets than this in vain is no reply. */
const MOST_TRIES = 200

/**
 * The JSON objects and arrays in `text`, in order, whatever stands around them (prose, code fences). One that never ends
 * gives those inside it that do. Two mistakes that models make are mended: commas before a closing bracket, and line
 * ends or tabs inside strings.
 */
export function jsonValues(text: string): unknown[] {
  const values: unknown[] = []
  let tries = 0
  for (let at = nextOpening(text, 0); at >= 0 && tries++ < MOST_TRIES;) {
    const end = endOf(text, at)
    const value = end < 0 ? undefined : parsed(text.slice(at, end))
    if (value !== undefined) values.push(value)
    at = nextOpening(text, value === undefined ? at + 1 : end)
  }
  return values
}

function nextOpening(text: string, from: number): number {
  const at = text.slice(from).search(/[{[]/)
  return at < 0 ? -1 : from + at
}

/** Behind the bracket that closes the one at `start`, -1 where there is none. */
function endOf(text: string, start: number): number {
  let depth = 0
  let quoted = false
  for (let i = start; i < text.length; i++) {
    const c = text[i]
    if (quoted) {
      if (c === '\\') i++
      else if (c === '"') quoted = false
    } else if (c === '"') quoted = true
    else if (c === '{' || c === '[') depth++
    else if ((c === '}' || c === ']') && --depth === 0) return i + 1
  }
  return -1
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    try {
      return JSON.parse(mended(json)) as unknown
    } catch {
      return undefined
    }
  }
}

/** Strings and what stands between them, one after the other. */
const TOKENS = /"(?:[^"\\]|\\[^])*"|[^"]+|"/g
const CONTROLS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function mended(json: string): string {
  const between = json.replace(TOKENS, (token) => (token.startsWith('"') ? token.replace(/[\n\r\t]/g, (c) => CONTROLS[c]!) : token))
  // A comma inside a string that stands before a bracket there is rarer than the mistake, and costs a comma.
  return between.replace(/,(\s*[}\]])/g, '$1')
}
