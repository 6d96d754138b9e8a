/** What a ProX refiner is asked to do. */
export type RefinerKind = 'refine_document' | 'refine_lines'

/** Numbered lines between tags, whatever chat template is around them. */
const CHUNK = /\[doc\]\n(\[\d{3,}\][^]*)\n\[\/doc\]/
/** The system sentence of the released refiners in Llama 2's template, which is all that marks a document as one to judge. */
const DOCUMENT = /^\[INST\] <<SYS>>\nYou are a helpful, respectful and honest assistant\.\n<<\/SYS>>\n\n/
const END_OF_TURN = / \[\/INST\]$/

const LINE = /^\[(\d{3,})\](.*)$/
const FENCE = /^\s*(?:```|~~~)/
const BARE_URL = /^\s*(?:[-*+]\s+)?<?(?:https?:\/\/|www\.)\S+\s*$/
const COMMENT = /^\s*<!--.*-->\s*$/
const IMAGE = /^\s*!\[[^[\]]*\]\([^()]*\)\s*$/
const SHORTCODE = /^\s*\{[{%]<?[^{}]*>?[%}]\}\s*$/
const IMPORT = /^import\s.+\sfrom\s+['"][^'"]+['"];?\s*$/
/** Menus: three or more short labels with signs between them. */
const MENU = /^\s*[^|»>•·]{1,24}(?:\s*[|»•·]\s*[^|»>•·]{1,24}){2,}\s*$/
const FOOTER = new RegExp(
  [
    '^\\W*(?:copyright\\s*(?:©|&copy;|\\(c\\)|\\d{4})|©|\\(c\\) \\d{4}|all rights reserved|(?:we|this (?:web)?site) uses? cookies|accept (?:all )?cookies|privacy policy\\W*$|',
    'terms of (?:use|service)\\W*$|subscribe to (?:our|the|my)\\b|sign up for (?:our|the)\\b|follow us\\b|share (?:this|on)\\b|tweet this|',
    'skip to (?:main )?content|back to (?:the )?top|read more\\W*$|log ?in\\W*$|menu\\W*$|advertisement\\W*$|leave a (?:comment|reply)|',
    'this is a stub\\b|help our community expand it|this quick style guide will help|originally posted on\\b)',
  ].join(''),
  'i',
)
const MARKUP = [BARE_URL, COMMENT, IMAGE, SHORTCODE, IMPORT, MENU]
const TAGS = /<\/?[A-Za-z][^<>]*>/g
const INLINE_URL = /https?:\/\/[^\s,=()<>[\]"'`|]{12,}(?=\s)/

/** Longest document that is judged, in UTF-16 units. */
const JUDGED = 64_000
/** A document with fewer words than this outside code and boilerplate is not worth keeping. */
const LEAST_WORDS = 40
/** Most lines of a kept document that may be boilerplate. */
const MOST_NOISE = 0.6
/** UTF-16 units a token of a program, cautious: figures and addresses are dense. */
const CHARS_A_TOKEN = 1.8

/** What a ProX refiner is asked about; null for any other prompt. */
export function refinerTask(user: string): { readonly kind: RefinerKind; readonly document: string } | null {
  const chunk = CHUNK.exec(user)
  if (chunk) return { kind: 'refine_lines', document: chunk[1]! }
  const head = DOCUMENT.exec(user)
  return head ? { kind: 'refine_document', document: user.slice(head[0].length).replace(END_OF_TURN, '') } : null
}

/** The program that a refiner would write: by rules for menus, footers, notices of cookies, lone addresses, images and comments. */
export function refinerProgram(kind: RefinerKind, document: string, maxTokens: number | null): string {
  return kind === 'refine_document' ? verdict(document) : lineProgram(document, Math.floor((maxTokens ?? Infinity) * CHARS_A_TOKEN))
}

function verdict(document: string): string {
  const lines = document.slice(0, JUDGED).split('\n')
  const noise = noiseIn(lines)
  let words = 0
  let full = 0
  let noisy = 0
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    full++
    if (noise[i] === 'noise') noisy++
    if (noise[i] === 'text') words += wordsIn(line)
  }
  return words >= LEAST_WORDS && noisy <= full * MOST_NOISE ? 'keep_doc()' : 'drop_doc()'
}

/** Scripts without blanks have about two characters a word. */
function wordsIn(line: string): number {
  const dense = line.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0
  return dense / 2 + line.split(/\s+/).filter((word) => /\p{L}{2}/u.test(word)).length
}

function lineProgram(chunk: string, maxChars: number): string {
  const numbered = chunk.split('\n').flatMap((line) => LINE.exec(line)?.slice(1, 3) as [string, string] | undefined ?? [])
  const lines = numbered.filter((_, i) => i % 2 === 1)
  const first = Number(numbered[0] ?? 0)
  const noise = noiseIn(lines)
  const calls: string[] = []
  for (let start = 0; start < lines.length; start++) {
    if (noise[start] !== 'noise') continue
    let end = start
    for (let i = start; i < lines.length && (noise[i] === 'noise' || lines[i]!.trim() === ''); i++) if (noise[i] === 'noise') end = i
    calls.push(`remove_lines(start=${first + start}, end=${first + end})`)
    start = end
  }
  for (const [i, line] of lines.entries()) {
    const url = noise[i] === 'text' ? INLINE_URL.exec(line)?.[0] : undefined
    if (url) calls.push(`normalize(source_str="${url}", target_str="")`)
  }
  let length = 0
  const fitting = calls.filter((call) => (length += call.length + 1) <= maxChars)
  return fitting.length === 0 ? 'keep_chunk()' : fitting.join('\n')
}

/** `code` is neither text nor noise: it stays where it is and makes no document worth keeping. */
function noiseIn(lines: readonly string[]): ('text' | 'noise' | 'code')[] {
  const frontMatter = /^---\s*$/.test(lines[0] ?? '') ? lines.findIndex((line, i) => i > 0 && /^---\s*$/.test(line)) : -1
  let code = false
  return lines.map((line, i) => {
    if (i <= frontMatter) return 'noise'
    if (FENCE.test(line)) {
      code = !code
      return 'code'
    }
    if (code) return 'code'
    const noise = MARKUP.some((pattern) => pattern.test(line)) || FOOTER.test(line.replace(TAGS, ''))
    return noise ? 'noise' : 'text'
  })
}
