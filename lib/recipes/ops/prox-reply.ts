import { callsOf, stripBlanks } from '../../text/prox/program.ts'
import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/**
 * A chunk's part of ProX's program: the reply without the blanks around it. Counts `replies`, those that call no function
 * (`replies_unparsed`), the calls of each function, and `replies_empty`: also chunks that were not asked about.
 */
export const proxReply = operation({
  name: 'prox_reply',
  params: z.strictObject({}),
  apply(draft, _params, { count }) {
    const program = stripBlanks(draft.text)
    const calls = callsOf(program)
    if (program === '') count('replies_empty')
    else count('replies')
    if (program !== '' && calls.length === 0) count('replies_unparsed')
    for (const name of calls) count(`calls_${name}`)
    return { ...draft, text: program }
  },
})
