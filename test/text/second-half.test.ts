import fc from 'fast-check'
import t from 'tap'
import { secondHalfStart, secondHalves } from '../../dist/text/second-half.js'

t.test('the sentence that begins nearest to the middle', (t) => {
  const cases: [string, number, string][] = [
    ['One two. Three four. Five six. Seven.', 21, 'middle 18.5: 21 is nearer than 9 and 31'],
    ['A long first sentence of many words. Short.', 37, 'the only boundary, however far'],
    ['Short. A long second sentence of many words.', 7, 'the only boundary, near the beginning'],
    ['Aaa. Bbb b. Cc.', 5, 'middle 7.5: 5 is nearer than 12'],
    ['One sentence only.', 0, 'one sentence'],
    ['no mark at all', 0, 'no mark'],
    ['', 0, 'nothing'],
    ['第一句话。第二句话。第三句话。第四句话。', 10, 'Chinese full stops, no blanks'],
    ['他说：“你好！”然后他走了。天黑了？是的。', 8, 'Chinese quotation and other marks'],
    ['只有一个句子，没有别的。', 0, 'one Chinese sentence with a comma'],
    ['これは一。これは二。これは三。', 5, 'Japanese; 5 and 10 of 15 are equally near'],
    ['Dr. Smith paid 3.50 dollars. He left.', 29, 'a full stop that ends no sentence is no boundary'],
  ]
  for (const [paragraph, expected, name] of cases) t.equal(secondHalfStart(paragraph), expected, name)
  t.end()
})

t.test('every paragraph is halved, in order', (t) => {
  const cases: [string, string[], string][] = [
    ['One. Two.\n\nThree. Four.', ['Two.', 'Four.'], 'empty lines'],
    ['One. Two.\n \t\n\n\nThree.\n', ['Two.', 'Three.'], 'blanks in the empty line; one sentence is given whole'],
    ['First line ends\nhere. Second one.\n\nXx. Yy.', ['Second one.', 'Yy.'], 'a wrapped line is no paragraph where there are empty lines'],
    ['Line one. Its end.\nLine two. Its end.', ['Its end.', 'Its end.'], 'no empty line: every line'],
    ['# 标题\n\n第一句。第二句。', ['# 标题', '第二句。'], 'Chinese with a heading'],
    ['  \n ', [], 'nothing'],
  ]
  for (const [text, expected, name] of cases) t.same(secondHalves(text), expected, name)
  t.end()
})

t.test('no boundary is nearer than the one taken', (t) => {
  const sentence = fc.constantFrom('Ab cd. ', 'Long words stand in here. ', 'Yes! ', '第一句。', 'E.g. this? ', 'x ')
  fc.assert(fc.property(fc.array(sentence, { minLength: 1, maxLength: 12 }), (parts) => {
    const paragraph = parts.join('').trim()
    const at = secondHalfStart(paragraph)
    const half = paragraph.slice(at)
    t.ok(half.length > 0 && half === half.trim(), 'no blank at its beginning, never empty')
    const rest = secondHalfStart(half)
    // A boundary of the half lies beyond the one taken, so it must not be nearer to the middle of the whole.
    const off = (place: number) => Math.abs(place - paragraph.length / 2)
    if (at > 0 && rest > 0) t.ok(off(at + rest) >= off(at))
  }))
  t.end()
})
