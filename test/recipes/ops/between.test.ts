import t from 'tap'
import { refined } from './about.ts'

const [open, close] = ['<improved response starts>', '<improved response ends>']

t.test('tags as models write them', (t) => {
  const cases: [string, string, string | null][] = [
    ['as asked', `<thinking starts>a<thinking ends>\n${open}\n The text. \n${close}`, 'The text.'],
    ['named in the thoughts first', `I will write ${open} and ${close}.\n${open}The text.${close}`, 'The text.'],
    ['twice', `${open}First.${close} ${open}Second.${close}`, 'Second.'],
    ['nested', `${open}a ${open}b${close} c${close}`, 'b'],
    ['closed twice', `${open}The text.${close}\n${close}`, 'The text.'],
    ['a second one that was cut off', `${open}First.${close} ${open}Second`, 'First.'],
    ['never opened', `The text.${close}`, null],
    ['never closed', `${open}The text.`, null],
    ['closed before it was opened', `${close} The text. ${open}`, null],
    ['none', 'The text.', null],
    ['nothing', '', null],
  ]
  for (const [name, reply, expected] of cases) {
    const { drafts, reason } = refined({ op: 'between', open, close }, reply)
    t.same([drafts[0]?.text ?? null, reason], [expected, expected === null ? 'STREAM_PARSE_FAILED' : null], name)
    t.notMatch(drafts[0]?.text ?? '', /</, 'no tag is left')
  }
  t.equal(refined({ op: 'between', open: '|', close: '|' }, 'a |b| c').drafts[0]?.text, 'b', 'the same mark twice')
  t.end()
})
