import { beyondweb } from './beyondweb.ts'
import { cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks } from './cosmopedia.ts'
import { nemotronCc, nemotronTasks } from './nemotron-cc.ts'
import type { Recipe } from './recipe.ts'
import { summarize } from './summarize.ts'
import { wrap } from './wrap.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [
    beyondweb, cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks, nemotronCc, ...nemotronTasks, summarize, wrap,
  ].map((recipe) => [recipe.name, recipe]),
)
