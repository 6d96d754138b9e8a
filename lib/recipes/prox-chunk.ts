import { proxFilters, uncut } from './prox-doc.ts'
import { proxTemplates } from './prox-template.ts'
import type { Recipe, Step } from './recipe.ts'

const { shape, instruction } = proxTemplates.plain

/** apply_chunk_refining.py: numbered lines in chunks, a program for each, executed once on the whole document. */
export const proxChunkStep: Step = {
  name: 'chunk',
  shape,
  layout: 'instruction-first',
  choose: 'all',
  variants: [{ name: 'chunk', strategy: 'refinement', instruction }],
  chunk: { by: 'prox_lines', maxTokens: 1500, contextTokens: 2048 },
  parse: [{ op: 'prox_reply' }],
  // A chunk without an answer is a chunk that nothing is done to.
  join: { separator: '\n', partial: 'keep', parse: [{ op: 'prox_execute', threshold1: 0, threshold2: 0.95, errorOp: 2 }] },
  sampling: { temperature: 0, top_p: 0.9, max_tokens: 256 },
  maxDocumentChars: uncut,
}

/** The second half of ProX: a small model writes a program that takes lines and strings out of a document. */
export const proxChunk: Recipe = {
  name: 'prox-chunk',
  summary: 'ProX chunk refiner: removes lines and strings by a program for each chunk',
  source: 'ProX (arXiv 2409.17115), GAIR-NLP/ProX b3fcbb2 apply_chunk_refining.py',
  steps: [proxChunkStep],
  filters: proxFilters,
}
