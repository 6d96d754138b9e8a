import fc from 'fast-check'
import t from 'tap'
import { normalizeForDedupe } from '../../dist/text/normalize.js'

const same: readonly (readonly [a: string, b: string, why: string])[] = [
  ['One page', 'ONE PAGE', 'capitals'],
  ['one page', '  one\n\n\tpage\r\n', 'white space'],
  ['one page', 'one\u00a0page', 'a blank that does not break'],
  ['one page', '\ufeffone page', 'byte order mark'],
  ['une caf\u00e9', 'une cafe\u0301', 'canonical forms'],
  ['\u0413\u041b\u0410\u0412\u0410 1', '\u0433\u043b\u0430\u0432\u0430 1', 'capitals of another script'],
]
const different: readonly (readonly [a: string, b: string, why: string])[] = [
  ['1 2', '12', 'blanks between numbers'],
  ['3.14', '314', 'a decimal point'],
  ['-5', '5', 'a sign'],
  ['10\u00b2', '102', 'a power'],
  ['version 1', 'version 2', 'a number'],
  ['p\u00e9ch\u00e9', 'p\u00eache', 'an accent'],
  ['stra\u00dfe', 'strasse', 'a letter'],
  ['let us eat, grandma', 'let us eat grandma', 'a comma'],
  ['\u4e2d', '\u4e2d\u4e2d', 'a repeated letter'],
]

t.test('what a reader calls the same page is equal', async (t) => {
  for (const [a, b, why] of same) t.equal(normalizeForDedupe(a), normalizeForDedupe(b), why)
})

t.test('what carries meaning stays', async (t) => {
  for (const [a, b, why] of different) t.not(normalizeForDedupe(a), normalizeForDedupe(b), why)
})

t.test('is what a regular expression would make', async () => {
  const unit = fc.constantFrom(
    'a', 'B', '\u00c9', '\u0130', ' ', '  ', '\n', '\t', '\u3000', '\ufeff', '.', '9', '\u4e2d',
    '\ud83d\ude00', 'e\u0301',
  )
  fc.assert(fc.property(fc.array(unit), (units) => {
    const text = units.join('')
    const plain = text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()
    return normalizeForDedupe(text) === plain && normalizeForDedupe(plain) === plain
  }))
})

t.test('takes a document of 20 MB', async (t) => {
  t.equal(normalizeForDedupe('A\n'.repeat(1e7)).length, 2e7 - 1)
  t.equal(normalizeForDedupe('\u4e2d  '.repeat(5e6)).length, 1e7 - 1)
  t.equal(normalizeForDedupe(' \n'.repeat(1e7)), '')
})
