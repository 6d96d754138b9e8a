import fc from 'fast-check'
import t from 'tap'
import { sentenceSpans, splitSentences } from '../../dist/text/sentences.js'

t.test('splits where a reader would', (t) => {
  const cases: [string, string[], string][] = [
    ['', [], 'empty'],
    [' \n\t ', [], 'blank'],
    ['word', ['word'], 'no mark'],
    ['One. Two! Three? Four…', ['One.', 'Two!', 'Three?', 'Four…'], 'marks'],
    [
      'Dr. Smith met J. Doe at 5 p.m. on Jan. 5. They left.',
      ['Dr. Smith met J. Doe at 5 p.m. on Jan. 5.', 'They left.'],
      'abbreviations',
    ],
    [
      'See Fig. 3 and No. 5. I said no. Then I left.',
      ['See Fig. 3 and No. 5.', 'I said no.', 'Then I left.'],
      'before numbers only',
    ],
    ['Version 3.14 of a.b.c is out. Yes.', ['Version 3.14 of a.b.c is out.', 'Yes.'], 'inside words'],
    [
      'He said "Stop!" and left. (Really.) Yes.',
      ['He said "Stop!" and left.', '(Really.)', 'Yes.'],
      'quotes and brackets',
    ],
    ['Wait... what? Yahoo! is old.', ['Wait... what?', 'Yahoo! is old.'], 'small letter goes on'],
    ['今天下雨。你好吗？好！“走吧。”他说。', ['今天下雨。', '你好吗？', '好！', '“走吧。”', '他说。'], 'Chinese'],
    ['これは本です。元気？', ['これは本です。', '元気？'], 'Japanese'],
    ['오늘은 비가 옵니다. 우산이 있나요?', ['오늘은 비가 옵니다.', '우산이 있나요?'], 'Korean'],
    ['هل أنت بخير؟ نعم. شكرا', ['هل أنت بخير؟', 'نعم.', 'شكرا'], 'Arabic'],
    ['Это было в 1990 г. в Москве, т. е. давно. Да.', ['Это было в 1990 г. в Москве, т. е. давно.', 'Да.'], 'Russian'],
    ['यह किताब है। वह घर है।', ['यह किताब है।', 'वह घर है।'], 'Hindi'],
    ['Das gilt z.B. Für alle. Ja.', ['Das gilt z.B. Für alle.', 'Ja.'], 'German'],
    [
      '# Title\nText one.\n- item a\n- item b\n1. first\n2. second',
      ['# Title', 'Text one.', '- item a', '- item b', '1. first', '2. second'],
      'blocks',
    ],
    ['## 1. Meet all laws\n\nDo it.', ['## 1. Meet all laws', 'Do it.'], 'numbered heading'],
    [
      `${'long line wrapped by an editor at a column so'} that\nit goes on here. End.`,
      ['long line wrapped by an editor at a column so that it goes on here.', 'End.'],
      'wrapped',
    ],
    [
      'The second sentence of this line is cut by its end. On Mount\nEverest it is cold.',
      ['The second sentence of this line is cut by its end.', 'On Mount Everest it is cold.'],
      'wrapped after a mark',
    ],
    ['Menu\nHome\nAbout us', ['Menu', 'Home', 'About us'], 'short lines'],
    ['para one\n\npara two', ['para one', 'para two'], 'paragraphs'],
    [`${'中'.repeat(60)}，\n继续。`, [`${'中'.repeat(60)}，继续。`], 'wrapped without blanks'],
  ]
  for (const [text, expected, name] of cases) t.same(splitSentences(text), expected, name)
  t.end()
})

t.test('spans are in order, apart, trimmed, and hold everything that is visible', (t) => {
  const piece = fc.constantFrom('Word', ' ', '. ', '.', '。', '\n', '\n\n', '- ', '# ', '"', '!', '？', '👩', '3', 'e.g. ', '\u2028')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 80 }), (parts) => {
      const text = parts.join('')
      let at = 0
      let between = ''
      for (const { start, end } of sentenceSpans(text)) {
        t.ok(start >= at && end > start)
        t.equal(text.slice(start, end), text.slice(start, end).trim())
        between += text.slice(at, start)
        at = end
      }
      t.equal((between + text.slice(at)).trim(), '')
    }),
  )
  t.end()
})

t.test('linear: half a megabyte of the worst input', (t) => {
  const worst = ['a. ', '。', '\n', 'a\n', '.', '"', '! ', '. (', 'a\n   ', `${'x'.repeat(99)} `]
  for (const unit of worst) {
    const text = unit.repeat(Math.ceil(500_000 / unit.length))
    t.ok(splitSentences(text).join('').length <= text.length, JSON.stringify(unit.slice(0, 6)))
  }
  t.end()
})
