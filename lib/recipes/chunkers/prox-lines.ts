import { proxLines } from '../../text/prox/lines.ts'
import { z } from '../../validate.ts'
import { chunker } from '../chunker.ts'
import { DOCUMENT_SLOT, placesOf, render } from '../template.ts'

/**
 * Numbered lines of at most `maxTokens` tokens, as ProX's chunk refiner is shown them. A chunk whose prompt and reply do not fit
 * `contextTokens` together is not asked about, so its lines stay as they are.
 */
export const proxLinesChunker = chunker({
  name: 'prox_lines',
  params: z.strictObject({ maxTokens: z.number().int().positive(), contextTokens: z.number().int().positive().optional() }),
  cut(text, { maxTokens, contextTokens = Infinity }, { tokens, template, maxTokens: replyTokens }) {
    const room = contextTokens - (replyTokens ?? 0)
    const names = placesOf(template)
    const promptTokens = (chunk: string): number => {
      const slots = Object.fromEntries(names.map((name) => [name, name === DOCUMENT_SLOT ? chunk : '']))
      return tokens.countWithSpecials(render(template, slots))
    }
    return proxLines(text, maxTokens, (line) => tokens.countWithSpecials(line))
      .map((chunk) => (promptTokens(chunk) > room ? { text: chunk, skip: true } : { text: chunk }))
  },
})
