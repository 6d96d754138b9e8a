import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { rawMembers } from '../../dist/io/json-members.js'

t.test('members are the values of JSON.parse, as text', async () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  fc.assert(fc.property(objects, fc.constantFrom(undefined, 1, '\t'), (object, space) => {
    const source = JSON.stringify(object, null, space)
    const parsed = JSON.parse(source) as Record<string, unknown>
    const raw = rawMembers(source)
    assert.deepEqual([...raw.keys()].sort(), Object.keys(parsed).sort())
    for (const [name, text] of raw) assert.deepEqual(JSON.parse(text), parsed[name])
  }), { numRuns: 200 })
})

t.test('digits stay as they were written', async (t) => {
  const raw = rawMembers(' { "a" : 12345678901234567890 , "b":1.0,'
    + '"c":[1e400, "}\\\\\\"]"] , "a\\u0062": -0 , "d": {"a": 1} }')
  t.strictSame([...raw], [
    ['a', '12345678901234567890'], ['b', '1.0'], ['c', '[1e400, "}\\\\\\"]"]'], ['ab', '-0'], ['d', '{"a": 1}'],
  ])
})

t.test('the last of equal names counts', async (t) => {
  t.equal(rawMembers('{"a":1,"a":2}').get('a'), '2')
})
