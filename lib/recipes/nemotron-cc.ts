import type { OpSpec, Recipe, Step, Variant } from './recipe.ts'

/**
 * Nemotron-CC (arXiv 2412.02595) as NVIDIA's Curator has it (1e2e427, stages/synthetic/nemotron_cc and its tutorial):
 * four tasks for documents in quality buckets above 11 of 0 to 19, a plain paraphrase for the others. Limits, order of
 * the operations, sampling and format tokens are Curator's; the prompts are our own.
 */

const ABOVE = 11

const SYSTEM = `You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.`

const DISTILL_SYSTEM = `You write with great care: every statement is true to its source, weighed and nuanced, and the
reasoning behind it is sound.`

const PARAPHRASE_LEAD = 'Here is a paraphrased version:'
const DISTILL_LEAD = 'Paraphrased Text:'
const QA_LEAD = 'Here are the questions and answers based on the provided text:'

/** A reply of as many tokens as were allowed was cut off; the bounds leave two for special tokens. */
const longest = (tokens: number): OpSpec => ({ op: 'tokens', max: tokens - 2 })
const shortest = (tokens: number): OpSpec => ({ op: 'tokens', min: tokens })
const plain: OpSpec = { op: 'strip_markdown' }

const wikipedia: Variant = {
  name: 'wikipedia',
  strategy: 'wikipedia_rephrasing',
  instruction: `Write a paraphrase of the text below in the clear, well-formed language of a Wikipedia article. Vary
words and sentences, keep the content and the language of the text. Start with the line "${PARAPHRASE_LEAD}".

Text: {{text}}`,
  sampling: { max_tokens: 512 },
  chunk: { by: 'nemotron_segments', minDocument: 5, maxInput: 512, minSegment: 5 },
  parse: [longest(512), plain, { op: 'after_prefix', prefix: PARAPHRASE_LEAD }, { op: 'unquote' }],
  join: { separator: '\n', partial: 'keep', parse: [shortest(50)] },
}

const diverseQa: Variant = {
  name: 'diverse_qa',
  strategy: 'diverse_qa_pairs',
  conversational: true,
  instruction: `Task: Ask questions about the text below and answer them. Go by these rules:
1. Call for different kinds of thinking: remembering, understanding, applying, analysing, judging.
2. Mix six kinds of question: to be answered with yes or no; open, beginning with what, how, when, where, why or who;
multiple choice, with the options in the question; comparison of two things; understanding of a passage; solving of a
problem.
3. Ask about the facts, ideas and relations of the text, not about its wording or layout.
4. Word questions and answers precisely and briefly; each can be understood without the text.
5. Write plain text without Markdown.
6. Begin every question with the tag "Question:" and every answer with the tag "Answer:".

Text:
{{text}}

Task: Write up to 8 different questions on the text above with their answers, in its language. Start with the line
"${QA_LEAD}" and write each pair as

- Question: ... Answer: ...`,
  chunk: { by: 'nemotron_segments', minDocument: 30, maxInput: 1000, minSegment: 30 },
  parse: [longest(600), plain, { op: 'question_pairs', lead: QA_LEAD, pairs: 10, perTokens: 150 }, shortest(100)],
}

const distill: Variant = {
  name: 'distill',
  strategy: 'distillation',
  system: DISTILL_SYSTEM,
  instruction: `Task: Paraphrase the text below so that it becomes shorter and loses nothing that matters.
- Be brief and clear, but do not make simple what is not.
- Keep the important facts, figures and names.
- Keep technical terms and say nothing vague in their place.
- Keep examples and explanations of why something holds.
- Write only what the text says, without knowledge of your own.
- Write plain text without Markdown, in the language of the text.

Text:
{{text}}

Task: Write the shorter paraphrase of the text above. Start with "${DISTILL_LEAD}".`,
  chunk: { by: 'nemotron_segments', minDocument: 30, maxInput: 2000, minSegment: 10 },
  parse: [longest(1600), plain, { op: 'after_prefix', prefix: DISTILL_LEAD }, { op: 'unquote' }, shortest(50)],
}

