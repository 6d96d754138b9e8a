import type { Recipe, Variant } from './recipe.ts'

/**
 * FinePhrase: the four prompts that beat DCLM in the Synthetic Data Playbook, each on its own one dataset of the release.
 * Layout (instruction, empty line, `Document: `), limits and the rule for long documents are those of datatrove's
 * examples/inference; the sentences are our own.
 */

/** model_max_context of the run. With max_tokens 2048 a prompt may have (8192 - 2048) x 3 = 18,432 characters. */
const CONTEXT = 8192
/** CHAR_PER_TOKEN of generate_data.py. */
const CHARS_PER_TOKEN = 3

const VARIANTS: Variant[] = [
  {
    name: 'math',
    strategy: 'format_transformation',
    instruction: `Make a word problem in mathematics out of the quantities and relations that the document mentions. State
the problem with every figure it needs, so that it takes several steps of ordinary arithmetic to solve. Then solve it, one
step after the other, and show each calculation. Give the problem and its solution and nothing besides.`,
  },
  {
    name: 'table',
    strategy: 'format_transformation',
    instruction: `Put the main information of the document into a Markdown table, with a header row that names the columns
and one row for each thing described. Below the table write one question that a reader can answer from the table, and its
short and exact answer. Give the table, the question and the answer and nothing besides.`,
  },
  {
    name: 'faq',
    strategy: 'format_transformation',
    conversational: true,
    instruction: `Write an FAQ that covers the document. Find the questions that people who want to know about its subject
ask, state them in an order that leads from the basics to the details, and answer each one directly. An answer must make
sense without the other answers, and the FAQ without the document. Give the FAQ and nothing besides.`,
  },
  {
    name: 'tutorial',
    strategy: 'format_transformation',
    instruction: `Write a tutorial from the document that takes its reader through the matter step by step. Number the steps
or use bullet points where that makes them easier to follow, leave out no essential information, and keep the tone that of
a good instructor. Give the tutorial and nothing besides.`,
  },
]

export const finephrase: Recipe = {
  name: 'finephrase',
  summary: 'FinePhrase: a word problem, a table, an FAQ and a tutorial from each document',
  source: 'datatrove examples/inference (finephrase.py, generate_data.py) and the Synthetic Data Playbook; prompts are our own',
  steps: [
    {
      name: 'rephrase',
      shape: 'chat',
      layout: 'instruction-first',
      choose: 'all',
      variants: VARIANTS.map(({ instruction = '', ...variant }) => ({
        ...variant, instruction: `${instruction.replaceAll('\n', ' ')}\n\nDocument: [[DOCUMENT]]`,
      })),
      // Temperature, top_p and top_k are what the model's generation_config says: vLLM takes them from there.
      sampling: { max_tokens: 2048 },
      chunk: { by: 'context_head', context: CONTEXT, charsPerToken: CHARS_PER_TOKEN },
      // `head` cuts; this is what it can leave at most where max_tokens is made small.
      maxDocumentChars: CONTEXT * CHARS_PER_TOKEN,
    },
  ],
  // The original keeps every reply and writes its finish_reason down.
  filters: { minTokens: 1, maxTokens: null, truncated: 'keep', collapse: false },
}
