import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { ConfigInvalidError } from '../errors.ts'
import { check, nearest, z } from '../validate.ts'
import { parseYaml, toYaml } from '../yaml.ts'
import { builtIn } from './built-in.ts'
import type { Recipe } from './recipe.ts'
import { DOCUMENT_SLOT, placesOf } from './template.ts'

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

const variantSchema = z.strictObject({
  name: snakeCase,
  strategy: snakeCase,
  instruction: z.string().regex(/\S/, 'must not be empty'),
  slots: z.record(z.string(), z.array(slotValue).min(1)).optional(),
  conversational: z.boolean().optional(),
  sampling: samplingSchema.optional(),
})

const stepSchema = z.strictObject({
  name: snakeCase,
  shape: z.enum(['chat', 'completion']),
  system: z.string().optional(),
  layout: z.enum(['document-first', 'instruction-first']),
  choose: z.union([z.enum(['all', 'one-per-strategy']), z.strictObject({ sample: positive })], {
    error: 'must be all, one-per-strategy or {sample: N}',
  }),
  variants: z.array(variantSchema).min(1),
  sampling: samplingSchema,
  maxDocumentChars: positive,
})

const recipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_-]*$/, 'must be lower case: a-z, 0-9, - and _'),
  summary: z.string(),
  source: z.string(),
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

/** What a schema cannot say: names that clash, places and slots without each other, draws that cannot be made. */
export function recipeProblems(recipe: Recipe): string[] {
  const problems = duplicates(recipe.steps.map((step) => step.name)).map((name) => `two steps are named "${name}"`)
  for (const step of recipe.steps) {
    const names = step.variants.map((variant) => variant.name)
    problems.push(...duplicates(names).map((name) => `step ${step.name}: two variants are named "${name}"`))
    if (typeof step.choose === 'object' && step.choose.sample > names.length) {
      problems.push(`step ${step.name}: choose.sample is ${step.choose.sample}, but there are ${names.length} variants`)
    }
    for (const variant of step.variants) {
      const declared = Object.keys(variant.slots ?? {})
      const places = placesOf(variant.instruction)
      const at = `step ${step.name}, variant ${variant.name}`
      for (const place of places) {
        if (place === DOCUMENT_SLOT || declared.includes(place)) continue
        problems.push(`${at}: ${unknownSlot(place, declared)}`)
      }
      for (const slot of declared) {
        if (slot === DOCUMENT_SLOT) problems.push(`${at}: slot "${slot}" is the document and cannot be given values`)
        if (places.includes(slot)) continue
        problems.push(`${at}: slot "${slot}" has values but no place {{${slot}}} in the instruction`)
      }
    }
  }
  return problems
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
