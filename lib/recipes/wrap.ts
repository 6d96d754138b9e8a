import type { OpSpec, Recipe, Variant } from './recipe.ts'

/**
 * WRAP (arXiv 2401.16380): chunks of about 300 tokens are rewritten in one of four styles, and every rewrite is trained
 * on together with as much real text. The paper keeps real text since rewrites lack the noise of the web.
 *
 * The prompts are our own. Sampling is not in the paper: temperature and top_p are those of a re-implementation.
 */

const SYSTEM = 'You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.'

/** Appendix B: a rewrite's first segment goes where it speaks of the rewriting, and the whole if it still does. */
const CLEAN: OpSpec = {
  op: 'drop_lead',
  phrases: ["Here's a paraphrase", 'Here is a paraphrase', 'The following', 'high-quality English', 'high quality English'],
}

const style = (name: string, instruction: string, rest: Partial<Variant> = {}): Variant => ({
  name, strategy: 'rephrase', instruction: `${instruction.replaceAll('\n', ' ')}\n\nText:\n{{text}}`, ...rest,
})

const variants: readonly Variant[] = [
  style('easy', `Rewrite the text below so that a very small child understands it: the simplest words there are and
sentences of a few words. Leave no fact out, and write in the language of the text.`),
  style('medium', `Paraphrase the text below in other words and other sentences, in the faultless language that Wikipedia
has, and in the language of the text. Keep what it says.`),
  style('hard', `Paraphrase the text below as tersely and eruditely as a scholar would who writes for scholars: rare
and exact words, dense sentences, no explanation. Keep what it says, and write in the language of the text.`),
  style('qa', `Ask several questions about the text below and answer them, so that they cover what it says, as two
people would who talk about it. Begin every question with "Question:" and every answer with "Answer:", each on a line of its own, and write in the
language of the text.`, { conversational: true }),
]

export const wrap: Recipe = {
  name: 'wrap',
  summary: 'WRAP: chunks of 300 tokens in one of four styles, each with as much of its real text',
  source: 'WRAP (arXiv 2401.16380); prompts are our own',
  steps: [
    {
      name: 'rephrase',
      shape: 'chat',
      system: SYSTEM,
      layout: 'instruction-first',
      choose: 'one-per-strategy',
      variants,
      sampling: { temperature: 0.8, top_p: 0.95, max_tokens: 1024 },
      // Chunks are bounded in tokens; only a single sentence without end is cut here.
      maxDocumentChars: 8000,
      chunk: { by: 'sentences', maxTokens: 300 },
      parse: [{ op: 'trim' }, CLEAN, { op: 'tokens', min: 1 }, { op: 'beside_source', variant: 'real', share: 1 }],
      rowsPerReply: 5,
    },
  ],
  filters: { minTokens: 1, maxTokens: null, truncated: 'drop', collapse: false },
}
