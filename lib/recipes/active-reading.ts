import type { Recipe } from './recipe.ts'

/**
 * Active Reading: the model first says how it would study this very document, then studies it in each of these ways. The `##`
 * before each strategy and the two kinds of first prompt are the paper's; sentences and limits are our own.
 */

/** More would be the same again; a document costs one request more than it has strategies. */
const MOST = 8

const FORM = 'Begin each strategy with "##" on a new line, and write two or three sentences that say exactly what to do with this document.'

export const activeReading: Recipe = {
  name: 'active-reading',
  summary: 'Active Reading: study strategies for each document, then one text for each strategy',
  source: 'Active Reading (arXiv 2508.09494); prompts are our own',
  columns: ['study_strategy'],
  steps: [
    {
      name: 'strategies',
      shape: 'chat',
      layout: 'document-first',
      choose: { sample: 1 },
      variants: [
        {
          name: 'task_agnostic',
          strategy: 'strategies',
          instruction: `Propose study strategies by which a reader could learn and remember everything in this document. Make them fit its
content and as different from each other as possible. ${FORM}`.replaceAll('\n', ' '),
        },
        {
          name: 'task_specific',
          strategy: 'strategies',
          instruction: `Propose study strategies for a trivia contest on this document. First list questions that such a contest could ask
about it. Then give, for each of them, a general study strategy that prepares a reader for questions of its kind. ${FORM}`.replaceAll('\n', ' '),
        },
      ],
      chunk: { by: 'sentences', maxTokens: 2000 },
      parse: [{ op: 'headed', prefix: '##', slot: 'study_strategy', most: MOST }],
      attempts: 3,
      sampling: { temperature: 1, max_tokens: 1024 },
      maxDocumentChars: 24_000,
      rowsPerReply: MOST,
    },
    {
      name: 'study',
      shape: 'chat',
      layout: 'document-first',
      input: 'source',
      choose: 'all',
      variants: [
        {
          name: 'study',
          strategy: 'study',
          instruction: `Apply this strategy to the document and write down the full result, as a text that can be understood without the
document and says nothing that is not in it.`.replaceAll('\n', ' ') + '\n\nStrategy: {{study_strategy}}',
        },
      ],
      sampling: { temperature: 1, max_tokens: 2048 },
      maxDocumentChars: 24_000,
    },
  ],
  filters: { minTokens: 50, maxTokens: null, truncated: 'drop', collapse: true },
}
