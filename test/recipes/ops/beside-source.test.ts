import fc from 'fast-check'
import t from 'tap'
import { refine } from '../../../dist/recipes/refine.js'
import { about, refined, words } from '../refined.js'

const spec = { op: 'beside_source', variant: 'real', share: 1 }
const text = (n: number, word = 'r') => Array.from({ length: n }, () => word).join(' ')
const source = 'One two three four. Five six seven. Eight nine ten.'
const made = (reply: string, share = 1, id = 'row') => refined([{ ...spec, share }], reply, { source, tokens: words, id }) as string[]

t.test('as many tokens of whole sentences as the reply has', (t) => {
  t.same(made(text(4)).slice(1), ['One two three four.'])
  t.same(made(text(10)).slice(1), [source])
  t.same(made(text(24)).slice(1), [source, source, 'One two three four.'], 'again from its beginning')
  t.same(made(text(5), 2).slice(1), [source], 'twice as many')
  t.same(made(text(7))[0], text(7), 'the reply comes first, as it is')
  t.end()
})

t.test('only the source is said to be source', (t) => {
  const { drafts } = refine([spec], { text: text(14), slots: { a: 'b' }, judgeScore: null }, about({ source, tokens: words })) as Extract<ReturnType<typeof refine>, { drafts: unknown }>
  t.same(drafts.map(({ sourceAs, slots }) => [sourceAs, slots]), [[undefined, { a: 'b' }], ['real', { a: 'b' }], ['real', { a: 'b' }]])
  t.end()
})

t.test('no source, no reply', (t) => {
  t.same(refined([spec], 'a', { source: ' ', tokens: words }), ['a'])
  t.same(made(''), [''])
  t.end()
})

t.test('what is counted adds up', (t) => {
  const counts: Record<string, number> = {}
  for (let i = 0; i < 3; i++) refined([spec], text(14), { source, tokens: words, counts })
  t.same(counts, { rewritten_tokens: 42, source_tokens: 42 })
  t.end()
})

t.test('over many rows both sides are equal within 1 %, whatever the replies are like', (t) => {
  for (const length of [(i: number) => 1 + (i % 5), (i: number) => 2 + (i % 30), () => 5]) {
    let replies = 0
    let sources = 0
    for (let i = 0; i < 10_000; i++) {
      const [reply, ...beside] = made(text(length(i)), 1, `row ${i}`)
      replies += words.count(reply!)
      for (const each of beside) sources += words.count(each)
    }
    t.ok(Math.abs(sources / replies - 1) < 0.01, `${sources} / ${replies}`)
  }
  t.end()
})

t.test('never more than one sentence beside the mark', (t) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.string(), (n, id) => {
    const beside = made(text(n), 1, id).slice(1)
    t.ok(Math.abs(beside.reduce((sum, each) => sum + words.count(each), 0) - n) < 4, `${n}`)
    t.ok(beside.every((each) => source.startsWith(each)))
  }), { numRuns: 200 })
  t.end()
})
