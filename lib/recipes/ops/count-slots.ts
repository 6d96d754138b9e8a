import { z } from '../../validate.ts'
import { operation } from '../operation.ts'

/** Counts which combination of values these slots had: how a grid of them is covered. Changes nothing. */
export const countSlots = operation({
  name: 'count_slots',
  params: z.strictObject({ slots: z.array(z.string()).min(1) }),
  apply(draft, { slots }, { count }) {
    count(slots.map((slot) => draft.slots[slot] ?? '').join(' | '))
    return draft
  },
})
