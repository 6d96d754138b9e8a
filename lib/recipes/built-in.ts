import { beyondweb } from './beyondweb.ts'
import { nemotronCc, nemotronTasks } from './nemotron-cc.ts'
import type { Recipe } from './recipe.ts'
import { summarize } from './summarize.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [beyondweb, nemotronCc, ...nemotronTasks, summarize].map((recipe) => [recipe.name, recipe]),
)
