import { beyondweb } from './beyondweb.ts'
import { cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks } from './cosmopedia.ts'
import { maga, magaRelaxed, magaStrict } from './maga.ts'
import { nemotronCc, nemotronTasks } from './nemotron-cc.ts'
import { proxChunk } from './prox-chunk.ts'
import { proxDoc } from './prox-doc.ts'
import { prox } from './prox.ts'
import type { Recipe } from './recipe.ts'
import { summarize } from './summarize.ts'
import { wrap } from './wrap.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [...nemotronTasks, beyondweb, cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks, maga, magaRelaxed, magaStrict, nemotronCc, prox, proxChunk, proxDoc, summarize, wrap].map((recipe) => [recipe.name, recipe]),
)
