import type { Recipe } from './recipe.ts'
import { adjectives, nouns, verbs } from './tinystories-words.ts'

/**
 * TinyStories: short stories that a child of three or four understands, each with a verb, a noun and an adjective that must
 * occur and a random subset of features. Nothing is read of the seeds: a row is a story, its id what the words are drawn from.
 */

/** The paper's features, in words of our own. */
const FEATURES = ['dialogue', 'a bad ending', 'a moral', 'a plot twist', 'foreshadowing', 'a conflict']

/** All subsets, each equally likely: what flipping a coin for each feature gives. */
const SUBSETS = Array.from({ length: 2 ** FEATURES.length }, (_, bits) => FEATURES.filter((_feature, i) => bits & (1 << i)).join(', ') || 'none in particular')

const INSTRUCTION = `Write a short story of three to five paragraphs, in words that a child of three or four years understands.
In the story use the verb "{{verb}}", the noun "{{noun}}" and the adjective "{{adjective}}". Features that the story should
have: {{features}}. Write only the story, without a title.`

export const tinystories: Recipe = {
  name: 'tinystories',
  summary: 'Stories for small children around three given words, made without reading the seeds',
  source: 'TinyStories (arXiv 2305.07759); word lists and prompt are our own',
  seeds: 'none',
  columns: ['verb', 'noun', 'adjective', 'features'],
  steps: [
    {
      name: 'write',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: [
        {
          name: 'story',
          strategy: 'story',
          messages: [{ role: 'user', content: INSTRUCTION.replaceAll('\n', ' ') }],
          slots: { verb: verbs, noun: nouns, adjective: adjectives, features: SUBSETS },
        },
      ],
      parse: [{ op: 'trim' }, { op: 'has_words', slots: ['verb', 'noun', 'adjective'] }],
      // Asked twice more where a word is missing, then rejected.
      attempts: 3,
      // Not public. Stories differ by their words first; a high temperature does the rest.
      sampling: { temperature: 1, max_tokens: 800 },
      maxDocumentChars: 1,
    },
  ],
  filters: { minTokens: 50, maxTokens: null, truncated: 'drop', collapse: true },
}
