import type { Recipe } from './recipe.ts'

/**
 * EntiGraph: the entities of a document, then a text on how each pair of them, and some triples, interact in it. JSON keys and
 * headings are the paper's; so many pairs cost much, so a document has a budget.
 */

/** Requests of the second step that a document may cost: all pairs of ten entities are 45. */
const MOST = 60
/** Triples drawn where the budget has room. */
const TRIPLES = 10

const LIST = `You analyse documents. Read the document and find its entities: the people, organisations, places, works, things, events
and concepts that it says something about. Answer with a JSON object in exactly this form: {"summary": "what the document says, in a few sentences",
"entities": ["first entity", "second entity"]}. Name each entity once, as the document names it, the most important first.`

const RELATE = `You analyse documents. You are given a document and entities from it. Discuss how the entities are related to each other
and to the document: for each entity a section under the heading "### Discussion of <title> in relation to <entity>", with the document's title or a
short one of your own, then a section under the heading "### Discussion of Interaction between <entities>". Use only what the document says and
what follows from it, and name the document in every section.`

const DOCUMENT = '### Document Content:\n{{text}}'

export const entigraph: Recipe = {
  name: 'entigraph',
  summary: 'EntiGraph: discussions of every pair of a document’s entities and some triples, within a budget',
  source: 'Synthetic Continued Pretraining (arXiv 2409.07431) and its code; prompts are our own, keys and headings are theirs',
  columns: ['entity_1', 'entity_2', 'entity_3'],
  steps: [
    {
      name: 'entities',
      shape: 'chat',
      layout: 'document-first',
      choose: 'all',
      variants: [
        {
          name: 'entities',
          strategy: 'entities',
          messages: [{ role: 'system', content: LIST.replaceAll('\n', ' ') }, { role: 'user', content: DOCUMENT }],
        },
      ],
      parse: [{ op: 'entities' }, { op: 'pairs', of: 'entities', triples: TRIPLES, most: MOST }],
      attempts: 3,
      // The original's temperature, in both steps.
      sampling: { temperature: 1, max_tokens: 2048 },
      maxDocumentChars: 24_000,
      rowsPerReply: 45,
    },
    {
      name: 'relations',
      shape: 'chat',
      layout: 'document-first',
      input: 'source',
      choose: 'all',
      variants: [relation('pair', ['entity_1', 'entity_2']), relation('triple', ['entity_1', 'entity_2', 'entity_3'])],
      sampling: { temperature: 1, max_tokens: 2048 },
      maxDocumentChars: 24_000,
    },
  ],
  filters: { minTokens: 50, maxTokens: null, truncated: 'drop', collapse: true },
}

function relation(name: 'pair' | 'triple', slots: readonly string[]) {
  const entities = slots.map((slot) => `- {{${slot}}}`).join('\n')
  return {
    name,
    strategy: 'relations',
    messages: [
      { role: 'system', content: RELATE.replaceAll('\n', ' ') } as const,
      { role: 'user', content: `${DOCUMENT}\n\n### Entities:\n${entities}` } as const,
    ],
    when: name === 'pair' ? { noSlot: 'entity_3' } : { slot: 'entity_3' },
  }
}
