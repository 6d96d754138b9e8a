import { callsOf, stripBlanks } from '../../text/prox/program.ts'
import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/**
 * Do what ProX's document refiner says: drop the document where the program holds `drop` anywhere, else keep it as it is.
 * Counts `documents`, of these `documents_dropped`, and programs without a call (`programs_unparsed`).
 */
export const proxDocument = operation({
  name: 'prox_document',
  params: z.strictObject({}),
  gives: () => ['doc_program'],
  apply(draft, _params, { source, count }) {
    const program = stripBlanks(draft.text)
    count('documents')
    if (!callsOf(program).some((name) => name === 'drop_doc' || name === 'keep_doc')) count('programs_unparsed')
    if (program.includes('drop')) {
      count('documents_dropped')
      throw new Unwanted('dropped_by_refiner', program)
    }
    return { ...draft, text: source, slots: { ...draft.slots, doc_program: program } }
  },
})
