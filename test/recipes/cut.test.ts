import fc from 'fast-check'
import t from 'tap'
import { cutDocument } from '../../dist/recipes/cut.js'

t.test('cuts at the best boundary in the second half', (t) => {
  const cases: [string, number, string, string][] = [
    ['short', 5, 'short', 'fits'],
    ['One two.\n\nThree four.\n\nFive', 24, 'One two.\n\nThree four.', 'paragraph'],
    ['One two.\n\nThree four.', 8, 'One two.', 'paragraph end exactly at the limit'],
    ['One.\n\nTwo three four five.\nSix seven', 30, 'One.\n\nTwo three four five.', 'line, since the paragraph ends too early'],
    ['One two three. Four five six. Seven', 32, 'One two three. Four five six.', 'sentence'],
    ['一二三。四五六。七八九', 9, '一二三。四五六。', 'sentence without blanks'],
    ['One two three. Four', 14, 'One two three.', 'sentence end exactly at the limit'],
    ['aaaaaaaaaa', 4, 'aaaa', 'code point'],
    ['aaa👩bbb', 4, 'aaa', 'not inside a surrogate pair'],
    ['aaa👩bbb', 5, 'aaa👩', 'after the pair'],
  ]
  for (const [text, max, expected, name] of cases) t.equal(cutDocument(text, max), expected, name)
  t.end()
})

t.test('a cut is a well-formed beginning that keeps a good part', (t) => {
  const piece = fc.constantFrom('word ', 'end. ', '\n', '\n\n', '。', '👩', '漢', '  ', 'x'.repeat(30))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), (parts, max) => {
      const text = parts.join('')
      const cut = cutDocument(text, max)
      t.ok(text.startsWith(cut) && cut.length <= max)
      t.doesNotThrow(() => encodeURIComponent(cut), 'no half of a surrogate pair')
      if (text.length <= max) t.equal(cut, text)
      const lost = text.slice(cut.length, Math.max(0, Math.floor(max / 2) - 1))
      t.equal(lost.trim(), '', 'nothing but blanks is given up in the first half')
    }),
  )
  t.end()
})
