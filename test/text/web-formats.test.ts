import t from 'tap'
import { canonicalFormat, conversationalFormats, webFormats } from '../../dist/text/web-formats.js'

t.test('24 formats, by name, place and letter', async (t) => {
  t.equal(webFormats.length, 24)
  t.equal(new Set(webFormats).size, 24)
  t.same([...webFormats], webFormats.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)), 'in order of the alphabet')
  for (const [place, format] of webFormats.entries()) {
    t.equal(canonicalFormat(format), format)
    t.equal(canonicalFormat(format.toUpperCase()), format)
    t.equal(canonicalFormat(format.replaceAll(' / ', '/')), format)
    t.equal(canonicalFormat(format.toLowerCase().replaceAll(/[^a-z]+/g, '_')), format)
    t.equal(canonicalFormat(`${place}`), format)
    t.equal(canonicalFormat(`LABEL_${place}`), format)
    t.equal(canonicalFormat('ABCDEFGHIJKLMNOPQRSTUVWX'.charAt(place)), format)
  }
})

const labels: readonly (readonly [label: string, format: string | null])[] = [
  ['LABEL_3', 'Customer Support Page'], ['label_03', 'Customer Support Page'], ['D', 'Customer Support Page'],
  ['d', 'Customer Support Page'], [' (D) ', 'Customer Support Page'], ['D.', 'Customer Support Page'],
  ['3', 'Customer Support Page'], ['0', 'Academic Writing'], ['23', 'User Reviews'], ['x', 'User Reviews'],
  ['Customer Support', 'Customer Support Page'], ['customer-support', 'Customer Support Page'],
  ['Comment Section', 'Discussion Forum / Comment Section'], ['Discussion Forum', 'Discussion Forum / Comment Section'],
  ['FAQ', 'FAQs'], ['faqs', 'FAQs'], ['Truncated', 'Incomplete Content'],
  ['About (Org.)', 'Organizational About Page'], ['News (Org.)', 'Organizational Announcement'],
  ['About (Pers.)', 'Personal About Page'], ['About (Personal)', 'Personal About Page'],
  ['Q&A Forum', 'Q&A Forum'], ['QA Forum', 'Q&A Forum'], ['Q and A forum', 'Q&A Forum'],
  ['Spam/Ads', 'Spam / Ads'], ['spam & ads', 'Spam / Ads'], ['Documentation', 'Technical Writing'],
  ['Audio Transcript', 'Transcript / Interview'], ['Transcript/Interview', 'Transcript / Interview'],
  ['Tutorial', 'Tutorial / How-To Guide'], ['How to guides', 'Tutorial / How-To Guide'],
  ['User Review', 'User Reviews'], ['News Articles', 'News Article'],
  ['', null], [' ', null], ['24', null], ['LABEL_24', null], ['-1', null], ['3.5', null], ['003', null], ['Y', null],
  ['z', null], ['Health', null], ['Article', null], ['LABEL_', null], ['toString', null], ['constructor', null],
]

t.test('other spellings', async (t) => {
  for (const [label, format] of labels) t.equal(canonicalFormat(label), format, JSON.stringify(label))
})

t.test('the conversational ones are among them', async (t) => {
  t.same(conversationalFormats, ['Transcript / Interview', 'Customer Support Page', 'FAQs', 'Q&A Forum'])
  for (const format of conversationalFormats) t.ok(webFormats.includes(format), format)
})
