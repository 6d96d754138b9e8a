import t from 'tap'
import { refinerProgram, refinerTask } from '../../../dist/endpoint/offline/refiner.js'
import { rewrite } from '../../../dist/endpoint/offline/rewrite.js'
import { taskOf } from '../../../dist/endpoint/offline/task.js'
import { promptFor } from '../../../dist/recipes/prompts.js'
import { prox } from '../../../dist/recipes/prox.js'
import { proxTemplateNames, withProxTemplate } from '../../../dist/recipes/prox-template.js'
import { taskOf as stepTask } from '../../../dist/recipes/recipe.js'
import { executeProgram } from '../../../dist/text/prox/execute.js'
import { proxLines } from '../../../dist/text/prox/lines.js'

const page = [
  'Home | About us | Contact | Login',
  'Skip to main content',
  '',
  'The river rises in the hills and flows to the sea through the old town.',
  'Its water is cold and clear, as https://example.org/rivers/of/the/north says in full.',
  'https://example.org/river',
  '```',
  'Copyright 2020 in code stays',
  '```',
  'Copyright and similar rights are a matter of law.',
  '<a href="https://example.org/a/very/long/address">This quick style guide</a> will help',
  'We use cookies to make this site better.',
  '© 2024 The River Society. All rights reserved.',
]
const [numbered] = proxLines(page.join('\n'), 1e6, () => 1)

t.test('a chunk is recognised in every template', (t) => {
  for (const name of proxTemplateNames) {
    const [, step] = withProxTemplate(prox, name).steps
    const prompt = promptFor(stepTask(step!, step!.variants[0]!), numbered!, {})
    const user = prompt.shape === 'completion' ? prompt.prompt : prompt.messages.at(-1)!.content
    t.same(taskOf(user), { kind: 'refine_lines', document: numbered, items: null, told: '' }, name)
  }
  t.end()
})

t.test('a document is recognised with and without the end of its turn; other prompts are left alone', (t) => {
  const { before, after } = prox.steps[0]!.chunk as unknown as { before: string, after: string }
  for (const end of [after, '', ' [/IN']) t.match(refinerTask(`${before}Text.${end}`), { kind: 'refine_document', document: `Text.${end === after ? '' : end}` })
  for (const user of ['[doc]\nno numbers\n[/doc]', `Tell me of ${before}`, '<document>\nD\n</document>\n\nSummarize.']) t.equal(refinerTask(user), null, user)
  t.end()
})

t.test('the program takes out what is no text, and nothing else', (t) => {
  const program = rewrite({ kind: 'refine_lines', document: numbered!, items: null, told: '' }, 256)
  t.same(executeProgram(program, page.join('\n'), 'compat'), {
    text: ['', page[3], page[4]!.replace('https://example.org/rivers/of/the/north', ''), ...page.slice(6, 10)].join('\n'),
    outcome: 'refined', errors: [], wordsBefore: 78, wordsAfter: 41,
  })
  t.equal(refinerProgram('refine_lines', '[017]A line of text.\n[018]Another.', 256), 'keep_chunk()')
  t.equal(refinerProgram('refine_lines', '[1017]A line of text.\n[1018]Log in', 256), 'remove_lines(start=1018, end=1018)')
  t.end()
})

t.test('a program ends by itself, whatever the page', (t) => {
  const lines = Array.from({ length: 200 }, (_, i) => `[${String(i).padStart(3, '0')}]${i % 2 ? 'Read more' : `Line ${i} is text.`}`)
  const program = refinerProgram('refine_lines', lines.join('\n'), 256)
  t.ok(program.length <= 256 * 1.8)
  t.ok(program.split('\n').every((line) => /^remove_lines\(start=(\d+), end=\1\)$/.test(line)))
  t.end()
})

t.test('a document is kept for its words', (t) => {
  const prose = 'The river rises in the hills and flows to the sea through the old town, and its water is cold. '.repeat(4)
  t.equal(refinerProgram('refine_document', prose, 48), 'keep_doc()')
  t.equal(refinerProgram('refine_document', '河流发源于山中，流经古镇，最后汇入大海，河水清澈冰凉，两岸长满了树木。'.repeat(3), 48), 'keep_doc()')
  t.equal(refinerProgram('refine_document', page.slice(0, 3).join('\n'), 48), 'drop_doc()')
  t.equal(refinerProgram('refine_document', `${prose}\n${'Read more\n'.repeat(5)}`, 48), 'drop_doc()', 'mostly not text')
  t.equal(refinerProgram('refine_document', `\`\`\`\n${prose}\n\`\`\``, 48), 'drop_doc()', 'nothing but code')
  t.end()
})
