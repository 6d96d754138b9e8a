import t from 'tap'
import { refined } from '../refined.js'

const ops = [{ op: 'after_prefix', prefix: 'Here it is:' }]
const failed = 'STREAM_PARSE_FAILED'

const cases: [text: string, compat: string[] | string, safe: string[] | string][] = [
  ['Here it is:\n\n The text. \n', ['The text.'], ['The text.']],
  ['Here it is:', [''], ['']],
  ['\nHere it is: a', failed, ['a']],
  ['HERE IT IS: a', failed, ['a']],
  ['Sure! Here it is: a', failed, failed],
  ['Here it', failed, failed],
  ['', failed, failed],
  ['Here it is: Here it is: b', ['Here it is: b'], ['Here it is: b']],
]

t.test('the prefix must begin the reply, and is cut', (t) => {
  for (const [text, compat, safe] of cases) {
    t.same(refined(ops, text, { quirks: 'compat' }), compat, `compat: ${text}`)
    t.same(refined(ops, text), safe, `safe: ${text}`)
  }
  t.end()
})
