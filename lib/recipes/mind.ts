import type { Recipe, Variant } from './recipe.ts'

/**
 * MIND: a (mathematical) context becomes a conversation, in seven styles. Styles, and that debate and layman reason step by
 * step, are the paper's; variants are named as the folders of the release. The sentences are our own.
 */

const RULES = `Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep
formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and
a colon. Write only the conversation, in the language of the document.`

const STEPS = 'They go through the matter step by step.'

const VARIANTS: Variant[] = [
  style('two_students', `between two students who work on the content together. They put it into their own words, ask each
other what is unclear, correct each other and arrive at a common understanding.`),
  style('teacher_student', `between a teacher and a student. The student keeps asking about what is hard to see, and the
teacher answers patiently and checks now and then whether it was understood.`),
  style('two_professors', `between two professors of the field, who discuss the content in depth and precisely, with its
technical terms, its consequences and its limits.`),
  style('debate', `in which two participants debate the content: each takes a side where it allows for one, argues with what
it says and answers the argument of the other. ${STEPS}`),
  style('problem_solving', `between two people who take the content as a problem to be solved. They say what is given and what
is wanted, try a way, examine each result and come to the solution.`),
  style('layman_knowall', `between a layman who knows nothing of the subject and an expert who knows it all. The layman asks in plain
words, and the expert explains until the layman has understood. ${STEPS}`),
  style('interview', `in the form of an interview. The interviewer asks one question after the other about the content, and the
interviewee, who knows it well, answers at length.`),
]

function style(name: string, what: string): Variant {
  return { name, strategy: 'dialogue', conversational: true, instruction: `Turn the document into a conversation of several turns ${what}\n\n${RULES}` }
}

export const mind: Recipe = {
  name: 'mind',
  summary: 'MIND: seven kinds of conversation about each piece of about 500 tokens',
  source: 'MIND (arXiv 2410.12881) and the card of nvidia/Nemotron-MIND; prompts are our own',
  steps: [
    {
      name: 'converse',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: VARIANTS.map((variant) => ({ ...variant, instruction: variant.instruction!.split('\n\n').map((part) => part.replaceAll('\n', ' ')).join('\n\n') })),
      chunk: { by: 'sentences', maxTokens: 500 },
      parse: [{ op: 'trim' }, { op: 'tokens', min: 50 }],
      // Not public; as in beyondweb.ts.
      sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 2048 },
      maxDocumentChars: 8000,
      rowsPerReply: 1,
    },
  ],
  // Too short to be a conversation about 500 tokens is dropped by `tokens` above, with its reason.
  filters: { minTokens: 1, maxTokens: null, truncated: 'drop', collapse: true },
}
