import { ConfigInvalidError } from '../errors.ts'
import { nearest } from '../validate.ts'
import type { Recipe, Step } from './recipe.ts'

/**
 * The recipe with only these variants, in the steps that have any of them; other steps stay as they are.
 * @throws ConfigInvalidError for names that no step has
 */
export function onlyVariants(recipe: Recipe, names: readonly string[]): Recipe {
  const known = recipe.steps.flatMap(({ variants }) => variants.map(({ name }) => name))
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new ConfigInvalidError(unknown.map((name) => {
      const near = nearest(name, known)
      return `--variants: recipe ${recipe.name} has no variant "${name}"; ${near ? `did you mean "${near}"?` : `it has: ${known.join(', ')}`}`
    }))
  }
  return { ...recipe, steps: recipe.steps.map((step) => withOnly(step, names)) }
}

function withOnly(step: Step, names: readonly string[]): Step {
  const variants = step.variants.filter(({ name }) => names.includes(name))
  if (variants.length === 0) return step
  const { choose } = step
  return { ...step, variants, choose: typeof choose === 'object' ? { sample: Math.min(choose.sample, variants.length) } : choose }
}
