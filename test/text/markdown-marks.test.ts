import fc from 'fast-check'
import t from 'tap'
import { stripMarkdown } from '../../dist/text/markdown-marks.js'

// The first two are golden vectors: what the original logic gives.
const cases: [text: string, compat: string, safe: string][] = [
  [
    '**a** *b* snake_case_name [t](http://u) __init__ 2*3*4',
    'a b snakecasename http://u init 234',
    'a b snake_case_name t __init__ 2*3*4',
  ],
  ['* item one\n* item two', '* item one\n* item two', '* item one\n* item two'],
  ['**bold\nover** lines', 'bold\nover lines', '**bold\nover** lines'],
  ['![alt](a.png) and [b](c "title")', '!a.png and c "title"', 'alt and b'],
  ['_so_ it is, **very *much* so**', 'so it is, very much so', 'so it is, very much so'],
  ['a * b * c', 'a  b  c', 'a * b * c'],
  ['[1] and [2] (no link)', '[1] and [2] (no link)', '[1] and [2] (no link)'],
  ['[a] [b](c) [d](e', '[a] [b](c) [d](e'.replace('[a] [b](c)', 'c'), '[a] b [d](e'],
  ['这是**重点**。', '这是重点。', '这是重点。'],
  ['', '', ''],
]

t.test('compat and safe', (t) => {
  for (const [text, compat, safe] of cases) {
    t.equal(stripMarkdown(text, 'compat'), compat, `compat: ${text}`)
    t.equal(stripMarkdown(text, 'safe'), safe, `safe: ${text}`)
  }
  t.end()
})

t.test('compat does what the four replacements do, on any line', (t) => {
  const original = (line: string): string =>
    [/\*\*(.*?)\*\*/g, /\*(.*?)\*/g, /_(.*?)_/g, /\[.*?\]\((.*?)\)/g].reduce((text, pattern) => text.replace(pattern, '$1'), line)
  const mark = fc.constantFrom('*', '**', '_', '[', ']', '](', '(', ')', 'a', ' ', '1')
  fc.assert(fc.property(fc.array(mark, { maxLength: 24 }).map((parts) => parts.join('')), (line) => {
    t.equal(stripMarkdown(line, 'compat'), original(line), JSON.stringify(line))
  }), { numRuns: 2000 })
  t.end()
})

t.test('a model that repeats itself does not hold up the run', (t) => {
  // Each of these takes the plain expression minutes.
  for (const unit of ['[a](', '[', '**a', '_(', '*[']) {
    const text = unit.repeat(20_000)
    for (const how of ['compat', 'safe'] as const) t.ok(stripMarkdown(text, how).length <= text.length, `${unit} ${how}`)
  }
  t.end()
})
