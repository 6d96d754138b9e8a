/** `{{ slot }}` with optional blanks, or `[[DOCUMENT]]`, the name that datatrove gives the document. */
const PLACE = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}|\[\[DOCUMENT\]\]/g

/** Slot that holds the document itself. */
export const DOCUMENT_SLOT = 'text'

/** Names of the slots that `template` has places for, each once, in order of appearance. */
export function placesOf(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(PLACE), (match) => match[1] ?? DOCUMENT_SLOT))]
}

/**
 * Fill the places of `template`. One pass: text that was inserted is never searched for places, so a document about
 * templates stays as it is. Braces that form no place stay too.
 * @throws RangeError naming the slot that has a place but no value
 */
export function render(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replace(PLACE, (place: string, name: string | undefined) => {
    const slot = name ?? DOCUMENT_SLOT
    const value = Object.hasOwn(slots, slot) ? slots[slot] : undefined
    if (value === undefined) {
      throw new RangeError(`no value for ${place}; known slots: ${Object.keys(slots).join(', ')}`)
    }
    return value
  })
}
