import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** The source itself, whatever the reply: for steps that write source text, or only fill slots. */
export const source = operation({
  name: 'source',
  params: z.strictObject({}),
  apply: (draft, _params, { source: text }) => ({ ...draft, text }),
})
