import { proxSystem } from './prox-template.ts'
import type { OutputFilters, Recipe, Step } from './recipe.ts'

/** Far above any prompt that fits a refiner: prompts are cut by tokens. */
export const uncut = 1_000_000

/** What is written is the document's own text, so no rule for generated text applies to it. */
export const proxFilters: OutputFilters = { minTokens: 1, maxTokens: null, truncated: 'keep', collapse: false }

/** apply_doc_refining.py: Llama 2's chat template around the raw document, cut to 2000 tokens. */
export const proxDocStep: Step = {
  name: 'doc',
  shape: 'completion',
  layout: 'instruction-first',
  choose: 'all',
  variants: [{ name: 'doc', strategy: 'refinement', instruction: '{{text}}' }],
  chunk: { by: 'prox_prompt', maxTokens: 2000, before: `[INST] <<SYS>>\n${proxSystem}\n<</SYS>>\n\n`, after: ' [/INST]' },
  parse: [],
  // There is one piece: joining it makes the whole document the source again.
  join: { separator: '', partial: 'drop', parse: [{ op: 'prox_document' }] },
  // The original has max_tokens 2000, which servers refuse beside a prompt of 2000 in the refiners' context of 2048.
  sampling: { temperature: 0, top_p: 0.9, max_tokens: 48 },
  maxDocumentChars: uncut,
}

/** The first half of ProX: a small model says for each document whether it is kept. */
export const proxDoc: Recipe = {
  name: 'prox-doc',
  summary: 'ProX document refiner: drop_doc() or keep_doc() for each document',
  source: 'ProX (arXiv 2409.17115), GAIR-NLP/ProX b3fcbb2 apply_doc_refining.py',
  steps: [proxDocStep],
  filters: proxFilters,
}
