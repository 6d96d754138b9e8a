import type { Recipe } from './recipe.ts'

/**
 * The continuation arm of BeyondWeb's RQ2 (46.2, no better than more web pages): one call a document, one sentence, no
 * system prompt, the output used as it comes. The model sees only the second half of every paragraph.
 */
export const continuation: Recipe = {
  name: 'continue',
  summary: 'Plain continuation of the second halves of paragraphs, the baseline of BeyondWeb RQ2',
  source: 'BeyondWeb (arXiv 2508.10975), RQ2',
  steps: [
    {
      name: 'continue',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: [
        {
          name: 'continuation',
          strategy: 'continuation',
          instruction: 'Write a continuation that goes on where this document stops and keeps to its style.',
        },
      ],
      chunk: { by: 'second_halves', per: 'document' },
      // The paper gives none. As in summarize.ts, so that the two arms differ in their prompt alone.
      sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 1024 },
      maxDocumentChars: 8000,
    },
  ],
  // "Used as it comes", as in summarize.ts.
  filters: { minTokens: 1, maxTokens: null, truncated: 'keep', collapse: false },
}
