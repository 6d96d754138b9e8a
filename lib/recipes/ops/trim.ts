import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** White space off both ends: what is done to a reply unless a recipe says otherwise. */
export const trim = operation({
  name: 'trim',
  params: z.strictObject({}),
  apply: (draft) => ({ ...draft, text: draft.text.trim() }),
})
