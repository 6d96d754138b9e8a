import type { Recipe, Step, Variant } from './recipe.ts'

/**
 * MAGA / MGA, arXiv 2502.04235: five pairs of a genre and an audience a document, then the document written anew for each, then
 * a judge over a sample. Names of the prompt's sections and its format tokens are the paper's (appendix E.2), the sentences our
 * own. Genre and audience stand behind the raw text, so that the five prompts of a document share all before it.
 */
const frame = (parts: { identity: string; workflow: string; requirements: string; response: string; input: string }): string =>
  [
    `#Identity and Capabilities#\n${parts.identity}`,
    `#Workflow#\n${parts.workflow}`,
    `#Detailed Requirements#\n${parts.requirements}`,
    `#Response#\n${parts.response}`,
    `#Input#\n#Raw Text#\n<document>\n{{text}}\n</document>${parts.input}`,
  ].join('\n\n')

const list = (...items: string[]): string => items.map((item) => `- ${item}`).join('\n')
const steps = (...items: string[]): string => items.map((item, i) => `${i + 1}. ${item}`).join('\n')

const keys = [1, 2, 3, 4, 5].map((n) => `"audience_${n}": "...", "genre_${n}": "..."`).join(', ')

const PAIRS = frame({
  identity:
    'You are an experienced creator of written content. You know a great many kinds of text and the people who read them, ' +
    'and you see quickly for whom else, and in which other form, a given text could be written.',
  workflow: steps(
    'Analyse the raw text: what it is about, which information points it carries, what kind of text it is and who reads it now.',
    'Propose five pairs of a genre and an audience, each of which allows the content of the raw text to be written anew.',
  ),
  requirements: [
    'Genre:',
    list(
      'Begin with a clear definition. Then describe it in two or three sentences: type of text, style, emotional tone, form, conflict, rhythm and atmosphere.',
      'Name only genres that live by words alone. Picture books, comics and videos are excluded.',
      'The five genres differ clearly from one another.',
    ),
    'Audience:',
    list(
      'Begin with a clear definition. Then add two sentences on what characterises these people, such as age, occupation, gender, personality, appearance, education, stage of life, motives, interests and cognitive level.',
      'On purpose, choose some of the five among people to whom the subject means nothing, or who are hostile to it.',
    ),
  ].join('\n'),
  response: `Give one JSON object with exactly these ten keys, each with a string, and nothing before or after it:\n{${keys}}`,
  input: '',
})

const TARGET = '\n\n#Genre#\n<<<{{genre}}>>>\n\n#Audience#\n<<<{{audience}}>>>'
const TARGETED = 'The genre and the audience follow the raw text, each between <<< and >>>.'
/** The paper asks for native-level English of English sources. */
const NATIVE = 'Use the language of the raw text as an educated native speaker writes it.'
const ONLY_TEXT = 'Give the finished text alone: no title such as "Rewritten text", no remark on what was done, no note at the end.'

const BASE = frame({
  identity:
    'You are an expert in creating content. You take up the information of a text and write it anew for other readers, in whatever genre is asked for.',
  workflow: steps(
    'Read the raw text and take down its information points.',
    'Draft a text in the genre that carries these information points.',
    'Polish the draft until it speaks to the audience: their knowledge, interests and way of talking.',
  ),
  requirements: list(
    TARGETED,
    'Keep the information points of the raw text; how they are ordered, told and connected is up to the genre.',
    NATIVE,
    'The text stands on its own: it mentions neither the raw text nor the genre, the audience or this task.',
  ),
  response: ONLY_TEXT,
  input: TARGET,
})

const STRICT = frame({
  identity: 'You are an expert in polishing text. You bring a text closer to a genre and an audience and leave it the text that it was.',
  workflow: steps('Read the raw text.', 'Polish it towards the genre and the audience.', 'Read the result once more as the audience would, and correct it.'),
  requirements: list(
    `${TARGETED} Polish wording and tone in their direction.`,
    'Do not alter the raw text heavily: its content, its order and most of its sentences remain recognisable.',
    'Check again at the end that the text suits the audience.',
    'Be sparing with modal particles and filler words.',
    NATIVE,
  ),
  response: ONLY_TEXT,
  input: TARGET,
})

const RELAXED = frame({
  identity: 'You are a creative author with a rich imagination, who needs only a hint to begin a work of their own.',
  workflow: steps(
    'Pick out themes and keywords of the raw text.',
    'Turn them into abstract inspiration.',
    'Write an entirely new text out of this inspiration.',
  ),
  requirements: list(
    `${TARGETED} They are inspiration as well, and no more than that.`,
    'The new text need not follow the raw text in content, order or form.',
    NATIVE,
    'The text stands on its own: it mentions neither the raw text nor the genre, the audience or this task.',
  ),
  response: ONLY_TEXT,
  input: TARGET,
})

