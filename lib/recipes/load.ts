import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { ConfigInvalidError } from '../errors.ts'
import { check, nearest, z } from '../validate.ts'
import { parseYaml, toYaml } from '../yaml.ts'
import { builtIn } from './built-in.ts'
import { chunkers } from './chunkers.ts'
import { operations } from './operations.ts'
import { type OpSpec, type Recipe, type Step, taskOf, type Variant } from './recipe.ts'
import { DOCUMENT_SLOT, placesOf } from './template.ts'

/** Slots that a seed's labels fill begin so. */
const LABEL = 'label_'
const FILE_TYPES = new Set(['.yaml', '.yml', '.json'])

const snakeCase = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be snake_case: a-z, 0-9 and _, beginning with a letter')
const positive = z.number().int().positive()
const slotValue = z.union([z.string(), z.number()]).transform(String)

const samplingSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  max_tokens: positive.optional(),
  stop: z.array(z.string().min(1)).min(1).optional(),
  seed: z.number().int().optional(),
})

const message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })
/** Parameters are checked apart, by whom they belong to. */
const opsSchema = z.array(z.looseObject({ op: z.string() }))

const asking = {
  shape: z.enum(['chat', 'completion']),
  system: z.string().optional(),
  layout: z.enum(['document-first', 'instruction-first']),
  sampling: samplingSchema,
  extra: z.record(z.string(), z.unknown()).optional(),
  maxDocumentChars: positive,
  chunk: z.looseObject({ by: z.string() }).optional(),
  sequential: z.boolean().optional(),
  previousChars: positive.optional(),
  continues: z.boolean().optional(),
  parse: opsSchema.optional(),
  join: z.strictObject({ separator: z.string(), partial: z.enum(['drop', 'keep']), parse: opsSchema.optional() }).optional(),
  attempts: positive.max(10).optional(),
  ask: z.boolean().optional(),
}

const variantSchema = z.strictObject({
  name: snakeCase,
  strategy: snakeCase,
  instruction: z.string().regex(/\S/, 'must not be empty').optional(),
  messages: z.array(message).min(1).optional(),
  slots: z.record(z.string(), z.array(slotValue).min(1)).optional(),
  grid: z.array(z.string()).min(1).optional(),
  conversational: z.boolean().optional(),
  when: z.strictObject({
    score: z.strictObject({ above: z.number().optional(), atMost: z.number().optional(), unscored: z.boolean().optional() }).optional(),
    slot: z.string().optional(),
    noSlot: z.string().optional(),
  }).optional(),
  ...z.strictObject(asking).partial().shape,
})

const stepSchema = z.strictObject({
  name: snakeCase,
  ...asking,
  choose: z.union([z.enum(['all', 'one-per-strategy']), z.strictObject({ sample: positive })], {
    error: 'must be all, one-per-strategy or {sample: N}',
  }),
  variants: z.array(variantSchema).min(1),
  input: z.enum(['source', 'output']).optional(),
  judge: z.strictObject({ mode: z.enum(['report', 'filter']), minScore: z.number(), share: z.number().gt(0).max(1) }).optional(),
  rowsPerReply: z.number().positive().optional(),
})

const recipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_-]*$/, 'must be lower case: a-z, 0-9, - and _'),
  summary: z.string(),
  source: z.string(),
  seeds: z.enum(['text', 'none']).optional(),
  quirks: z.enum(['compat', 'safe']).optional(),
  columns: z.array(snakeCase).min(1).optional(),
  steps: z.array(stepSchema).min(1),
  filters: z.strictObject({
    minTokens: z.number().int().nonnegative(),
    maxTokens: positive.nullable(),
    truncated: z.enum(['drop', 'keep']),
    collapse: z.boolean(),
  }),
})

/**
 * The recipe of that name, or the one in a .yaml, .yml or .json file.
 * @throws ConfigInvalidError naming every problem at once, unknown keys and names with the nearest known one
 */
