import { activeReading } from './active-reading.ts'
import { beyondweb } from './beyondweb.ts'
import { continuation } from './continue.ts'
import { cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks } from './cosmopedia.ts'
import { entigraph } from './entigraph.ts'
import { finephrase } from './finephrase.ts'
import { kimi, kimiContinue } from './kimi.ts'
import { maga, magaRelaxed, magaStrict } from './maga.ts'
import { mind } from './mind.ts'
import { nemotronCc, nemotronTasks } from './nemotron-cc.ts'
import { phiLike } from './phi-like.ts'
import { proxChunk } from './prox-chunk.ts'
import { proxDoc } from './prox-doc.ts'
import { prox } from './prox.ts'
import type { Recipe } from './recipe.ts'
import { repeat } from './repeat.ts'
import { rewire } from './rewire.ts'
import { summarize } from './summarize.ts'
import { tinystories } from './tinystories.ts'
import { wrap } from './wrap.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [
    activeReading, beyondweb, continuation, cosmopedia, cosmopediaMath, cosmopediaStories, cosmopediaTextbooks, entigraph, finephrase,
    kimi, kimiContinue, maga, magaRelaxed, magaStrict, mind, nemotronCc, ...nemotronTasks, phiLike, prox, proxChunk, proxDoc, repeat, rewire,
    summarize, tinystories, wrap,
  ].map((recipe) => [recipe.name, recipe]),
)
