import { beyondweb } from './beyondweb.ts'
import { maga, magaRelaxed, magaStrict } from './maga.ts'
import { proxChunk } from './prox-chunk.ts'
import { proxDoc } from './prox-doc.ts'
import { prox } from './prox.ts'
import type { Recipe } from './recipe.ts'
import { summarize } from './summarize.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [beyondweb, maga, magaRelaxed, magaStrict, prox, proxChunk, proxDoc, summarize].map((recipe) => [recipe.name, recipe]),
)
