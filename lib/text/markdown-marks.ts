/**
 * `text` without the marks of bold, italics and links, line by line.
 *
 * `compat` is what Nemotron-CC does (Curator 1e2e427): every pair of `**`, `*` or `_` goes, also in `snake_case_name` and `2*3*4`,
 * and of a link its address stays. `safe` takes marks only where Markdown has them, at the edges of words, and keeps
 * a link's text.
 */
export function stripMarkdown(text: string, how: 'compat' | 'safe'): string {
  return text.split('\n').map(how === 'compat' ? allPairs : marksOnly).join('\n')
}

function allPairs(line: string): string {
  const plain = line.replace(/\*\*(.*?)\*\*/gs, '$1').replace(/\*(.*?)\*/gs, '$1').replace(/_(.*?)_/gs, '$1')
  return addresses(plain)
}

/** As replacing `\[.*?\]\((.*?)\)` by its group, which takes cubic time on a model that repeats `[a](` for ever. */
function addresses(line: string): string {
  let done = ''
  let at = 0
  for (;;) {
    const open = line.indexOf('[', at)
    const middle = open < 0 ? -1 : line.indexOf('](', open + 1)
    const close = middle < 0 ? -1 : line.indexOf(')', middle + 2)
    if (close < 0) return done + line.slice(at)
    done += line.slice(at, open) + line.slice(middle + 2, close)
    at = close + 1
  }
}

function marksOnly(line: string): string {
  return line
    .replace(/!?\[([^[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)/g, '$1')
    .replace(/(?<![\w*])\*\*(?=[^\s*])(.*?[^\s*])\*\*(?![\w*])/gs, '$1')
    .replace(/(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])/g, '$1')
    .replace(/(?<!\w)_(?=[^\s_])([^_]*[^\s_])_(?!\w)/g, '$1')
}
