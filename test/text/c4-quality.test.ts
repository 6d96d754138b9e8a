import t from 'tap'
import { c4Quality, c4QualityDefaults } from '../../dist/text/c4-quality.js'

const sentence = 'This is prose.'

/** Four lines that count, a sentence each: whether `line` counts decides. */
function fifth(line: string): string {
  return `${`${sentence}\n`.repeat(4)}${line}`
}

/** Enough prose, and `line` after it as line 7. */
function after(line: string): string {
  return `${`${sentence}\n`.repeat(6)}${line}`
}

const four = 'sentences in lines of prose 4, limit 5'
const cases: readonly (readonly [name: string, text: string, reason: string | null, detail?: string])[] = [
  ['empty', '', 'c4_too_few_sentences', 'sentences in lines of prose 0, limit 5'],
  ['white space only', ' \n\n\u00a0', 'c4_too_few_sentences', 'sentences in lines of prose 0, limit 5'],
  ['four sentences', Array<string>(4).fill(sentence).join('\n'), 'c4_too_few_sentences', four],
  ['five sentences', Array<string>(5).fill(sentence).join('\n'), null],
  ['six sentences', Array<string>(6).fill(sentence).join('\n'), null],
  ['four in a line', Array<string>(4).fill(sentence).join(' '), 'c4_too_few_sentences', four],
  ['five in a line', Array<string>(5).fill(sentence).join(' '), null],
  ['a line of two words', fifth('Two words.'), 'c4_too_few_sentences', four],
  ['a line of three words', fifth(' Now three words.\t'), null],
  ['words are what stands between white space', fifth('- one.'), 'c4_too_few_sentences'],
  ['of any kind', fifth('a\u00a0b\u3000c.'), null],
  ['a word of 1,000 characters', fifth(`so ${'x'.repeat(1000)} is.`), null],
  ['a word of 1,001 characters', fifth(`so ${'x'.repeat(1001)} is.`), 'c4_too_few_sentences', four],
  ['1,000 outside the basic plane', fifth(`so ${'𝒳'.repeat(1000)} is.`), null],
  ['1,001 outside the basic plane', fifth(`so ${'𝒳'.repeat(1001)} is.`), 'c4_too_few_sentences', four],
  ['a longer one by code units behind it', fifth(`${'x'.repeat(1001)} ${'𝒳'.repeat(600)} is.`), 'c4_too_few_sentences', four],
  ['lorem ipsum', after('And so on: Lorem IPSUM, dolor.'), 'c4_lorem_ipsum', '"lorem ipsum" in line 7'],
  ['lorem ipsum where nothing else is wrong yet', 'Here is lorem ipsum.', 'c4_lorem_ipsum', '"lorem ipsum" in line 1'],
  ['lorem ipsum in a line that does not count', after('And so on: lorem ipsum'), null],
  ['lorem  ipsum', after('And so on: lorem  ipsum.'), null],
  ['a curly bracket', after('Now one {here.'), 'c4_curly_bracket', '"{" in line 7'],
  ['a closing one', after('Now one }here.'), null],
  ['a curly bracket in a line that does not count', after('if (x) {'), null],
  ['or of too few words', after('{ two."'), null],
  ['lorem ipsum before javascript', after('No lorem ipsum in JavaScript.'), 'c4_lorem_ipsum'],
  ['javascript before a bracket', after('No { in JavaScript.'), null],
  ['a bracket before cookies', after('It uses cookies {.'), 'c4_curly_bracket'],
  ['of two lines the first', after('Here is a {.\nHere is lorem ipsum.'), 'c4_curly_bracket', '"{" in line 7'],
  ['of one line lorem ipsum', after('Here {is lorem ipsum.'), 'c4_lorem_ipsum'],
]

t.test('each rule just inside, at and just outside its limit', async (t) => {
  for (const [name, text, reason, detail] of cases) {
    const verdict = c4Quality(text)
    t.equal(verdict?.reason ?? null, reason, name)
    if (detail !== undefined) t.equal(verdict?.detail, detail, name)
  }
})

const prose = [
  'This is prose.', 'Is this prose?', 'This is prose!', 'He said "prose"', "He said 'prose'", 'He said "prose."',
  '  This is prose.  ', 'This is prose?..', 'This is JavaScrıpt.', 'This is Java Script.', 'They use cookie jars.',
  'This is prose.[12]', 'This is prose.[]', 'This is prose.[edit]', 'This is prose.[citation needed]',
  'This is prose.[١٢]', 'This is prose.[1][2][edit]', '[1] [2] prose.', '[[1]] is prose.',
]
const noProse = [
  'This is prose', 'This is prose:', 'This is prose…', 'This is prose...', 'This is prose?...', 'This is prose.)',
  'This is prose.”', 'This is prose。', 'This is prose. [12]', 'This is prose.[x]', 'This is prose.[1', 'This is prose.[²]',
  'This is prose.[Edit]', '[1] [2] [3]', 'This [1] is..[2].', 'This is JavaScript.', 'Please ENABLE javascripts.', 'These are Terms of Use.',
  'Read our privacy policy.', 'Read our Cookie Policy!', 'This site uses cookies.', 'The use of cookies.',
  'We use cookies.', 'We use coo\u212aies.',
]

t.test('which lines count', async (t) => {
  for (const line of prose) t.equal(c4Quality(fifth(line)), null, line)
  for (const line of noProse) t.equal(c4Quality(fifth(line))?.reason, 'c4_too_few_sentences', line)
})

t.test('lines end as in Python', async (t) => {
  const ends = ['\n', '\r\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029']
  const text = ends.map((end) => `a line that ends without a mark${end}`).join('')
  const detail = '"{" in line 12'
  t.same(c4Quality(`${text}now one {here.`), { reason: 'c4_curly_bracket', detail })
  t.same(c4Quality(`${text}now\x1f one\u00a0{here.`), { reason: 'c4_curly_bracket', detail })
})

t.test('limits can be set', async (t) => {
  t.equal(c4Quality('', { ...c4QualityDefaults, minSentences: 0 }), null)
  t.equal(c4Quality('Yes.', { ...c4QualityDefaults, minSentences: 1 })?.reason, 'c4_too_few_sentences')
  t.equal(c4Quality('Yes.', { ...c4QualityDefaults, minSentences: 1, minWordsPerLine: 1 }), null)
  const open = { ...c4QualityDefaults, minSentences: 1, maxWordLength: 4 }
  t.equal(c4Quality('They said four.', open)?.reason, 'c4_too_few_sentences')
  t.equal(c4Quality('They said 123.', open), null)
})
