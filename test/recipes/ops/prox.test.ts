import t from 'tap'
import { refine } from '../../../dist/recipes/refine.js'

const source = Array.from({ length: 4 }, (_, i) => `line ${i} has some words of its own`).join('\n')

/** Outcome of one operation on one reply, with what it counted. */
function run(op: string, reply: string, params: Record<string, unknown> = {}) {
  const counts: Record<string, number> = {}
  const tokens = { count: () => 0, countWithSpecials: () => 0, truncate: (text: string) => text }
  const refined = refine([{ op, ...params }], { text: reply, slots: { genre: 'g' }, judgeScore: null }, {
    source, document: 'not this', quirks: 'compat', tokens, draw: () => 0,
    count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by),
  })
  return { refined, counts }
}

t.test('prox_document: `drop` anywhere drops, all else keeps', (t) => {
  const cases: readonly (readonly [string, boolean, boolean])[] = [
    ['drop_doc()', true, true], ['keep_doc()', false, true], ['  keep_doc() ', false, true], ['I would drop it', true, false],
    ['', false, false], ['keep_doc() # not drop_doc()', true, true], ['DROP', false, false],
  ]
  for (const [reply, drops, parsed] of cases) {
    const { refined, counts } = run('prox_document', reply)
    if (drops) t.same(refined, { status: 'dropped', reason: 'dropped_by_refiner', detail: reply.trim() }, reply)
    else t.same(refined, { drafts: [{ text: source, slots: { genre: 'g', doc_program: reply.trim() }, judgeScore: null }] }, reply)
    t.same(counts, { documents: 1, ...(drops && { documents_dropped: 1 }), ...(!parsed && { programs_unparsed: 1 }) }, reply)
  }
  t.end()
})

t.test('prox_reply: blanks go, line ends stay, calls are counted', (t) => {
  const cases: readonly (readonly [string, string, Record<string, number>])[] = [
    ['  remove_lines(start=0, end=0)\n normalize(a) ', 'remove_lines(start=0, end=0)\n normalize(a)', { replies: 1, calls_remove_lines: 1 }],
    ['\nnormalize(a)\nnormalize(b)\nuntouch_doc()', '\nnormalize(a)\nnormalize(b)\nuntouch_doc()', { replies: 1, calls_normalize: 2, calls_untouch_doc: 1 }],
    ['The text is fine.', 'The text is fine.', { replies: 1, replies_unparsed: 1 }],
    [' ', '', { replies_empty: 1 }],
  ]
  for (const [reply, text, counted] of cases) {
    const { refined, counts } = run('prox_reply', reply)
    t.match(refined, { drafts: [{ text }] })
    t.same(counts, counted, reply)
  }
  t.end()
})

t.test('prox_execute: the text, the program and the books', (t) => {
  const refined = run('prox_execute', 'remove_lines(start=3, end=9)')
  t.same(refined.refined, { drafts: [{
    text: source.split('\n').slice(0, 3).join('\n'), slots: { genre: 'g', chunk_program: 'remove_lines(start=3, end=9)' }, judgeScore: null,
  }] })
  t.same(refined.counts, { documents: 1, documents_refined: 1, documents_with_errors_1: 1, errors_range: 1, words_before: 32, words_after: 24 })
  const gone = run('prox_execute', 'remove_lines(all=True)')
  t.same(gone.refined, { status: 'dropped', reason: 'little_left', detail: 'remove_lines(all=True)' })
  t.same(gone.counts, { documents: 1, documents_little_left: 1, documents_with_errors_0: 1, words_before: 32, words_after: 0 })
  const wild = run('prox_execute', 'remove_lines\n'.repeat(7))
  t.match(wild.refined, { drafts: [{ text: source }] })
  t.same(wild.counts, { documents: 1, documents_ignored: 1, documents_with_errors_5_or_more: 1, errors_bracket: 7, words_before: 32, words_after: 32 })
  t.match(run('prox_execute', 'remove_lines(start=0, end=0)\nremove_lines', { errorOp: 1 }).counts, { documents_ignored: 1 })
  t.end()
})