const extractKnowledge: Variant = {
  name: 'extract_knowledge',
  strategy: 'knowledge_extraction',
  instruction: `Task: Rewrite the knowledge that the text below holds as passages such as Wikipedia has.
- Write in the precise language of good textbooks and encyclopedias, in the language of the text.
- Knowledge is what belongs to a discipline: mathematics, science, engineering, medicine, computing, economics, law,
history, geography, politics, philosophy, language, the arts, or a trade.
- Leave out what is no knowledge, such as advertising, opinion, navigation and chatter.
- Keep explanations, examples and the steps of an argument.
- Add nothing that the text does not say.
- Write plain text without Markdown.
- Give no titles, notes or remarks: only the passages.

Text:
{{text}}

Task: Write the passages that hold the knowledge of the text above.`,
  chunk: { by: 'nemotron_segments', minDocument: 30, maxInput: 1400, minSegment: 30 },
  parse: [
    longest(1400), plain,
    { op: 'drop_lines', lines: ['Passage:', 'Passage 1:', 'Passage 2:', 'Passage 3:'] },
    shortest(50),
  ],
}

const knowledgeList: Variant = {
  name: 'knowledge_list',
  strategy: 'knowledge_list',
  instruction: `Task: Put what can be learnt from the text below into a list of facts that is short and well ordered.
- Take up facts, details, concepts, figures and what they mean.
- Be specific: name who, what, where, when and how much.
- Put much into few words, and say nothing twice.
- Give no titles or headings.

Text:
{{text}}

Task: Write the list for the text above, in its language, each item on a line that begins with "- ".`,
  chunk: { by: 'nemotron_segments', minDocument: 30, maxInput: 1000, minSegment: 30 },
  parse: [longest(600), plain, { op: 'list_items' }, shortest(50)],
}

/** Seeds without a score are taken for selected ones, as most that come without were. */
const tasks: readonly Variant[] = [
  ...[diverseQa, distill, extractKnowledge, knowledgeList].map((variant) => ({ ...variant, when: { score: { above: ABOVE, unscored: true } } })),
  { ...wikipedia, when: { score: { atMost: ABOVE } } },
]

const step: Step = {
  name: 'rewrite',
  shape: 'chat',
  system: SYSTEM,
  layout: 'instruction-first',
  choose: 'all',
  variants: tasks.map(unwrapped),
  // The tutorial's. It sends no top_k (0) and one max_tokens to all four tasks; what is longer than a task allows is dropped.
  sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 1600 },
  // Segments are bounded in tokens; this bound never cuts one.
  maxDocumentChars: 1_000_000,
  // A web page of 1,500 tokens makes two segments or three.
  rowsPerReply: 2,
}

export const nemotronCc: Recipe = {
  name: 'nemotron-cc',
  summary: 'Nemotron-CC: four knowledge tasks for documents of high quality, a Wikipedia-like paraphrase for the others',
  source: 'Nemotron-CC (arXiv 2412.02595) and NeMo Curator 1e2e427; prompts are our own',
  steps: [step],
  // Length bounds are the tasks'. A reply that hit max_tokens is over its task's bound in the rewriter's own tokens.
  filters: { minTokens: 1, maxTokens: null, truncated: 'drop', collapse: false },
}

/** Each task as a recipe of its own, for all seeds whatever their score. */
export const nemotronTasks: readonly Recipe[] = step.variants.map(({ when: _when, ...variant }) => ({
  ...nemotronCc,
  name: `nemotron-${variant.name.replaceAll('_', '-')}`,
  summary: `The task ${variant.name} of nemotron-cc alone, for all seeds`,
  steps: [{ ...step, variants: [variant] }],
}))

/** Line ends inside a paragraph or an item are this file's, not the prompt's. */
function unwrapped(variant: Variant): Variant {
  const paragraph = (text: string): string => text.replace(/(?<=[^\n:])\n(?=[a-z"(])/g, ' ')
  const { system, instruction = '' } = variant
  return { ...variant, ...(system && { system: paragraph(system) }), instruction: paragraph(instruction) }
}
