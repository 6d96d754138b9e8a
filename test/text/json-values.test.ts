import fc from 'fast-check'
import t from 'tap'
import { jsonValues } from '../../dist/text/json-values.js'

t.test('values whatever stands around them', (t) => {
  const cases: [string, string, unknown[]][] = [
    ['alone', '{"a": 1}', [{ a: 1 }]],
    ['fenced', 'Sure:\n```json\n{"a": {"b": [1]}}\n```\nDone.', [{ a: { b: [1] } }]],
    ['several', '{"a": 1} and [2] and {"b": 3}', [{ a: 1 }, [2], { b: 3 }]],
    ['brackets in prose', 'The {form} is [see]: {"a": 1}', [{ a: 1 }]],
    ['brackets in strings', '{"a": "}] \\" {"}', [{ a: '}] " {' }]],
    ['comma before the end', '{"a": [1, 2,], }', [{ a: [1, 2] }]],
    ['line end in a string', '{"a": "one\ntwo\tthree"}', [{ a: 'one\ntwo\tthree' }]],
    ['cut off', '[{"a": 1}, {"b": 2}, {"c', [{ a: 1 }, { b: 2 }]],
    ['none', 'no values, "{" and 7', []],
    ['nothing', '', []],
  ]
  for (const [name, text, values] of cases) t.same(jsonValues(text), values, name)
  t.end()
})

t.test('JSON of any kind comes back between any prose without brackets and quotes', (t) => {
  const prose = fc.string().map((text) => text.replace(/["{}[\]]/g, ''))
  const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))
  fc.assert(fc.property(prose, value, prose, (before, json, after) => {
    const text = JSON.stringify(json)
    t.same(jsonValues(`${before}${text}${after}`), [JSON.parse(text)])
  }))
  t.end()
})

t.test('never throws, and ends on a reply that is nothing but brackets', (t) => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', '\n') }), (text) => Array.isArray(jsonValues(text))))
  t.same(jsonValues('{'.repeat(100_000)), [])
  t.end()
})
