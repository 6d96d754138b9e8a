import type { Recipe } from './recipe.ts'

/**
 * REWIRE: think about what a draft is for and how to get there, then write it better. The tags are the paper's; the text
 * between the second pair is the output, and one that is shorter than its source is dropped.
 */

const INSTRUCTION = `The document is a draft from the web. First think, between <thinking starts> and <thinking ends>: what is the
draft for, whom does it serve, what does it know, where does it fail, and which steps lead to a text that does the same job
well? Then write that text in full, between <improved response starts> and <improved response ends>. It keeps every fact
and idea of the draft, works them out where the draft only touches them, reasons step by step where there is something to
follow, is not shorter than the draft, and is written in its language. Use each tag exactly once.`

export const rewire: Recipe = {
  name: 'rewire',
  summary: 'REWIRE: each document thought over and then improved, never shorter than it was',
  source: 'Recycling the Web / REWIRE (arXiv 2506.04689); the prompt is our own, its tags are the paper’s',
  steps: [
    {
      name: 'rewrite',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: [{ name: 'improved', strategy: 'guided_rewrite', instruction: INSTRUCTION.replaceAll('\n', ' ') }],
      // The rule for the length needs to know what was sent, so the document is cut to a piece. A third of the context
      // for the document, the rest for thoughts and rewrite.
      chunk: { by: 'context_head', context: 12_288, charsPerToken: 3 },
      parse: [
        { op: 'between', open: '<improved response starts>', close: '<improved response ends>' },
        { op: 'not_shorter', in: 'characters' },
      ],
      // Not public; as in beyondweb.ts.
      sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 8192 },
      // All of the context: the chunk is what was sent, whatever --max-tokens leaves for it.
      maxDocumentChars: 36_864,
    },
  ],
  filters: { minTokens: 50, maxTokens: null, truncated: 'drop', collapse: true },
}
