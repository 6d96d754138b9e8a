import t from 'tap'
import { cut } from '../../../dist/recipes/refine.js'
import { words } from '../refined.js'

t.test('the first characters, never half of one', (t) => {
  const head = (text: string, chars: number) => cut({ by: 'head', chars }, text, { tokens: words, quirks: 'safe', template: '', maxTokens: null })
  t.same(head('abcdef', 3), [{ text: 'abc' }])
  t.same(head('abc', 3), [{ text: 'abc' }])
  t.same(head('', 3), [{ text: '' }])
  t.same(head('a\u{1F600}\u{1F601}b', 2), [{ text: 'a\u{1F600}' }])
  t.same(head('\u{1F600}'.repeat(5), 4), [{ text: '\u{1F600}'.repeat(4) }])
  t.end()
})