export async function loadRecipe(nameOrPath: string): Promise<Recipe> {
  const shipped = builtIn.get(nameOrPath)
  if (shipped) return shipped
  if (!FILE_TYPES.has(extname(nameOrPath).toLowerCase())) throw new ConfigInvalidError([unknownRecipe(nameOrPath)])
  return parseRecipe(await read(nameOrPath), nameOrPath)
}

/**
 * The recipe written in `source` (YAML, of which JSON is a part). `where` names it in every problem.
 * @throws ConfigInvalidError as loadRecipe
 */
export function parseRecipe(source: string, where: string): Recipe {
  return checkRecipe(parseYaml(source, `recipe ${where}`), where)
}

/**
 * A recipe that came as data. `where` names it in every problem.
 * @throws ConfigInvalidError as loadRecipe
 */
export function checkRecipe(value: unknown, where: string): Recipe {
  const recipe = check(recipeSchema, value, `recipe ${where}`) as Recipe
  const problems = recipeProblems(recipe).map((problem) => `recipe ${where}: ${problem}`)
  if (problems.length > 0) throw new ConfigInvalidError(problems)
  return recipe
}

/** `recipe` as a YAML file that loadRecipe() reads back. */
export function recipeToYaml(recipe: Recipe): string {
  return toYaml(recipe)
}

/** What a schema cannot say: names that clash, places and slots without each other, operations and draws that cannot be. */
export function recipeProblems(recipe: Recipe): string[] {
  const problems = duplicates(recipe.steps.map((step) => step.name)).map((name) => `two steps are named "${name}"`)
  const given = new Set<string>()
  for (const [i, step] of recipe.steps.entries()) {
    problems.push(...stepProblems(step, i, given).map((problem) => `step ${step.name}${problem}`))
    for (const slot of slotsOf(step)) given.add(slot)
  }
  for (const name of recipe.columns ?? []) if (!given.has(name)) problems.push(`columns: no step fills a slot "${name}"; known: ${[...given].join(', ')}`)
  problems.push(...duplicates(recipe.columns ?? []).map((name) => `columns: "${name}" is named twice`))
  return problems
}

function stepProblems(step: Step, ordinal: number, given: ReadonlySet<string>): string[] {
  const names = step.variants.map((variant) => variant.name)
  const problems = duplicates(names).map((name) => `: two variants are named "${name}"`)
  if (typeof step.choose === 'object' && step.choose.sample > names.length) {
    problems.push(`: choose.sample is ${step.choose.sample}, but there are ${names.length} variants`)
  }
  if (step.judge && ordinal === 0) problems.push(': a judge needs outputs of an earlier step')
  for (const variant of step.variants) {
    problems.push(...variantProblems(step, variant, ordinal, given).map((problem) => `, variant ${variant.name}: ${problem}`))
  }
  return problems
}

