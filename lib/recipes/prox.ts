import { proxChunkStep } from './prox-chunk.ts'
import { proxDocStep, proxFilters } from './prox-doc.ts'
import type { Recipe } from './recipe.ts'

/** Both refiners one after the other, for a model that is both. */
export const prox: Recipe = {
  name: 'prox',
  summary: 'ProX: document refiner, then chunk refiner on what it keeps',
  source: 'ProX (arXiv 2409.17115), GAIR-NLP/ProX b3fcbb2',
  steps: [proxDocStep, proxChunkStep],
  filters: proxFilters,
}
