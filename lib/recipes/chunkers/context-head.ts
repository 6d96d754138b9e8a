import { z } from '../../validate.ts'
import { chunker, type ChunkAbout } from '../chunker.ts'

/** As they are written in a template. */
const PLACE = /\{\{\s*text\s*\}\}|\[\[DOCUMENT\]\]/g

const params = z.strictObject({ context: z.number().int().positive(), charsPerToken: z.number().positive() })

/**
 * The beginning of a document, by datatrove's rule: prompt and document together have (context - max_tokens) x
 * `charsPerToken` characters (code points), and a longer document ends before the last line break in them. Where its first
 * line is longer than that, datatrove's prompt ends before the document; this one ends within the line.
 */
export const contextHead = chunker({
  name: 'context_head',
  params,
  problem(how, about) {
    if (budget(how, about) > 0) return null
    return `max_tokens ${about.maxTokens ?? 0} and the instruction leave no room for documents in context_head's ${how.context} tokens`
  },
  cut(text, how, about) {
    const window = beginning(text, Math.max(1, budget(how, about)))
    if (window.length === text.length) return [{ text }]
    const lines = window.lastIndexOf('\n')
    return [{ text: lines > 0 ? window.slice(0, lines) : window }]
  },
})

/** Characters for the document. */
function budget({ context, charsPerToken }: z.output<typeof params>, { template, maxTokens }: Pick<ChunkAbout, 'template' | 'maxTokens'>): number {
  return Math.floor((context - (maxTokens ?? 0)) * charsPerToken) - length(template.replaceAll(PLACE, ''))
}

function length(text: string): number {
  let points = 0
  for (const _ of text) points++
  return points
}

/** The first `most` code points. */
function beginning(text: string, most: number): string {
  if (text.length <= most) return text
  let end = 0
  for (let points = 0; points < most && end < text.length; points++) end += text.codePointAt(end)! > 0xffff ? 2 : 1
  return text.slice(0, end)
}
