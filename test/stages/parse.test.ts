import t from 'tap'
import { observe } from '../../dist/flow/observe.js'
import { newTally } from '../../dist/flow/tally.js'
import type { GeneratedRow } from '../../dist/rows.js'
import { parse, type Parsed, type ParseOptions } from '../../dist/stages/parse.js'
import { generatedRow, reply } from '../rows.js'

const output = (text: string, judgeScore: number | null = null) => ({ text, slots: {}, judgeScore })
/** Splits at `|`; `no tag` fails, `no` is dropped, a number is a score. */
const read = (text: string): Parsed => {
  if (text.includes('no tag')) return { status: 'failed', reason: 'STREAM_PARSE_FAILED', detail: 'no <out> tag' }
  if (text === 'no') return { status: 'dropped', reason: 'too_short', detail: '1 token' }
  return { outputs: text.split('|').map((part) => output(part.replace(/^<out>/, '').trim(), Number.parseFloat(part) || null)) }
}
const make = (part: Partial<ParseOptions> = {}) => parse({ name: 'parse', parse: async (rows) => rows.map(({ text }) => read(text)), ...part })
const observed = (rows: readonly GeneratedRow[], stage = make()) =>
  observe(stage, { seq: 0, rows, rejects: [] }, newTally('parse'), new AbortController().signal)
const run = (texts: Parameters<typeof reply>[0][]) => observed(texts.map((part) => generatedRow({ reply: reply(part) })))

t.test('a reply without its form fails with its code, one not wanted is dropped; the others go on', async (t) => {
  const { rows, rejects } = await run([{ text: 'no tag here' }, { text: '<out>yes' }, { text: 'no' }])
  t.same(rows.map(({ text }) => text), ['yes'])
  t.match(rejects, [
    { status: 'failed', reason: 'STREAM_PARSE_FAILED', detail: 'no <out> tag' },
    { status: 'dropped', reason: 'too_short', detail: '1 token' },
  ])
})

t.test('a reply that holds several outputs becomes several rows, each with its own id', async (t) => {
  const { rows } = await run([{ text: 'a|b|c' }, { text: 'one' }])
  t.same(rows.map(({ text, tokenCount }) => [text, tokenCount]), [['a', null], ['b', null], ['c', null], ['one', 5]])
  t.equal(new Set(rows.slice(0, 3).map(({ id }) => id)).size, 3)
  t.equal(rows[3]!.id, generatedRow().id, 'a single output keeps the id of its prompt')
})

t.test('what is the source’s own goes out as another variant, and no model wrote it', async (t) => {
  const parsed = async (): Promise<Parsed[]> => [{ outputs: [output('made'), { ...output('own'), sourceAs: 'real' }] }]
  const { rows } = await observed([generatedRow({ reply: reply({ finishReason: 'length' }) })], make({ parse: parsed }))
  t.match(rows, [
    { text: 'made', variant: 'v', strategy: 'family', reply: { model: 'm', usage: { completionTokens: 5 } } },
    { text: 'own', variant: 'real', strategy: 'real', tokenCount: null, reply: { model: '', usage: null, finishReason: 'length' } },
  ])
})

t.test("the server's token count stands while the text is whole", async (t) => {
  const { rows } = await run([
    { text: '  whole \n' },
    { text: '<out>cut' },
    { text: 'thought', reasoning: 'hm' },
    { text: 'no usage', usage: null },
    { text: 'of an array', usage: { promptTokens: 1, cachedPromptTokens: 0, completionTokens: 9, shared: true } },
  ])
  t.same(rows.map(({ text, tokenCount }) => [text, tokenCount]), [['whole', 5], ['cut', null], ['thought', null], ['no usage', null], ['of an array', null]])
})

t.test('nor after an earlier pass, or a join, has changed it, even where this pass leaves it whole', async (t) => {
  const { rows } = await observed([
    generatedRow({ text: 'half', reply: reply({ text: 'half and half' }) }),
    generatedRow({ text: 'all', reply: reply({ text: ' all ' }) }),
    generatedRow({ text: 'joined', reply: reply({ text: '' }) }),
  ])
  t.same(rows.map(({ tokenCount }) => tokenCount), [null, 5, null])
})

const judgement = (id: string, text: string, part: Parameters<typeof reply>[0] = {}) =>
  generatedRow({ id: `judge of ${id}`, reply: reply({ text, ...part }), judged: generatedRow({ id, text: `output ${id}`, tokenCount: 3 }) })
const judgements = [
  judgement('a', '5'), judgement('b', '2'), judgement('c', 'no tag'), judgement('d', 'words'), judgement('e', '', { finishReason: 'unasked' }),
  judgement('f', '3'),
]

t.test('a judge that reports keeps every output, with its score where there is one', async (t) => {
  const { rows, rejects } = await observed(judgements, make({ judge: { mode: 'report', minScore: 3 } }))
  t.same(rows.map(({ id, text, judgeScore, tokenCount }) => [id, text, judgeScore, tokenCount]), [
    ['a', 'output a', 5, 3], ['b', 'output b', 2, 3], ['c', 'output c', null, 3], ['d', 'output d', null, 3], ['e', 'output e', null, 3],
    ['f', 'output f', 3, 3],
  ])
  t.same(rejects, [])
})

t.test('a judge that filters drops what it finds bad and what it cannot judge, but not what it was not asked about', async (t) => {
  const { rows, rejects } = await observed(judgements, make({ judge: { mode: 'filter', minScore: 3 } }))
  t.same(rows.map(({ id }) => id), ['a', 'e', 'f'], 'the limit is enough')
  t.match(rejects, [
    { reason: 'judge_below_threshold', detail: 'score 2, limit 3' },
    { status: 'failed', reason: 'STREAM_PARSE_FAILED' },
    { reason: 'unjudged' },
  ])
})

t.test('a defect in a parser ends the run', async (t) => {
  const broken = make({ parse: async () => { throw new TypeError('oops') } })
  await t.rejects(observe(broken, { seq: 3, rows: [generatedRow()], rejects: [] }, newTally('parse'), new AbortController().signal), {
    code: 'STREAM_STAGE_FAILED', message: 'stage parse failed on batch 3: oops',
  })
})
