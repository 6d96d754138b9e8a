import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** Lines that are one of `lines` and nothing else go, such as a model's own headings. `compat`: blanks around them count. */
export const dropLines = operation({
  name: 'drop_lines',
  params: z.strictObject({ lines: z.array(z.string().min(1)).min(1) }),
  apply(draft, { lines }, { quirks }) {
    const kept = draft.text.split('\n').filter((line) => !lines.includes(quirks === 'compat' ? line : line.trim()))
    return { ...draft, text: kept.join('\n').trim() }
  },
})
