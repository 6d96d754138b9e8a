import { executeProgram } from '../../text/prox/execute.ts'
import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/**
 * Run ProX's chunk program on the source. Counts `documents` by what became of them (`documents_refined`, ...) and by the
 * mistakes in their programs (`documents_with_errors_0`, `_1`, ... `_5_or_more`), mistakes by kind (`errors_range`, ...), and words before and after.
 */
export const proxExecute = operation({
  name: 'prox_execute',
  params: z.strictObject({
    threshold1: z.number().min(0).max(1).optional(),
    threshold2: z.number().min(0).max(1).optional(),
    errorOp: z.number().int().positive().optional(),
  }),
  gives: () => ['chunk_program'],
  apply(draft, limits, { source, quirks, count }) {
    const program = draft.text
    const { text, outcome, errors, wordsBefore, wordsAfter } = executeProgram(program, source, quirks, limits)
    count('documents')
    count(`documents_${outcome}`)
    count(`documents_with_errors_${errors.length < 5 ? errors.length : '5_or_more'}`)
    for (const kind of errors) count(`errors_${kind}`)
    count('words_before', wordsBefore)
    count('words_after', wordsAfter)
    if (text === '') throw new Unwanted(outcome, program)
    return { ...draft, text, slots: { ...draft.slots, chunk_program: program } }
  },
})