const JUDGE = frame({
  identity: 'You are a content reviewer. You compare a text with the raw text of which it is said to be a rewrite.',
  workflow: steps(
    'Read the raw text and text A, which follows it.',
    'Analyse whether text A can be recognised as a rewrite of the raw text, and which of its information points it holds.',
    'Give text A a score from 1 to 5.',
  ),
  requirements: [
    'None of the following lowers the score:',
    list(
      'information that the raw text does not have, also where it leads away from the core of the raw text',
      'another style, order or focus',
      'information that was left out; where nothing else is wrong, the score is 5',
    ),
    'The following lowers the score:',
    list(
      'text A cannot be recognised as a rewrite of the raw text',
      'text A holds none of the information points of the raw text',
    ),
    '5 means a rewrite beyond doubt, 3 one that can still be recognised, 1 a text that has nothing to do with the raw text.',
  ].join('\n'),
  response: 'Give one JSON object and nothing before or after it, the analysis in at most three sentences, the score a whole number:\n{"A": {"analysis": "...", "score": 1}}',
  input: '\n\n#Text A#\n<text_a>\n{{output}}\n</text_a>',
})

/** What the paper drops outputs for. */
const BOILERPLATE = ['Notes:', 'Please note that', 'The above is as required', 'The following is']

/** Not public. Ours: full diversity is what the pairs are for, without the far tail. */
const SAMPLING = { temperature: 1, top_p: 0.9 }

/** Documents are cut by tokens; this only keeps cutting by characters out of the way. */
const NO_CUT = 10_000_000

const pairs: Step = {
  name: 'pairs',
  shape: 'chat',
  layout: 'instruction-first',
  choose: 'all',
  variants: [{ name: 'pairs', strategy: 'genre_audience', instruction: PAIRS }],
  sampling: { ...SAMPLING, max_tokens: 2048 },
  maxDocumentChars: NO_CUT,
  // Prompts of 4,096 tokens are the paper's; where it cuts is not public. Reserved: two slots of at most 256 tokens in the next step, and 128 for a chat template.
  chunk: { by: 'prompt_tokens', max: 4096, reserve: 640 },
  parse: [{ op: 'maga_pairs', most: 5, maxTokens: 256 }],
  rowsPerReply: 5,
}

const judge: Step = {
  name: 'judge',
  shape: 'chat',
  layout: 'instruction-first',
  choose: 'all',
  variants: [{ name: 'limited_consistency', strategy: 'genre_audience', instruction: JUDGE }],
  // The score that it would give most often. 512: with raw text and output it stays within 8,192.
  sampling: { temperature: 0, max_tokens: 512 },
  maxDocumentChars: NO_CUT,
  parse: [{ op: 'json_score', of: 'A', min: 1, max: 5 }],
  // The paper filters the tool model's training data by 3; of the corpus it does not say so.
  judge: { mode: 'report', minScore: 3, share: 0.01 },
}

function reformulate(variant: Pick<Variant, 'name' | 'instruction'>): Step {
  return {
    name: 'reformulate',
    shape: 'chat',
    layout: 'instruction-first',
    choose: 'all',
    input: 'source',
    variants: [{ strategy: 'genre_audience', ...variant }],
    sampling: { ...SAMPLING, max_tokens: 4096 },
    maxDocumentChars: NO_CUT,
    parse: [
      { op: 'trim' },
      { op: 'without_phrases', phrases: BOILERPLATE },
      // "Extremely low" is all the paper says: see docs/recipes/maga.md for what 0.1 of 20 tells apart.
      { op: 'keyword_coverage', minKeywordCoverage: 0.1, keywords: 20 },
    ],
  }
}

const SOURCE = 'MAGA / MGA (arXiv 2502.04235), appendix E.2; prompts are our own'

/** The paper names no filter but those of the parsers. A reply cut off at max_tokens is no document. */
const FILTERS = { minTokens: 1, maxTokens: null, truncated: 'drop', collapse: false } as const

export const maga: Recipe = {
  name: 'maga',
  summary: 'Five genre and audience pairs a document, each document written anew for each, a sample judged',
  source: SOURCE,
  steps: [pairs, reformulate({ name: 'base', instruction: BASE }), judge],
  filters: FILTERS,
}

export const magaStrict: Recipe = {
  name: 'maga-strict',
  summary: 'MAGA that only polishes (its Strict prompt): closest to the source, wears out over many epochs',
  source: SOURCE,
  steps: [pairs, reformulate({ name: 'strict', instruction: STRICT }), judge],
  filters: FILTERS,
}

export const magaRelaxed: Recipe = {
  name: 'maga-relaxed',
  summary: 'MAGA that is only inspired by the document (its Relaxed prompt): for studying collapse, not for training',
  source: SOURCE,
  steps: [pairs, reformulate({ name: 'relaxed', instruction: RELAXED }), judge],
  filters: FILTERS,
}
