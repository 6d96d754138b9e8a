import t from 'tap'
import { ParseFailedError } from '../../dist/errors.js'
import { observe } from '../../dist/flow/observe.js'
import { newTally } from '../../dist/flow/tally.js'
import { parse } from '../../dist/stages/parse.js'
import { generatedRow, reply } from '../rows.js'

const make = () =>
  parse({
    name: 'parse',
    parse(text) {
      if (text.includes('no tag')) throw new ParseFailedError('no <out> tag')
      return text.replace(/^<out>/, '').trim()
    },
  })
const run = (texts: Parameters<typeof reply>[0][]) =>
  observe(make(), { seq: 0, rows: texts.map((part) => generatedRow({ reply: reply(part) })), rejects: [] }, newTally('parse'), new AbortController().signal)

t.test('a reply without its form fails with its code; the others go on', async (t) => {
  const { rows, rejects } = await run([{ text: 'no tag here' }, { text: '<out>yes' }])
  t.same(rows.map(({ text }) => text), ['yes'])
  t.match(rejects, [{ status: 'failed', reason: 'STREAM_PARSE_FAILED', detail: 'no <out> tag' }])
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

t.test('a defect in a parser ends the run', async (t) => {
  const broken = parse({ name: 'parse', parse: () => { throw new TypeError('oops') } })
  await t.rejects(observe(broken, { seq: 3, rows: [generatedRow()], rejects: [] }, newTally('parse'), new AbortController().signal), {
    code: 'STREAM_STAGE_FAILED', message: 'stage parse failed on batch 3: oops',
  })
})
