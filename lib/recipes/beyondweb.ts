import type { Recipe, Variant } from './recipe.ts'

/**
 * BeyondWeb's three families of source rephrasing. Its prompts, weights and sampling are not public, so the prompts
 * here are our own; families, the transforms named in each, and the floor of 20 % conversational tokens (RQ4: 5-shot
 * average saturates there) are the paper's.
 *
 * One variant of each family per document: three prompts that share their prefix. Half of the variants of the first
 * two families are conversational or more, so (3/4 + 2/4) / 3 = 42 % of the outputs are; by tokens it stays above
 * 20 % as long as conversational outputs are at least 0.35 times as long as the others.
 */

/** Closes every instruction: what makes a rewrite usable as training text without a parser. */
const RULES = [
  'Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no',
  'knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not',
  'content. Write in the language of the document. The result must make sense to a reader who has not seen the',
  'document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no',
  'introduction and no closing remark.',
].join(' ')

const SYSTEM =
  'You rewrite documents into training text of high quality. ' +
  'You are faithful to the source and follow the requested form exactly.'

const FORMAT: Variant[] = [
  {
    name: 'question_answer_pairs',
    strategy: 'format_transformation',
    conversational: true,
    slots: { n_items: ['4', '5', '6', '8'] },
    instruction: `Turn the document into up to {{n_items}} question and answer pairs that together cover its
most important content. Mix the kinds of question: facts, definitions, reasons, comparisons, consequences. Each
question names its subject in full and can be answered from the document alone; each answer is complete, precise
and one to four sentences long. Write every pair as a line "Question: ..." followed by a line "Answer: ...",
with an empty line between pairs. Write fewer pairs where the document does not carry more.`,
  },
  {
    name: 'frequently_asked_questions',
    strategy: 'format_transformation',
    conversational: true,
    slots: { n_items: ['4', '5', '6'] },
    instruction: `Rewrite the document as a list of up to {{n_items}} frequently asked questions. Ask what a
curious reader would ask first, in that reader's own words, beginning with the basics and moving on to details.
Put each question on a line of its own that begins with "Q: ", and the answer on the following line or lines,
beginning with "A: ". Answers are full sentences that explain rather than only name. Group related points in one
answer instead of repeating them.`,
  },
  {
    name: 'multiple_choice',
    strategy: 'format_transformation',
    slots: { n_items: ['3', '4', '5'] },
    instruction: `Write up to {{n_items}} multiple choice questions on the central content of the document. Each
question is understandable on its own and has four options, A to D, of similar length and form. Exactly one
option is right; the others are plausible mistakes that the document rules out. After the options write a line
"Answer: " with the letter and the option, then a line "Explanation: " that gives the reason from the document
in one or two sentences. Vary the position of the right option.`,
  },
  {
    name: 'reasoning_questions',
    strategy: 'format_transformation',
    conversational: true,
    slots: { n_items: ['2', '3', '4'] },
    instruction: `Write up to {{n_items}} questions that can be answered only by connecting several statements
of the document: why something holds, how two things differ, what follows if a condition changes, in what order
steps must happen. Write "Question: " and the question, with all the facts needed to understand it; then
"Answer: " and an answer that first lays out the relevant facts, then reasons from them step by step, and ends
with the conclusion in one sentence.`,
  },
]

