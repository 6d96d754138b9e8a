import fc from 'fast-check'
import t from 'tap'
import { placesOf, render } from '../../dist/recipes/template.js'

t.test('fills places, with and without blanks, and both names of the document', (t) => {
  const cases: [string, Record<string, string>, string][] = [
    ['Hi {{name}}!', { name: 'Ada' }, 'Hi Ada!'],
    ['{{ name }}{{name}}', { name: 'x' }, 'xx'],
    ['Document: [[DOCUMENT]] / {{text}}', { text: 'T' }, 'Document: T / T'],
    ['{name} {{na me}} {{}} [[OTHER]]', {}, '{name} {{na me}} {{}} [[OTHER]]'],
    ['$& $1 {{a}}', { a: '$& $1 $$' }, '$& $1 $& $1 $$'],
  ]
  for (const [template, slots, expected] of cases) t.equal(render(template, slots), expected, template)
  t.end()
})

t.test('a place without a value is an error that names it', (t) => {
  t.throws(() => render('{{tone}}', { text: '' }), { message: 'no value for {{tone}}; known slots: text' })
  t.throws(() => render('{{toString}}', {}), RangeError, 'nothing is inherited')
  t.end()
})

t.test('inserted text is never searched for places', (t) => {
  const piece = fc.constantFrom('{{', '}}', 'a', 'text', ' ', '[[DOCUMENT]]', '{{b}}', '$&')
  fc.assert(
    fc.property(fc.array(piece), fc.string(), (parts, b) => {
      const value = parts.join('')
      t.equal(render('<{{a}}|{{b}}>', { a: value, b }), `<${value}|${b}>`)
    }),
  )
  t.end()
})

t.test('placesOf lists each slot once', (t) => {
  t.same(placesOf('{{a}} [[DOCUMENT]] {{ b }} {{a}} {{text}}'), ['a', 'text', 'b'])
  t.same(placesOf('none { } [[x]]'), [])
  t.end()
})
