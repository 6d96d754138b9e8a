import t from 'tap'
import { hasWord, wordForms } from '../../dist/text/word-forms.js'
import { adjectives, nouns, verbs } from '../../dist/recipes/tinystories-words.js'

t.test('forms by ending, whole words only', (t) => {
  const yes: [string, string][] = [
    ['jump', 'He JUMPED.'], ['jump', 'jumping'], ['jump', 'jumps'], ['hop', 'it hopped'], ['bake', 'baking bread'], ['bake', 'She baked'],
    ['carry', 'carried'], ['carry', 'carries'], ['play', 'played'], ['box', 'two boxes'], ['berry', 'red berries'], ['cat', 'the cat’s tail'],
    ['cat', "the cat's tail"], ['happy', 'happily'], ['happy', 'the happiest'], ['big', 'a bigger one'], ['nice', 'nicer'], ['quick', 'quickly'],
    ['visit', 'visited'], ['open', 'opened'], ['shiny', 'shinier'],
  ]
  for (const [word, text] of yes) t.ok(hasWord(text, word), `${word} in ${text}`)
  const no: [string, string][] = [
    ['cat', 'a catalogue'], ['go', 'she went'], ['red', 'a rediscovery'], ['ant', 'want'], ['star', 'the stairs'],
    ['jump', ''], ['', 'nothing was asked for'],
  ]
  for (const [word, text] of no) t.notOk(hasWord(text, word), `${word} not in ${text}`)
  t.end()
})

t.test('the lists: lower case, each word once, and enough of them', (t) => {
  for (const words of [verbs, nouns, adjectives]) {
    t.same(words, [...new Set(words)], 'none twice')
    t.ok(words.every((word) => /^[a-z]+$/.test(word)))
    t.ok(words.length > 130, String(words.length))
  }
  const irregular = ['go', 'run', 'eat', 'see', 'make', 'child', 'mouse', 'foot', 'good', 'bad', 'leaf', 'bring', 'speak', 'fly', 'keep']
  t.same([...verbs, ...nouns, ...adjectives].filter((word) => irregular.includes(word)), [], 'no word whose forms lose it')
  t.ok(wordForms('fly').has('flies'))
  t.end()
})
