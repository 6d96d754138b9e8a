import fc from 'fast-check'
import t from 'tap'
import { beyondweb } from '../../dist/recipes/beyondweb.js'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import { checkRecipe } from '../../dist/recipes/load.js'
import { expandDocument } from '../../dist/recipes/prompts.js'
import type { Step } from '../../dist/recipes/recipe.js'
import { summarize } from '../../dist/recipes/summarize.js'

const step: Step = {
  name: 's',
  shape: 'chat',
  system: 'SYS',
  layout: 'document-first',
  choose: 'all',
  variants: [
    { name: 'a', strategy: 'x', instruction: 'Do A' },
    { name: 'b', strategy: 'x', instruction: 'Do B {{n}}', slots: { n: ['1', '2'] }, sampling: { temperature: 0 } },
    { name: 'c', strategy: 'y', instruction: 'Read this: [[DOCUMENT]] Done?' },
  ],
  sampling: { temperature: 1, max_tokens: 9 },
  maxDocumentChars: 100,
}
const document = { text: 'The text {{n}}.', id: 'd1', slots: {} }

function users(of: Step, doc = document): string[] {
  return expandDocument(of, doc, 0).map(({ prompt }) =>
    prompt.shape === 'chat' ? (prompt.messages.at(-1)?.content ?? '') : prompt.prompt,
  )
}

t.test('document-first: system, then one user message of document and instruction', (t) => {
  const [first, second, third] = expandDocument(step, { ...document, slots: { n: '7' } }, 0)
  t.same(first?.prompt, {
    shape: 'chat',
    messages: [
      { role: 'system', content: 'SYS' },
      { role: 'user', content: '<document>\nThe text {{n}}.\n</document>\n\nDo A' },
    ],
  })
  t.match(second?.prompt, { messages: [{}, { content: /\n\nDo B 7$/ }] }, 'a given slot wins over a drawn one')
  t.same(second?.slots, { n: '7' })
  t.same([first?.sampling, second?.sampling], [{ temperature: 1, max_tokens: 9 }, { temperature: 0, max_tokens: 9 }])
  t.match(third?.prompt, { messages: [{}, { content: 'Read this: The text {{n}}. Done?' }] }, 'in place, not scanned again')
  t.end()
})

t.test('instruction-first and completion shape', (t) => {
  t.equal(users({ ...step, layout: 'instruction-first' })[0], 'Do A\n\n<document>\nThe text {{n}}.\n</document>')
  t.equal(users({ ...step, shape: 'completion' })[0], 'SYS\n\n<document>\nThe text {{n}}.\n</document>\n\nDo A')
  const { system: _, ...bare } = step
  t.equal(users({ ...bare, shape: 'completion' })[0], '<document>\nThe text {{n}}.\n</document>\n\nDo A')
  t.match(expandDocument(bare, document, 0)[0]?.prompt, { messages: [{ role: 'user' }] }, 'no empty system message')
  t.end()
})

t.test('prompts of one seed share system and document byte for byte', (t) => {
  const rephrase = { ...beyondweb.steps[0]!, choose: 'all' as const }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string(), (text, id) => {
      const shared = `<document>\n${text}\n</document>\n\n`
      const prompts = expandDocument(rephrase, { text, id, slots: {} }, 1)
      t.equal(prompts.length, rephrase.variants.length)
      for (const { prompt } of prompts) {
        t.ok(prompt.shape === 'chat' && prompt.messages.length === 2 && prompt.messages[1]!.content.startsWith(shared))
      }
    }),
    { numRuns: 30 },
  )
  t.end()
})

t.test('long documents are cut before they are placed', (t) => {
  const text = `${'Word. '.repeat(10)}\n\n${'Other. '.repeat(20)}`
  t.equal(users(step, { ...document, text })[0], `<document>\n${text.slice(0, 59)}\n</document>\n\nDo A`)
  t.end()
})

t.test('one-per-strategy draws every variant equally often and depends on seed and id only', (t) => {
  const rephrase = beyondweb.steps[0]!
  const counts = new Map<string, number>()
  const draws = (i: number, seed: number) => expandDocument(rephrase, { text: 'x', id: `id-${i}`, slots: {} }, seed)
  for (let i = 0; i < 10_000; i++) {
    const prompts = draws(i, 0)
    const families = new Set(prompts.map(({ variant }) => variant.strategy))
    if (prompts.length !== 3 || families.size !== 3) t.fail('one of each family')
    for (const { variant } of prompts) counts.set(variant.name, (counts.get(variant.name) ?? 0) + 1)
  }
  t.equal(counts.size, rephrase.variants.length)
  for (const [name, n] of counts) t.ok(Math.abs(n - 2500) < 200, `${name} ${n}`)
  t.same(draws(5, 0), draws(5, 0))
  const names = (seed: number) => Array.from({ length: 50 }, (_, i) => draws(i, seed).map(({ variant }) => variant.name))
  t.notSame(names(0), names(1), 'another run seed, other draws')
  t.end()
})

t.test('sample draws that many variants, in the order of the recipe', (t) => {
  const sampled: Step = { ...step, choose: { sample: 2 } }
  const seen = new Set<string>()
  for (let i = 0; i < 100; i++) {
    seen.add(expandDocument(sampled, { ...document, id: String(i) }, 0).map(({ variant }) => variant.name).join(''))
  }
  t.same([...seen].sort(), ['ab', 'ac', 'bc'])
  t.end()
})

t.test('the prompts that ship, as a person reads them', (t) => {
  const doc = { text: 'Water boils at 100 degrees Celsius at sea level.', id: 'doc-1', slots: {} }
  for (const recipe of [beyondweb, summarize]) {
    for (const { variant, prompt } of expandDocument({ ...recipe.steps[0]!, choose: 'all' }, doc, 0)) {
      if (prompt.shape !== 'chat') return t.fail('chat')
      const text = prompt.messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n')
      t.matchSnapshot(text, `${recipe.name} ${variant.name}`)
    }
  }
  t.end()
})

t.test('continue-final-message: a chat that ends with what the assistant has begun brings the fields along that it needs', async (t) => {
  const messages = [{ role: 'user' as const, content: 'Retell: {{text}}' }, { role: 'assistant' as const, content: 'Once upon a time' }]
  const continuing: Step = { ...step, layout: 'instruction-first', variants: [{ name: 'a', strategy: 'x', messages }] }
  const filters = { minTokens: 0, maxTokens: null, truncated: 'keep', collapse: false }
  checkRecipe({ name: 'c', summary: '', source: '', steps: [{ ...continuing, system: undefined }], filters }, 'c')
  const [made] = expandDocument(continuing, document, 0)
  t.equal(
    encodeRequest(made!.prompt, { model: 'm', sampling: {}, sample: 0, extraBody: {} }).body,
    '{"model":"m","messages":[{"role":"user","content":"Retell: The text {{n}}."},{"role":"assistant","content":"Once upon a time"}],"add_generation_prompt":false,"continue_final_message":true}',
  )
})
