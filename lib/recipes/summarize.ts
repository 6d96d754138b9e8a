import type { Recipe } from './recipe.ts'

/**
 * The plain summary baseline of BeyondWeb's RQ1 (46.7 against 45.5 for repeated data): one call a document, one
 * sentence, no system prompt, the output used as it comes.
 */
export const summarize: Recipe = {
  name: 'summarize',
  summary: 'Plain summary of each document, the baseline of BeyondWeb RQ1',
  source: 'BeyondWeb (arXiv 2508.10975), RQ1',
  steps: [
    {
      name: 'summarize',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: [
        {
          name: 'summary',
          strategy: 'content_restructuring',
          instruction:
            'Write a summary of the document. Begin with the summary at once and add nothing to it.',
        },
      ],
      // The paper gives none. Temperature and top_p of Nemotron-CC (Curator tutorial), the nearest published rewriter.
      sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 1024 },
      // As in beyondweb.ts.
      maxDocumentChars: 8000,
    },
  ],
  // "Used as it comes": a filter would make this arm something else than the published baseline.
  filters: { minTokens: 1, maxTokens: null, truncated: 'keep', collapse: false },
}
