import fc from 'fast-check'
import t from 'tap'
import * as flags from '../../dist/text/char-class.js'
import { splitWords, wordList } from '../../dist/text/words.js'

// Each line is a word split by the rule it names, as spaCy 3.8's blank English tokenizer splits it.
const cases: readonly (readonly [text: string, words: readonly string[], rule: string])[] = [
  ['', [], 'nothing'],
  [' \t\r\n\u00a0\u3000\u001c', [], 'white space only'],
  ['one two', ['one', 'two'], 'blank'],
  ['one\u2028two\u0085three', ['one', 'two', 'three'], 'white space of Python'],
  ['one\ufefftwo', ['one\ufefftwo'], 'a byte order mark is no white space'],
  ['"Yes," (he) said...', ['"', 'Yes', ',', '"', '(', 'he', ')', 'said', '...'], 'prefixes and suffixes'],
  ['end. END. U.S. Q. 9. x%.', ['end', '.', 'END', '.', 'U.S.', 'Q.', '9', '.', 'x%', '.'], 'full stop'],
  ["it's John's JOHN’S dogs'", ['it', "'s", 'John', "'s", 'JOHN', '’S', 'dogs', "'"], 'possessive'],
  ["don't I'm cannot its it’s", ['do', "n't", 'I', "'m", 'can', 'not', 'its', 'it', '’s'], 'contractions'],
  ["they'd've wouldn't've", ['they', "'d", "'ve", 'would', "n't", "'ve"], 'contractions in three'],
  ['Dr. Smith, e.g. Mr. X', ['Dr.', 'Smith', ',', 'e.g.', 'Mr.', 'X'], 'abbreviations'],
  ['at 10am, 9a.m.', ['at', '10', 'am', ',', '9', 'a.m.'], 'times'],
  ['5km 20°C. 3m² 7% 10€ 4GB.',
    ['5', 'km', '20', '°', 'C', '.', '3', 'm²', '7', '%', '10', '€', '4', 'GB', '.'], 'units'],
  ['$5 US$5 C$7 +5 +a', ['$', '5', 'US$', '5', 'C$', '7', '+5', '+', 'a'], 'currency and sign'],
  ['well-known 1990-2000 a--b -x x-',
    ['well', '-', 'known', '1990', '-', '2000', 'a', '--', 'b', '-x', 'x-'], 'hyphens'],
  ['word—dash a/b 1/2 a:b a=b x,y 1,2',
    ['word', '—', 'dash', 'a', '/', 'b', '1/2', 'a', ':', 'b', 'a', '=', 'b', 'x', ',', 'y', '1,2'], 'infixes'],
  ['end.Start v1.Two a..b a…b', ['end', '.', 'Start', 'v1.Two', 'a', '..', 'b', 'a', '…', 'b'], 'stops inside'],
  ['See https://a.example.com/x-y?z=1, or me@b.org.',
    ['See', 'https://a.example.com/x-y?z=1', ',', 'or', 'me@b.org', '.'], 'addresses'],
  ['lower.Upper a.b http://host:80/x',
    ['lower', '.', 'Upper', 'a.b', 'http://host:80', '/', 'x'], 'no addresses'],
  [':) (see p. 8) x-a. ^_^', [':)', '(', 'see', 'p.', '8)', 'x', '-', 'a.', '^_^'], 'emoticons and rejoined words'],
  ['..):-( id.', ['..', ')', ':-(', 'i', 'd.'], 'the longest known word wins'],
  ['hot😀dog 👍🏽 ©x', ['hot', '😀', 'dog', '👍', '🏽', '©', 'x'], 'symbols'],
  ['你好。世界，是', ['你好。世界，是'], 'no white space, no split'],
  ['# Title ## [link](x)', ['#', 'Title', '#', '#', '[', 'link](x', ')'], 'markup'],
]

t.test('splits as the tokenizer behind datatrove does', async (t) => {
  for (const [text, words, rule] of cases) t.same(wordList(text), words, rule)
})

t.test('loses nothing but white space, in order', async () => {
  const bits = fc.constantFrom(
    'a', 'B', '5', '.', '..', '…', ',', "'", '’s', '-', '/', ':', '$', '(', ')', '@', '😀', '中', ' ', '\n',
    '\u00a0', "don't", ':)', 'x.org',
  )
  fc.assert(fc.property(fc.array(bits, { maxLength: 40 }), (parts) => {
    const text = parts.join('')
    const { count, starts, ends } = splitWords(text)
    let at = 0
    let gaps = ''
    for (let k = 0; k < count; k++) {
      if (starts[k]! < at || ends[k]! <= starts[k]!) return false
      gaps += text.slice(at, starts[k])
      at = ends[k]!
    }
    return /^[ \n\u00a0]*$/.test(gaps + text.slice(at))
  }), { numRuns: 2000 })
})

t.test('ends in time on long texts without a gap', async (t) => {
  // A quadratic step would need minutes here, and tap ends the file after two.
  for (const bit of ['a', '.', "'", '()', ':)', 'a-', 'a@', 'a.', '😀', '5km', 'http://', '…']) {
    const text = bit.repeat(1_000_000 / bit.length)
    const { count, starts, ends } = splitWords(text)
    t.ok(count > 0 && starts[0] === 0 && ends[count - 1] === text.length, JSON.stringify(bit))
  }
})

t.test('a letter is never a symbol', async (t) => {
  // measureWords in gopher-quality.ts stops at the first letter of a word because of this.
  const both = flags.charFlags.findIndex((unit) => (unit & flags.LETTER) !== 0 && (unit & flags.SYMBOL) !== 0)
  t.equal(both, -1)
})
