import type { Recipe, Step, Variant } from './recipe.ts'

/**
 * Cosmopedia (huggingface/cosmopedia 38789ca): texts of a given style and audience, inspired by the first 1,000
 * characters of a web page. Extract, topic clause, styles, audiences, sampling and cleaning are the original's; the
 * prompts are our own.
 */

/** Who they are, which is what outputs say, and how one writes for them. */
const AUDIENCES = {
  young_children: ['young children', 'simple words, short sentences, things they know from every day'],
  middle_school: ['middle school students', 'clear definitions, worked examples, no knowledge assumed beyond school'],
  college: ['college students', 'precise terms, derivations and evidence, connections to related subjects'],
  professionals_researchers: ['professionals and researchers of the field', 'full depth, open questions, critical discussion'],
  grade_school: ['grade school students', 'one small step after the other, with pictures in words and everyday numbers'],
} as const

/** Half of the documents are told the topic that their web page was clustered under, where they have one. */
const TOPIC = ['', ', within the context of "{{label_topic}}"']

const style = (name: string, strategy: string, instruction: string, slots: Record<string, readonly string[]> = {}): Variant => ({
  name, strategy, slots, instruction: `Text:\n{{text}}\n\nTask: ${instruction.replaceAll('\n', ' ')}`,
})

const PLAIN = 'Begin with the content at once: no title, no introduction of yourself, no remark about this task.'

const WEB: readonly Variant[] = [
  style('wikihow', 'tutorial', `Write a long and detailed tutorial such as WikiHow has, on something that the extract above
touches{{topic}}. Go through it in steps, explain each in depth and say why it is needed. Use no images. ${PLAIN}`),
  style('textbook_narrative', 'textbook', `Write a long textbook section that is told as a story, on a subject that the extract above touches{{topic}}. Let people meet the subject in their lives and talk about it, and explain it thoroughly through what happens. ${PLAIN}`),
  style('textbook_academic', 'textbook', `Write a long and detailed unit of a college textbook on a subject that the extract above touches{{topic}}. Be rigorous: define and derive. Be engaging: write so that one wants to read on. Be practical: show with examples what it is used for. ${PLAIN}`),
  style('blogpost', 'blogpost', `Write a blog post, an article that informs its readers on a subject that the extract above touches{{topic}}. Give facts and insight, address the reader, and illustrate with examples and stories. Do not open with a cliché or a greeting. ${PLAIN}`),
].map((variant) => ({ ...variant, slots: { topic: TOPIC } }))

const STORIES: readonly Variant[] = [
  style('young_children_story', 'story', `Write a story for young children that explains something the text above has to do with. Use simple words,
let two or three characters talk with each other, and let them find out and understand a little piece of the world. ${PLAIN}`),
  style('problem_solving_story', 'story', `Write a story that explains how somebody solves a problem which the text above has to do with. Show what is
tried, what fails and why, how the characters treat each other, and what they have learnt in the end, which may be no success. ${PLAIN}`),
  style('reddit_post', 'story', `Write a post, as people write on Reddit, in which somebody explains what happened to them with something the
text above has to do with: personal, detailed, in everyday language, with what they felt and what came out of it. ${PLAIN}`),
]

const textbook = (audiences: readonly (keyof typeof AUDIENCES)[]): readonly Variant[] => audiences.map((audience) => style(
  `textbook_${audience}`, 'textbook',
  `Write a long and detailed section of a textbook on what the text above is about, for {{audience}}: ${AUDIENCES[audience][1]}. Explain every idea before you use it. ${PLAIN}`,
  { audience: [AUDIENCES[audience][0]] },
))

const made = (name: string, summary: string, variants: readonly Variant[]): Recipe => {
  const step: Step = {
    name: 'generate',
    shape: 'chat',
    layout: 'document-first',
    choose: { sample: 1 },
    variants,
    sampling: { temperature: 0.6, top_p: 0.95, max_tokens: 2500, stop: ['<|endoftext|>'] },
    // An extract of 1,000 characters is never longer.
    maxDocumentChars: 2000,
    chunk: { by: 'head', chars: 1000 },
    parse: [{ op: 'drop_openers' }],
  }
  return {
    name,
    summary,
    source: 'Cosmopedia (huggingface/cosmopedia 38789ca); prompts are our own',
    steps: [step],
    filters: { minTokens: 150, maxTokens: null, truncated: 'keep', collapse: false },
  }
}

export const cosmopedia = made('cosmopedia', 'Cosmopedia: tutorials, textbooks and blog posts inspired by web extracts', WEB)

/** From instructions, such as UltraChat's, instead of web pages. */
export const cosmopediaStories = made('cosmopedia-stories', 'Cosmopedia: stories and posts inspired by instructions', STORIES)

/** OpenStax's four audiences. */
export const cosmopediaTextbooks = made(
  'cosmopedia-textbooks', 'Cosmopedia: textbook sections for one of four audiences',
  textbook(['young_children', 'middle_school', 'professionals_researchers', 'college']),
)

/** AutoMathText's two. */
export const cosmopediaMath = made('cosmopedia-math', 'Cosmopedia: textbook sections on mathematics for one of two audiences', textbook(['grade_school', 'college']))
