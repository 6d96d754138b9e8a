import t from 'tap'
import { refined } from '../refined.js'

// The first four are golden vectors: what the original logic gives.
const cases: [text: string, unquoted: string][] = [
  ['"abc"', 'abc'],
  ['"a"\n"b"', '"a"\n"b"'],
  ['"a\nb"', 'a\nb'],
  ['""', '""'],
  ['  "abc" \n', 'abc'],
  ['"a" and "b"', 'a" and "b'],
  ['"abc', '"abc'],
  ['abc"', 'abc"'],
  ['"', '"'],
  ['', ''],
]

t.test('quotation marks around the whole', (t) => {
  for (const [text, unquoted] of cases) t.same(refined([{ op: 'unquote' }], text), [unquoted], JSON.stringify(text))
  t.end()
})
