import t from 'tap'
import { oneLine } from '../../../dist/text/fasttext/model.js'

t.test('as " ".join(text.strip().splitlines()) in Python', async (t) => {
  const cases: [string, string][] = [
    ['', ''],
    [' \n\t\u3000\u2028\x1c\x85 ', ''],
    ['one\ntwo', 'one two'],
    ['\n one \r\n two \n\n three \n', 'one   two    three'],
    ['a\rb\n\rc', 'a b  c'],
    ['a\vb\fc\x1cd\x1de\x1ef\x85g\u2028h\u2029i', 'a b c d e f g h i'],
    ['a\tb\x1fc\u00a0d\u200be', 'a\tb\x1fc\u00a0d\u200be'],
    ['\ufeff a \ufeff', '\ufeff a \ufeff'],
    ['\u200ba\u180e', '\u200ba\u180e'],
    ['\u1680\u2000\u200a\u202f\u205f\x1fa\x85', 'a'],
  ]
  for (const [k, [text, line]] of cases.entries()) t.equal(oneLine(text), line, `case ${k}`)
})

t.test('is linear in the length of blank runs', async (t) => {
  const text = `a${' '.repeat(2_000_000)}b`
  t.equal(oneLine(text), text)
})
