import fc from 'fast-check'
import t from 'tap'
import { tokens, refined } from './about.ts'

const pair = (n: number) => ({ [`audience_${n}`]: `Audience ${n}. They like "quotes".`, [`genre_${n}`]: `Genre ${n}: calm, even.` })
const full = Object.assign({}, ...[1, 2, 3, 4, 5].map(pair)) as Record<string, string>
const json = JSON.stringify(full)
const read = (text: string, params = {}) => refined({ op: 'maga_pairs', ...params }, text)
const numbers = (text: string, params = {}) => read(text, params).drafts.map(({ slots }) => `${/\d+/.exec(slots['genre']!)}${/\d+/.exec(slots['audience']!)}`).join(' ')

t.test('replies as models write them', (t) => {
  const array = [1, 2, 3, 4, 5].map((n) => ({ genre: { title: `Genre ${n}`, description: 'Calm.' }, audience: { title: `Audience ${n}`, description: 'Young.' } }))
  const { genre_3: _, ...noGenre3 } = full
  const cases: [string, string, string][] = [
    ['ten keys', json, '11 22 33 44 55'],
    ['printed', JSON.stringify(full, null, 2), '11 22 33 44 55'],
    ['code fence', `\`\`\`json\n${json}\n\`\`\``, '11 22 33 44 55'],
    ['leading prose', `Here are {five} pairs, as asked [1]:\n\n${json}\nI hope this helps!`, '11 22 33 44 55'],
    ['half a pair missing', JSON.stringify(noGenre3), '11 22 44 55'],
    ['half a pair empty', JSON.stringify({ ...full, audience_2: ' ', genre_4: '...' }), '11 33 55'],
    ['array of titles and descriptions', JSON.stringify(array), '11 22 33 44 55'],
    ['array in an object', JSON.stringify({ pairs: array.slice(0, 2) }), '11 22'],
    ['array, cut off', JSON.stringify(array).slice(0, 330), '11 22 33'],
    ['array of ten-key parts', JSON.stringify([1, 2, 3].map(pair)), '11 22 33'],
    ['one object a pair', [4, 5].map((n) => JSON.stringify(pair(n))).join('\n'), '44 55'],
    ['other spelling of keys', json.replace(/_(\d)/g, ' $1').replaceAll('genre', 'Genre'), '11 22 33 44 55'],
    ['cut off within a value', json.slice(0, json.indexOf('Genre 4') + 3), '11 22 33'],
    ['quotes that are not escaped', json.replaceAll('\\"', '"'), '11 22 33 44 55'],
    ['line ends in strings, comma at the end', json.replaceAll('. They', '.\nThey').replace('}', ',}'), '11 22 33 44 55'],
    ['the same pair again', JSON.stringify({ ...full, audience_3: full['audience_1'], genre_3: full['genre_1'] }), '11 22 44 55'],
  ]
  for (const [name, text, expected] of cases) {
    const { drafts, counts } = read(text)
    t.equal(numbers(text), expected, name)
    t.same(counts, { [`pairs_parsed.${drafts.length}`]: 1 }, name)
    for (const { slots } of drafts) t.notMatch(`${slots['genre']}${slots['audience']}`, /[{}`\n]|undefined|_\d/, name)
  }
  t.end()
})

t.test('what is in the slots', (t) => {
  t.same(read(json).drafts[0], { text: 'Genre 1: calm, even.\n\nAudience 1. They like "quotes".', slots: { genre: 'Genre 1: calm, even.', audience: 'Audience 1. They like "quotes".' }, judgeScore: null })
  t.equal(read(json.replaceAll('\\"', '"')).drafts[0]!.slots['audience'], 'Audience 1. They like "quotes".', 'also where JSON is broken')
  t.same(read('[{"genre": {"title": "Fable", "description": "With animals."}, "audience": "Dads"}]').drafts[0]!.slots, { genre: 'Fable: With animals.', audience: 'Dads' })
  t.same(refined({ op: 'maga_pairs' }, '{"genre_1": "<<<Ode>>>", "audience_1": "Dads"}', {}, { slots: { kept: 'x' } }).drafts[0]!.slots, { kept: 'x', genre: 'Ode', audience: 'Dads' })
  t.end()
})

t.test('no pair: the row fails and the reply is counted', (t) => {
  const cases = ['', 'I cannot do that.', '{}', '[]', '{"audience_1": "A"}', '{"audience_1": "...", "genre_1": "..."}', '{"genre": 7, "audience": null}', '[1, "genre", null]', json.slice(0, 30)]
  for (const text of cases) {
    const { reason, detail, counts } = read(text)
    t.equal(reason, 'STREAM_PARSE_FAILED', text)
    t.match(detail, /expected JSON with the keys audience_1, genre_1/)
    t.same(counts, { parse_error: 1 })
  }
  t.end()
})

t.test('not more than `most`, none longer than `maxTokens`', (t) => {
  t.equal(numbers(JSON.stringify(Object.assign({}, ...[1, 2, 3, 4, 5, 6, 10].map(pair)))), '11 22 33 44 55')
  t.equal(numbers(json, { most: 2 }), '11 22')
  const long = `${'A sentence that tells something about them. '.repeat(60)}End.`
  const { genre } = read(JSON.stringify({ genre_1: long, audience_1: 'Dads' })).drafts[0]!.slots
  t.match(genre, /^(?:A sentence that tells something about them\. ?)+$/, 'ends with a sentence')
  t.ok(tokens.count(genre!) > 200 && tokens.count(genre!) <= 256, `${tokens.count(genre!)} tokens`)
  const endless = read(JSON.stringify({ genre_1: 'word '.repeat(999), audience_1: 'Dads' })).drafts[0]!.slots['genre']!
  t.ok(tokens.count(endless) <= 256, 'without a sentence end too')
  t.end()
})

t.test('any reply: pairs with both halves, or a failure; never anything else', (t) => {
  const scrap = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '"genre_1"', '"audience_1"', '"genre"', '"audience"', ' text ', '\n', '```json', '<<<')
  const damaged = fc.tuple(fc.nat(json.length), fc.nat(20), fc.array(scrap, { maxLength: 4 })).map(([at, cut, put]) => json.slice(0, at) + put.join('') + json.slice(at + cut))
  fc.assert(fc.property(fc.oneof(damaged, fc.array(scrap).map((parts) => parts.join(''))), (text) => {
    const { drafts, reason } = read(text)
    return drafts.length === 0 ? reason === 'STREAM_PARSE_FAILED' : drafts.length <= 5 && drafts.every(({ slots }) => slots['genre'] !== '' && slots['audience'] !== '')
  }), { numRuns: 300 })
  t.end()
})
