import type { Prompt, Sampling } from '../rows.ts'
import { cutDocument } from './cut.ts'
import { draw, drawSome } from './draw.ts'
import type { Step, Variant } from './recipe.ts'
import { DOCUMENT_SLOT, placesOf, render } from './template.ts'

/** What a step knows of a document: its text, the seed's id, and slots that are fixed from outside. */
export interface StepDocument {
  readonly text: string
  readonly id: string
  readonly slots: Readonly<Record<string, string>>
}

/** One prompt of one document, before it gets a model and a key. */
export interface ExpandedPrompt {
  readonly variant: Variant
  readonly prompt: Prompt
  /** The step's sampling with the variant's overrides. */
  readonly sampling: Sampling
  /** What filled the places beside the document: given slots, then drawn ones. */
  readonly slots: Readonly<Record<string, string>>
}

/**
 * Every prompt that one document gets in one step, in the order of the step's variants. Pure: draws depend on
 * (run seed, document id, step) and nothing else. Slots given with the document win over drawn ones.
 * @throws RangeError for a place without a value, which loadRecipe() has ruled out for slots that a variant declares
 */
export function expandDocument(step: Step, document: StepDocument, runSeed: number): ExpandedPrompt[] {
  const text = cutDocument(document.text, step.maxDocumentChars)
  return chosen(step, document.id, runSeed).map((variant) => {
    const slots = { ...drawnSlots(step, variant, document.id, runSeed), ...document.slots }
    const user = userText(step, variant.instruction, text, slots)
    return { variant, prompt: prompt(step, user), sampling: { ...step.sampling, ...variant.sampling }, slots }
  })
}

function chosen(step: Step, id: string, runSeed: number): readonly Variant[] {
  const { choose, variants } = step
  if (choose === 'all') return variants
  if (choose === 'one-per-strategy') {
    const strategies = new Set(variants.map((variant) => variant.strategy))
    const taken = new Set<Variant>()
    for (const strategy of strategies) {
      const family = variants.filter((variant) => variant.strategy === strategy)
      taken.add(family[draw([runSeed, id, step.name, 'strategy', strategy], family.length)] as Variant)
    }
    return variants.filter((variant) => taken.has(variant))
  }
  const drawn = drawSome([runSeed, id, step.name, 'variant'], variants.length, choose.sample)
  return drawn.map((i) => variants[i] as Variant)
}

function drawnSlots(step: Step, variant: Variant, id: string, runSeed: number): Record<string, string> {
  const slots: Record<string, string> = {}
  for (const [name, values] of Object.entries(variant.slots ?? {})) {
    slots[name] = values[draw([runSeed, id, step.name, 'slot', variant.name, name], values.length)] as string
  }
  return slots
}

/** One user message. The blanks around the tags belong to the shared prefix, so they are the same for every variant. */
function userText(step: Step, instruction: string, text: string, slots: Readonly<Record<string, string>>): string {
  const told = render(instruction, { ...slots, [DOCUMENT_SLOT]: text })
  if (placesOf(instruction).includes(DOCUMENT_SLOT)) return told
  const block = `<document>\n${text}\n</document>`
  return step.layout === 'document-first' ? `${block}\n\n${told}` : `${told}\n\n${block}`
}

function prompt(step: Step, user: string): Prompt {
  if (step.shape === 'completion') {
    return { shape: 'completion', prompt: step.system ? `${step.system}\n\n${user}` : user }
  }
  const messages = step.system ? [{ role: 'system', content: step.system } as const] : []
  return { shape: 'chat', messages: [...messages, { role: 'user', content: user }] }
}