function variantProblems(step: Step, variant: Variant, ordinal: number, given: ReadonlySet<string>): string[] {
  const task = taskOf(step, variant)
  const problems = [...opProblems(task.parse ?? [], 'parse'), ...opProblems(task.join?.parse ?? [], 'join.parse')]
  if (task.chunk) {
    const { by, ...params } = task.chunk
    problems.push(...namedProblems(by, chunkers, params, 'chunker', 'chunk'))
  } else {
    if (task.join) problems.push('join without chunk: there is nothing to join')
    if (task.sequential) problems.push('sequential without chunk: there is only one request')
  }
  if (task.messages && variant.instruction !== undefined) problems.push('instruction and messages: give one of them')
  if (task.messages && task.shape === 'completion') problems.push('messages are for the shape chat')
  if (!task.messages && variant.instruction === undefined && task.ask !== false) problems.push('an instruction is missing')
  if (task.previousChars !== undefined && !task.sequential) problems.push('previousChars without sequential: there is nothing before')
  if (task.continues && !task.sequential) problems.push('continues without sequential: there is nothing to go on with')
  if (task.continues && task.shape === 'completion') problems.push('continues is for the shape chat')
  const declared = Object.keys(variant.slots ?? {})
  for (const [slot, values] of Object.entries(variant.slots ?? {})) problems.push(...valueProblems(slot, values))
  const known = [...declared, ...given, ...(ordinal > 0 ? ['output'] : []), ...labelOf(variant), ...(task.sequential ? ['previous'] : [])]
  for (const slot of variant.grid ?? []) if (!declared.includes(slot)) problems.push(`grid: slot "${slot}" has no values`)
  const templates = task.messages?.map(({ content }) => content) ?? [variant.instruction ?? '']
  const places = [...new Set(templates.flatMap(placesOf))]
  for (const place of places) if (place !== DOCUMENT_SLOT && !known.includes(place)) problems.push(unknownSlot(place, known))
  for (const slot of declared) {
    if (slot === DOCUMENT_SLOT) problems.push(`slot "${slot}" is the document and cannot be given values`)
    if (!places.includes(slot) && task.ask !== false) problems.push(`slot "${slot}" has values but no place {{${slot}}} in the instruction`)
  }
  return problems
}

/** What a label does not fill, nothing does: values are drawn before anything else is known. */
function valueProblems(slot: string, values: readonly string[]): string[] {
  const places = values.map(placesOf)
  const problems = places.flat().filter((place) => !place.startsWith(LABEL)).map((place) => (
    `slot "${slot}" has a value with the place {{${place}}}; only labels can be in values, such as {{${LABEL}topic}}`
  ))
  if (places.every((each) => each.length > 0)) problems.push(`slot "${slot}" needs a value without places, for documents without the label`)
  return problems
}

/** A label that the variant is meant for is there. */
function labelOf({ when }: Variant): string[] {
  return when?.slot?.startsWith(LABEL) ? [when.slot] : []
}

function opProblems(ops: readonly OpSpec[], where: string): string[] {
  return ops.flatMap(({ op, ...params }, i) => namedProblems(op, operations, params, 'operation', `${where}.${i}`))
}

/** Problems of something that is named in a recipe and has parameters. */
function namedProblems(
  name: string, table: ReadonlyMap<string, { readonly params: z.ZodObject }>, params: unknown, kind: string, where: string,
): string[] {
  const found = table.get(name)
  if (!found) {
    const near = nearest(name, [...table.keys()])
    return [`${where}: unknown ${kind} "${name}"${near ? `; did you mean "${near}"?` : `; known: ${[...table.keys()].join(', ')}`}`]
  }
  try {
    check(found.params, params, where)
    return []
  } catch (error) {
    if (error instanceof ConfigInvalidError) return [...error.problems]
    throw error
  }
}

/** Slots that later steps may use: what was drawn, and what operations fill. */
function slotsOf(step: Step): string[] {
  return step.variants.flatMap((variant) => {
    const { parse, join } = taskOf(step, variant)
    const filled = [...(parse ?? []), ...(join?.parse ?? [])].flatMap(({ op, ...params }) => operations.get(op)?.gives?.(params) ?? [])
    return [...Object.keys(variant.slots ?? {}), ...filled]
  })
}

function unknownSlot(place: string, declared: readonly string[]): string {
  const known = [DOCUMENT_SLOT, ...declared]
  const near = nearest(place, known)
  return `unknown slot {{${place}}}${near ? `; did you mean {{${near}}}?` : `; known: ${known.join(', ')}`}`
}

function unknownRecipe(name: string): string {
  const near = nearest(name, [...builtIn.keys()])
  const known = `known: ${[...builtIn.keys()].join(', ')}, or a .yaml, .yml or .json file`
  const hint = near ? `did you mean "${near}"?` : known
  return `unknown recipe "${name}"; ${hint}`
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new ConfigInvalidError([`recipe ${path} cannot be read: ${code}`], { cause })
  }
}