const STYLE: Variant[] = [
  {
    name: 'multi_turn_dialogue',
    strategy: 'style_modification',
    conversational: true,
    slots: { turns: ['3', '4', '5', '6'] },
    instruction: `Turn the document into a conversation of about {{turns}} exchanges between a user who wants to
understand its subject and an assistant who knows its content well. Start each turn on a new line with "User: "
or "Assistant: ". The user opens with a natural question and then asks follow-up questions that build on the
last answer: for a reason, a detail, a clarification or a practical use. The assistant answers in two to six
full sentences. Cover the important content of the document in the course of the conversation.`,
  },
  {
    name: 'instruction_response',
    strategy: 'style_modification',
    conversational: true,
    slots: { task: ['explain', 'compare or classify', 'give step-by-step guidance on', 'give advice based on'] },
    instruction: `Recast the document as one instruction and its response. First write "Instruction: " and a
realistic request of one to three sentences, such as a user would send to an assistant, that asks to {{task}}
something the document deals with and gives all the context needed. Where the document does not suit that kind
of request, ask for an explanation. Then write "Response: " and a complete, well organised response that fulfils
the request with the content of the document.`,
  },
  {
    name: 'teaching_tone',
    strategy: 'style_modification',
    slots: { tone: ['patient and encouraging', 'clear and matter-of-fact', 'lively and vivid'] },
    instruction: `Rewrite the document as a lesson by a good teacher, in a {{tone}} tone. Begin with what the
learner will understand at the end. Introduce every term before you use it, go from the simple to the difficult,
and say why each step follows. Use the document's own examples. Close with a short recap of the key points.
Write connected paragraphs, with headings only where the lesson has clear parts.`,
  },
  {
    name: 'encyclopedic_article',
    strategy: 'style_modification',
    instruction: `Rewrite the document as an article for a reference work: neutral, precise, in clear formal
prose. Open with one sentence that says what the subject is, then give the content in a logical order, one topic
to a paragraph. Replace chatty, promotional and first-person wording with plain statements, and attribute
opinions to whoever holds them. Keep the full depth of the document; this is a rewrite, not a shortened version.`,
  },
]

const RESTRUCTURING: Variant[] = [
  {
    name: 'structured_summary',
    strategy: 'content_restructuring',
    instruction: `Write a structured summary of the document. Begin with one or two sentences that state its
subject and main point. Then give its content under short descriptive headings that follow its logic, such as
the parts of a whole, the steps of a process or the sides of an argument, with two to five compact sentences or
bullet points each. Keep what a reader needs to use the content: definitions, numbers, conditions and results.`,
  },
  {
    name: 'fact_list',
    strategy: 'content_restructuring',
    instruction: `Extract the knowledge in the document as a list of facts. Write one fact to a line, beginning
with "- ". Each fact is one full sentence that can be understood without the others: it names its subject
instead of using a pronoun and includes the number, date, place or condition that makes it precise. Order the
facts by topic, state none twice, and leave out what is trivial.`,
  },
  {
    name: 'dense_rewrite',
    strategy: 'content_restructuring',
    slots: { target_ratio: ['half', 'two thirds', 'three quarters'] },
    instruction: `Rewrite the document so that every sentence carries information. Remove advertisements,
digressions, repetition and filler, merge sentences that say the same thing, and put related points together.
Aim for about {{target_ratio}} of the original length, less where it holds little and more where it is already
dense; never drop a fact, a definition, a step or an example that is needed to understand another. Write
connected prose in the original order of ideas.`,
  },
  {
    name: 'concept_explanations',
    strategy: 'content_restructuring',
    instruction: `Pick out the key concepts that the document defines or explains. For each, write its name on a
line of its own, followed by a paragraph that says what it is, how it works or what it is for, and how it
relates to the other concepts, gathering what the document says about it in different places. Put concepts that
others build on first.`,
  },
]

export const beyondweb: Recipe = {
  name: 'beyondweb',
  summary: 'Format, style and content rewrites of each document, one of each family, at least 20 % conversational',
  source: 'BeyondWeb (arXiv 2508.10975), section on generation strategies and RQ4; prompts are our own',
  steps: [
    {
      name: 'rephrase',
      shape: 'chat',
      system: SYSTEM,
      layout: 'document-first',
      choose: 'one-per-strategy',
      variants: [...FORMAT, ...STYLE, ...RESTRUCTURING].map(withRules),
      // Not public for BeyondWeb. These are Nemotron-CC's for its high-quality documents (Curator tutorial).
      sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 1600 },
      // About 2,000 tokens of English, Nemotron-CC's longest input (distill). With 1,600 tokens of output it fits a
      // context of 8,192 in Chinese or Japanese too, at up to 0.8 tokens a character.
      maxDocumentChars: 8000,
    },
  ],
  // 50 tokens: Nemotron-CC's bound on finished rewrites. max_tokens is the upper bound, so a cut output is dropped.
  filters: { minTokens: 50, maxTokens: null, truncated: 'drop', collapse: true },
}

/** Prompts are one paragraph each: line ends of this file are no part of them. */
function withRules({ instruction = '', ...variant }: Variant): Variant {
  return { ...variant, instruction: `${instruction.replaceAll('\n', ' ')}\n\n${RULES}` }
}
