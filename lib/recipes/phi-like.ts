import type { Recipe } from './recipe.ts'

/**
 * Textbook-like text out of nothing but a grid of topic, audience and form, with a word or two that must occur. The idea is
 * that of the Phi reports; what they asked and of what is not public, so everything here is our own.
 */

/** Five in each of eight fields. */
const TOPICS = `
  fractions and percentages; linear equations; proof by induction; probability; reading a graph;
  forces and motion; electric circuits; waves and sound; heat and temperature; gravity and orbits;
  atoms and the periodic table; chemical reactions; acids and bases; the water cycle; plate tectonics;
  cells and their parts; photosynthesis; evolution; the human heart; food webs;
  variables and loops in Python; sorting algorithms; how the internet works; databases and queries; debugging a program;
  supply and demand; compound interest; how a budget is made; trade between countries; insurance and risk;
  the printing press; the Roman Republic; the Silk Road; the Industrial Revolution; how laws are made;
  writing a clear paragraph; logical fallacies; cooking with heat; first aid; planning a small garden`.split(';').map((topic) => topic.trim())

const AUDIENCES = ['a curious child of ten', 'a pupil in secondary school', 'a first-year student', 'an adult who learns after work', 'a practitioner of a neighbouring field']

const FORMS = [
  'a textbook section with definitions and a worked example',
  'a set of exercises with full solutions',
  'a dialogue between a teacher and a learner',
  'a step-by-step explanation of one hard point',
  'a lesson that begins with a problem from everyday life',
]

/** Two to a text keep texts of one cell apart. */
const WORDS = `bicycle bridge calendar candle clock coffee compass doctor engine farmer festival forest garden harbour hospital island
  kitchen ladder letter library lighthouse market mirror mountain museum neighbour newspaper orchestra piano river sailor
  scissors shadow ship snow station teacher telephone theatre ticket tower tractor train umbrella village violin waterfall window winter`.split(/\s+/)

const INSTRUCTION = `Write instructive text in the manner of a good textbook, accurate and complete in itself. Topic: {{topic}}.
Audience: {{audience}}. Form: {{form}}. Reason step by step wherever something is to be understood, use examples of your own,
and make the words "{{word_1}}" and "{{word_2}}" part of them. Write only the text.`

export const phiLike: Recipe = {
  name: 'phi-like',
  summary: 'Textbook-like text over a grid of 40 topics, 5 audiences and 5 forms, made without reading the seeds',
  source: 'the idea of Textbooks Are All You Need (arXiv 2306.11644) and its successors; topics, prompt and sampling are our own',
  seeds: 'none',
  // The audience has a column in every output.
  columns: ['topic', 'form', 'word_1', 'word_2'],
  steps: [
    {
      name: 'write',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: [
        {
          name: 'textbook',
          strategy: 'textbook',
          messages: [{ role: 'user', content: INSTRUCTION.replaceAll('\n', ' ') }],
          slots: { topic: TOPICS, audience: AUDIENCES, form: FORMS, word_1: WORDS.slice(0, 25), word_2: WORDS.slice(25) },
          grid: ['topic', 'audience', 'form'],
        },
      ],
      parse: [{ op: 'trim' }, { op: 'has_words', slots: ['word_1', 'word_2'] }, { op: 'count_slots', slots: ['topic', 'audience', 'form'] }],
      attempts: 3,
      sampling: { temperature: 1, max_tokens: 2048 },
      maxDocumentChars: 1,
    },
  ],
  filters: { minTokens: 100, maxTokens: null, truncated: 'drop', collapse: true },
}
