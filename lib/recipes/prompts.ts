import type { ChatMessage, Locator, Prompt, Sampling } from '../rows.ts'
import { cutDocument } from './cut.ts'
import { draw, drawSome } from './draw.ts'
import { gridCell } from './grid.ts'
import { type Condition, type Step, type Task, taskOf, type Variant } from './recipe.ts'
import { DOCUMENT_SLOT, placesOf, render } from './template.ts'

/** What a step knows of a row. */
export interface StepDocument {
  /** What draws are made from: the seed's id, or that of an earlier step's output. */
  readonly id: string
  /** `{{text}}`, before it is cut. */
  readonly text: string
  /** Places filled from outside: by earlier steps, or `output` and `previous`. They win over drawn ones. */
  readonly slots: Readonly<Record<string, string>>
  /** The seed's; null or absent where it has none. */
  readonly score?: number | null
  /** Where the seed is from, for grids; the first row of a file without a name where absent. */
  readonly locator?: Locator
}

/** A variant that a row gets, and what fills its places beside the document. */
export interface Chosen {
  readonly task: Task
  readonly slots: Readonly<Record<string, string>>
}

/**
 * The variants that a row gets in a step, in the order of the step; none where no `when` holds. Pure: draws depend on
 * (run seed, id, step) and nothing else.
 */
export function chooseVariants(step: Step, document: Omit<StepDocument, 'text'>, runSeed: number): Chosen[] {
  const fitting = step.variants.filter(({ when }) => !when || holds(when, document))
  return chosen(step, fitting, document.id, runSeed).map((variant) => ({
    task: taskOf(step, variant),
    slots: { ...drawnSlots(step, variant, document, runSeed), ...document.slots },
  }))
}

/**
 * The prompt of a task for a document, or a chunk of one.
 * @throws RangeError for a place without a value, which loadRecipe() has ruled out
 */
export function promptFor(task: Task, text: string, slots: Readonly<Record<string, string>>): Prompt {
  const document = cutDocument(text, task.maxDocumentChars)
  const filled = { ...slots, [DOCUMENT_SLOT]: document }
  if (task.messages) return chat(task, task.messages.map(({ role, content }): ChatMessage => ({ role, content: render(content, filled) })), slots)
  const user = userText(task, document, filled)
  if (task.shape === 'completion') return { shape: 'completion', prompt: task.system ? `${task.system}\n\n${user}` : user }
  const messages = task.system ? [{ role: 'system', content: task.system } as const] : []
  return chat(task, [...messages, { role: 'user', content: user }], slots)
}

function chat({ continues }: Task, messages: readonly ChatMessage[], { previous = '' }: Readonly<Record<string, string>>): Prompt {
  const begun: ChatMessage[] = continues && previous !== '' ? [{ role: 'assistant', content: previous }] : []
  return { shape: 'chat', messages: [...messages, ...begun] }
}

/** One prompt of one document, before it gets a model and a key. */
export interface ExpandedPrompt {
  readonly variant: Task
  readonly prompt: Prompt
  readonly sampling: Sampling
  /** What filled the places beside the document. */
  readonly slots: Readonly<Record<string, string>>
}

/** Every prompt that a document gets in a step, were it not cut into chunks. */
export function expandDocument(step: Step, document: StepDocument, runSeed: number): ExpandedPrompt[] {
  return chooseVariants(step, document, runSeed).map(({ task, slots }) => ({
    variant: task, prompt: promptFor(task, document.text, slots), sampling: task.sampling, slots,
  }))
}

function holds({ score, slot, noSlot }: Condition, document: Omit<StepDocument, 'text'>): boolean {
  if (slot !== undefined && !Object.hasOwn(document.slots, slot)) return false
  if (noSlot !== undefined && Object.hasOwn(document.slots, noSlot)) return false
  if (!score) return true
  if (document.score === null || document.score === undefined) return score.unscored ?? false
  return document.score > (score.above ?? -Infinity) && document.score <= (score.atMost ?? Infinity)
}

function chosen(step: Step, variants: readonly Variant[], id: string, runSeed: number): readonly Variant[] {
  const { choose } = step
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

/** Values with a place for a label are only for documents that have it. */
function drawnSlots(step: Step, variant: Variant, { id, slots: given, locator }: Omit<StepDocument, 'text'>, runSeed: number): Record<string, string> {
  const { slots = {}, grid = [] } = variant
  const drawn: Record<string, string> = {}
  for (const [name, values] of Object.entries(slots)) {
    const fitting = values.filter((value) => placesOf(value).every((place) => Object.hasOwn(given, place)))
    const value = fitting[draw([runSeed, id, step.name, 'slot', variant.name, name], fitting.length)] as string
    drawn[name] = render(value, given)
  }
  const cell = gridCell(grid.map((name) => slots[name]!.length), locator?.row ?? 0, [runSeed, locator?.file ?? '', step.name, variant.name])
  for (const [i, name] of grid.entries()) drawn[name] = slots[name]![cell[i]!] as string
  return drawn
}

/** One user message. The blanks around the tags belong to the shared prefix, so they are the same for every variant. */
function userText({ instruction = '', layout }: Task, document: string, slots: Readonly<Record<string, string>>): string {
  const told = render(instruction, slots)
  if (placesOf(instruction).includes(DOCUMENT_SLOT) || instruction === '') return told
  const block = `<document>\n${document}\n</document>`
  return layout === 'document-first' ? `${block}\n\n${told}` : `${told}\n\n${block}`
}
