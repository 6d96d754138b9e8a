import type { Recipe, Variant } from './recipe.ts'

/**
 * The arm without any synthetic data: every document twice, as it is, without a request. `epoch_0` and `epoch_1` are in the
 * column `variant`, the number alone in the column `epoch`.
 */
export const repeat: Recipe = {
  name: 'repeat',
  summary: 'Every document twice, unchanged: the repeated-data baseline, without inference',
  source: 'BeyondWeb (arXiv 2508.10975), RQ1 and RQ2: 10B tokens of the same documents twice',
  columns: ['epoch'],
  steps: [
    {
      name: 'repeat',
      shape: 'completion',
      layout: 'document-first',
      choose: 'all',
      variants: ['0', '1'].map((epoch): Variant => ({ name: `epoch_${epoch}`, strategy: 'repeat', slots: { epoch: [epoch] } })),
      ask: false,
      parse: [{ op: 'source' }],
      sampling: {},
      maxDocumentChars: 1,
    },
  ],
  // Nothing is left out: an epoch is all of the documents.
  filters: { minTokens: 0, maxTokens: null, truncated: 'keep', collapse: false },
}
