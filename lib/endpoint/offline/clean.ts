/** A document without its markup: what a reader of the page would read. */
export interface CleanDocument {
  /** From front matter or the first heading, null where there is none. */
  readonly title: string | null
  readonly blocks: readonly Block[]
}

export interface Block {
  readonly kind: 'heading' | 'prose' | 'item' | 'code'
  readonly text: string
}

/** Longest beginning of a document that is looked at, in UTF-16 units: bounds the time for any input. */
const ANALYSED = 64_000
const FRONT_MATTER = /^\uFEFF?---[^\S\n]*\n([^]{0,8000}?)\n---[^\S\n]*(?:\n|$)/
/** A tag that goes on over the next lines, as page components do. */
const OPEN_TAG = /^\s*<[A-Za-z][^<>]*$/
/** Lines after which such a tag is taken to have been none. */
const LONGEST_TAG = 60
const FENCE = /^[^\S\n]{0,3}(?:```|~~~)/
const HEADING = /^[^\S\n]{0,3}(#{1,6})[^\S\n]+(.*?)[^\S\n]*#*$/
const ITEM = /^[^\S\n]*(?:[-*+•‣▪·–]|\d{1,3}[.)])[^\S\n]+(.*)$/
/** Lines that belong to the page, not to the text. */
const BOILERPLATE = new RegExp(
  [
    '^(?:share|tweet|print|e-?mail this|subscribe|sign up|log ?in|menu|skip to|back to top|read more|learn more|',
    'click here|advertisement|sponsored|accept (?:all )?cookies|we use cookies|all rights reserved|copyright|©|',
    'table of contents|this is a stub|help our community expand|this quick style guide|please add any articles|the article goes here|',
    'more information:?$|follow us|comments?$|related (?:posts|articles)|(?:next|previous)(?: page)?$|',
    'import [\\w{}*, ]+ from ["\'])',
  ].join(''),
  'i',
)
/** What is left of page components and data: attributes, object members, brackets. */
const LEFTOVER =
  /^(?:<\/?[A-Za-z]|\{[\w"]+:|[\w-]+=[{"']|["']?[\w-]+["']?:\s*(?:["'{[]|true\b|false\b)|[{}[\]()<>/;,|=\s]*$|\{[#:/])/
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ldquo: '“', rdquo: '”', lsquo: '‘', rsquo: '’',
  mdash: '—', ndash: '–', hellip: '…',
}

/** Take Markdown, HTML, page components and boilerplate off `text`. Linear; looks at the first 64,000 characters. */
export function cleanDocument(text: string): CleanDocument {
  const source = text.slice(0, ANALYSED).replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  const front = FRONT_MATTER.exec(source)
  const blocks: Block[] = []
  const body = source.slice(front?.[0].length ?? 0)
  const summary = front ? field(front[1] ?? '', 'summary|description|deck') : null
  // Often the first lines of the page again, cut off: only a whole sentence of its own is worth having.
  if (summary && /[.!?。！？]["'”’]?$/.test(summary) && !body.includes(summary.slice(0, 40))) {
    blocks.push({ kind: 'prose', text: summary })
  }
  addBody(body, blocks)
  const heading = blocks.find((block) => block.kind === 'heading')
  return { title: (front && field(front[1] ?? '', 'title')) ?? heading?.text ?? null, blocks }
}

function addBody(body: string, blocks: Block[]): void {
  let paragraph: string[] = []
  let code: string[] | null = null
  let listed = false
  let tagLines = 0
  const flush = () => {
    const text = paragraph.join('\n').trim()
    paragraph = []
    if (text !== '') blocks.push({ kind: listed ? 'item' : looksLikeHeading(text) ? 'heading' : 'prose', text })
    listed = false
  }
  for (const raw of withoutComments(body).split('\n')) {
    if (FENCE.test(raw)) {
      if (code) blocks.push({ kind: 'code', text: code.join('\n') })
      else flush()
      code = code ? null : []
      continue
    }
    if (code) {
      code.push(raw)
      continue
    }
    const line = raw.trimEnd()
    if (tagLines > 0 || OPEN_TAG.test(line)) {
      tagLines = line.endsWith('>') ? 0 : tagLines === 0 ? LONGEST_TAG : tagLines - 1
      continue
    }
    const heading = HEADING.exec(line)
    const item = ITEM.exec(line)
    const text = inline(heading?.[2] ?? item?.[1] ?? line.replace(/^\s*>+\s?/, ''))
    if (heading || item || text === '') flush()
    if (text === '' || isJunk(text)) continue
    if (heading) blocks.push({ kind: 'heading', text })
    else {
      listed ||= item !== null
      paragraph.push(text)
    }
  }
  flush()
  // A fence that is never closed: the rest was code, unless the whole document hung on it.
  if (code && code.length > 0) blocks.push({ kind: 'code', text: code.join('\n') })
}

/** One line without inline markup, tags, links and page directives. */
function inline(line: string): string {
  return line
    .replace(/\{\{[<%][^{}]*[>%]\}\}|\{%[^{}]*%\}|\{#[\w-]+\}|\[\[[^[\]]*\]\]/g, '')
    .replace(/!\[[^[\]]*\]\([^()\s]*(?:\s[^()]*)?\)/g, '')
    .replace(/\[([^[\]]+)\]\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '$1')
    .replace(/\[([^[\]]+)\]\[[^[\]]*\]/g, '$1')
    .replace(/<(https?:[^<>\s]*)>/g, '$1')
    .replace(/<\/?[A-Za-z!][^<>]*>/g, ' ')
    .replace(/&([a-z]{2,6});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/&#(\d{2,5});/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/(\*\*|__)(?=\S)([^*_]*\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_(?=[^\s_])([^_]*[^\s_])_(?![\w_])/g, '$1')
    .replace(/`+([^`]*)`+/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!<>])/g, '$1')
    .replace(/[^\S\n]{2,}/g, ' ')
    .trim()
    .replace(/\s+([.,](?:\s|$))/g, '$1')
}

function isJunk(text: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(text)) return true
  if (/^(?:https?:\/\/|www\.)\S+$/.test(text) || /^\[[^[\]]+\]:\s/.test(text) || /^\|.*\|$/.test(text)) return true
  return BOILERPLATE.test(text) || LEFTOVER.test(text)
}

/** A short line alone that no mark ends, in a page without heading marks. */
function looksLikeHeading(text: string): boolean {
  if (text.length > 70 || text.includes('\n') || text.split(' ').length > 10) return false
  return !/[.!?…:;,。！？：；，؟]["'”’»)\]]*$/.test(text)
}

function withoutComments(text: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('<!--', at)
    const close = open < 0 ? -1 : text.indexOf('-->', open + 4)
    if (close < 0) return out + text.slice(at)
    out += text.slice(at, open)
    at = close + 3
  }
}

function field(frontMatter: string, names: string): string | null {
  const value = new RegExp(`^(?:${names}):[^\\S\\n]*(\\S.*)$`, 'm').exec(frontMatter)?.[1]?.trim() ?? ''
  const unquoted = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value
  return /[\p{L}\p{N}]/u.test(unquoted) ? inline(unquoted) : null
}
