import { activeReading } from './active-reading.ts'
import { beyondweb } from './beyondweb.ts'
import { continuation } from './continue.ts'
import { entigraph } from './entigraph.ts'
import { finephrase } from './finephrase.ts'
import { kimi } from './kimi.ts'
import { maga, magaRelaxed, magaStrict } from './maga.ts'
import { mind } from './mind.ts'
import { phiLike } from './phi-like.ts'
import type { Recipe } from './recipe.ts'
import { repeat } from './repeat.ts'
import { rewire } from './rewire.ts'
import { summarize } from './summarize.ts'
import { tinystories } from './tinystories.ts'

/** Recipes that ship with the program, by name. */
export const builtIn: ReadonlyMap<string, Recipe> = new Map(
  [
    activeReading, beyondweb, continuation, entigraph, finephrase, kimi, maga, magaRelaxed, magaStrict, mind, phiLike,
    repeat, rewire, summarize, tinystories,
  ].map((recipe) => [recipe.name, recipe]),
)
