import t from 'tap'
import type { About, Draft } from '../../dist/recipes/operation.js'
import { cut, refine } from '../../dist/recipes/refine.js'

/** A token is a character. */
const tokens = { count: (text: string) => text.length, countWithSpecials: (text: string) => text.length + 1, truncate: (text: string, max: number) => text.slice(0, max) }
const about: About = { source: 'The source.', document: 'The document.', quirks: 'safe', tokens, draw: () => 0, count: () => {} }
const draft = (text: string): Draft => ({ text, slots: {}, judgeScore: null })
const text = (ops: Parameters<typeof refine>[0], from: string) => {
  const refined = refine(ops, draft(from), about)
  return 'drafts' in refined ? refined.drafts.map((each) => each.text) : refined
}

t.test('operations are done in their order', async (t) => {
  t.same(text([{ op: 'between', open: '<a>', close: '</a>' }, { op: 'tokens', min: 3 }], 'x <a> yes </a>'), ['yes'])
  t.same(text([], ' as it is '), [' as it is '])
  t.same(text([{ op: 'trim' }], ' a '), ['a'])
  t.same(text([{ op: 'source' }], 'whatever'), ['The source.'])
})

t.test('the first that refuses names the reason', async (t) => {
  t.same(text([{ op: 'tokens', min: 6 }, { op: 'trim' }], 'four'), { status: 'dropped', reason: 'too_short', detail: '5 tokens, limit 6' })
  t.same(text([{ op: 'tokens', max: 4 }], 'four'), { status: 'dropped', reason: 'too_long', detail: '5 tokens, limit 4' }, 'bounds count special tokens')
  t.same(text([{ op: 'tokens', min: 5, max: 5 }], 'four'), ['four'], 'and are inclusive')
  t.match(text([{ op: 'between', open: '<a>', close: '</a>' }], 'no tags'), { status: 'failed', reason: 'STREAM_PARSE_FAILED' })
})

for (const [reply, found] of [
  ['<a>one</a>', 'one'],
  ['<a>draft</a> and better <a>two</a> done', 'two'],
  ['<a>never closed <a>three</a>', 'three'],
  ['<a>\n\nfour\n</a>', 'four'],
  ['<a></a>', ''],
] as const) {
  t.test(`between: ${JSON.stringify(reply)}`, async (t) => t.same(text([{ op: 'between', open: '<a>', close: '</a>' }], reply), [found]))
}
for (const reply of ['', 'none', '<a>open only', 'close only</a>', '</a>reversed<a>']) {
  t.test(`between refuses ${JSON.stringify(reply)}`, async (t) => t.match(text([{ op: 'between', open: '<a>', close: '</a>' }], reply), { status: 'failed' }))
}

t.test('sentences: whole ones up to the bound, a longer one alone, nothing lost', async (t) => {
  const chunkAbout = { tokens, quirks: 'safe' as const, template: '', maxTokens: null }
  const chunks = (document: string) => (cut({ by: 'sentences', maxTokens: 20 }, document, chunkAbout) as { text: string }[]).map((each) => each.text)
  t.same(chunks('One is here. Two is here. Three is here.'), ['One is here.', 'Two is here.', 'Three is here.'])
  t.same(chunks('One. Two. Three. Four is rather long as sentences go. Five.'), ['One. Two. Three.', 'Four is rather long as sentences go.', 'Five.'])
  t.same(chunks(''), [''])
})
