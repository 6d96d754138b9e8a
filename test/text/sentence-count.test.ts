import t from 'tap'
import { countSentences } from '../../dist/text/sentence-count.js'
import { sentenceSplitters, terminalPunctuation } from '../../dist/text/terminal-punctuation.js'

// Each count is what datatrove's split_into_sentences gives (spaCy 3.8), a reader's opinion aside.
const cases: readonly (readonly [text: string, sentences: number, rule: string])[] = [
  ['', 1, 'nothing'],
  [' \n ', 1, 'white space only'],
  ['no mark', 1, 'no mark'],
  ['One. Two! Three?', 3, 'terminal marks'],
  ['One.\nTwo.\n\nThree', 3, 'line feeds'],
  ['One\n\nTwo', 1, 'a line feed is no mark'],
  ['He said "one." Then two.', 2, 'a closing quote belongs to the sentence'],
  ['He said (one.) - Then two.', 2, 'so does a dash'],
  ['One.$ Two.', 1, 'a sign in the middle of a word is none'],
  ['One. $ Two.', 2, 'a currency sign is no punctuation'],
  ['What?! Yes.', 2, 'two marks'],
  ['Wait... what? Yes… no.', 2, 'an ellipsis is no mark'],
  ['Wait .. what', 1, 'a run of full stops is no mark'],
  ['Mr. Smith, e.g. at 9 a.m. in the U.S. today.', 1, 'known abbreviations'],
  ['Nr. 5 of fig. 3.', 3, 'unknown ones'],
  ['See example.com. It is 3.5 km.', 2, 'addresses and numbers'],
  ['One.Two', 2, 'a full stop between letters, the second a capital'],
  ['一。二。', 1, 'without white space a mark is part of its word'],
  ['一 。 二', 2, 'a mark of another script'],
  ['a \u{115D2} b', 2, 'a mark outside the basic plane'],
  ['One. "Two"', 2, 'an opening quote does not hold it up'],
  ['One. "', 1, 'punctuation only'],
  ['One.  "', 2, 'two blanks are a word'],
  ['One.\t"', 2, 'a tab is one'],
  ['One.\u00a0"', 2, 'a no-break space is one'],
  ['One. ', 1, 'a blank at the end is none'],
  ['One.  ', 2, 'two blanks at the end are one'],
  ['One.\n', 2, 'a line feed at the end is one'],
  ['  One.', 1, 'white space at the start'],
]

t.test('counts as the sentencizer behind datatrove does', async (t) => {
  for (const [text, sentences, rule] of cases) t.equal(countSentences(text), sentences, `${rule}: ${JSON.stringify(text)}`)
})

t.test('has every mark of its sources', async (t) => {
  t.equal(sentenceSplitters.size, 128)
  t.equal(terminalPunctuation.size, 159)
  for (const mark of sentenceSplitters) t.ok(/\p{P}/u.test(String.fromCodePoint(mark)), mark.toString(16))
})
