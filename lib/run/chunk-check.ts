import { ConfigInvalidError } from '../errors.ts'
import { chunkers } from '../recipes/chunkers.ts'
import { taskOf } from '../recipes/recipe.ts'
import { chunkOptions } from './asks.ts'
import type { RunConfig } from './config.ts'

/**
 * Can every step cut documents with this run's settings?
 * @throws ConfigInvalidError naming each step that cannot
 */
export function checkChunks(config: Pick<RunConfig, 'recipe' | 'sampling' | 'extraBody'>): void {
  const problems = config.recipe.steps.flatMap((step) => step.variants.flatMap((variant) => {
    const how = chunkOptions(taskOf(step, variant), config)
    if (how === null) return []
    const { by, ...params } = how.chunk
    const problem = chunkers.get(by)!.problem?.(params, how) ?? null
    return problem === null ? [] : [`recipe ${config.recipe.name}, step ${step.name}: ${problem}`]
  }))
  if (problems.length > 0) throw new ConfigInvalidError([...new Set(problems)])
}
