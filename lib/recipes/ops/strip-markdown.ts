import { stripMarkdown as strip } from '../../text/markdown-marks.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** The marks of bold, italics and links off. `quirks` decides between the original's rule and a careful one. */
export const stripMarkdown = operation({
  name: 'strip_markdown',
  params: z.strictObject({}),
  apply: (draft, _params, { quirks }) => ({ ...draft, text: strip(draft.text, quirks) }),
})
