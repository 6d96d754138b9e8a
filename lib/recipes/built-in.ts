import { beyondweb } from './beyondweb.ts'
import { continuation } from './continue.ts'
import { finephrase } from './finephrase.ts'
import type { Recipe } from './recipe.ts'
import { repeat } from './repeat.ts'
import { summarize } from './summarize.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [beyondweb, continuation, finephrase, repeat, summarize].map((recipe) => [recipe.name, recipe]),
)
