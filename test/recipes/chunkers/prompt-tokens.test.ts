import fc from 'fast-check'
import t from 'tap'
import { promptTokens } from '../../../dist/recipes/chunkers/prompt-tokens.js'
import { countTokens } from '../../../dist/text/tokens.js'
import { tokens } from '../ops/about.ts'

const cut = (text: string, max: number, reserve = 0, template = '') =>
  promptTokens.cut(text, { max, reserve }, { tokens, template, quirks: 'safe', maxTokens: null }).map((piece) => piece.text)
const words = (n: number, mark: string) => Array.from({ length: n }, (_, i) => `${mark}${i % 10}`).join(' ')

t.test('what fits is not touched', (t) => {
  const text = '  A text.\n\nAnother.\n'
  t.same(cut(text, 100), [text])
  t.same(cut('', 100), [''])
  t.same(cut(text, countTokens(text)), [text], 'exactly at the limit')
  t.equal(cut(text, countTokens(text) - 1).length, 2, 'and one above it')
  t.equal(cut(text, countTokens(text) + 10, 7, 'one two three').length, 1)
  t.equal(cut(text, countTokens(text) + 9, 7, 'one two three').length, 2, 'template and reserve count')
  t.end()
})

t.test('cut between paragraphs, in even pieces', (t) => {
  const paragraphs = Array.from({ length: 9 }, (_, i) => `Paragraph ${i}: ${words(20, 'w')}.`)
  const size = countTokens(`${paragraphs[0]}\n\n`)
  const pieces = cut(paragraphs.join('\n\n'), 8 * size)
  t.same(pieces.map((piece) => piece.split('\n\n').length), [5, 4], 'not eight and one')
  t.equal(pieces.join('\n\n'), paragraphs.join('\n\n'))
  t.end()
})

t.test('a long paragraph is cut between lines, a long line between sentences, a long sentence anywhere', (t) => {
  const line = (i: number) => `Line ${i} says this. And it says that.`
  const lines = [0, 1, 2, 3].map(line)
  for (const piece of cut(lines.join('\n'), 2 * countTokens(`${line(0)}\n`))) t.same(piece.split('\n').filter((each) => !lines.includes(each)), [], 'whole lines')
  const sentences = Array.from({ length: 8 }, (_, i) => `Sentence ${i} is here.`)
  for (const piece of cut(sentences.join(' '), 20)) t.match(piece, /^(?:Sentence \d is here\. ?)+$/, 'whole sentences')
  const endless = words(200, 'w')
  t.equal(cut(endless, 50).join('').replaceAll(' ', ''), endless.replaceAll(' ', ''))
  t.end()
})

t.test('every piece is within the limit, and nothing but white space is lost', (t) => {
  const unit = fc.constantFrom('word ', 'Another sentence. ', '\n', '\n\n', '中文句子。', 'x'.repeat(60), '   ', '😀', '- item\n', '\u00e9')
  fc.assert(fc.property(fc.array(unit, { maxLength: 120 }), fc.integer({ min: 8, max: 60 }), (parts, max) => {
    const text = parts.join('')
    const pieces = cut(text, max)
    const bare = (of: string) => of.replace(/\s+/g, '')
    t.equal(bare(pieces.join('')), bare(text))
    for (const piece of pieces) t.ok(countTokens(piece) <= max, `${countTokens(piece)} tokens of ${max}`)
  }), { numRuns: 300 })
  t.end()
})
