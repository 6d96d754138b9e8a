import t from 'tap'
import { proxChunk } from '../../../dist/recipes/prox-chunk.js'
import { proxDoc } from '../../../dist/recipes/prox-doc.js'
import { cut } from '../../../dist/recipes/refine.js'
import type { Piece } from '../../../dist/recipes/chunker.js'

/** One character a token, and one for BOS. */
const tokens = {
  count: (text: string) => text.length,
  countWithSpecials: (text: string) => text.length + 1,
  truncate: (text: string, max: number) => text.slice(0, max),
}
const about = { tokens, template: '[doc]\n{{text}}\n[/doc]', maxTokens: 256, quirks: 'safe' } as const
const pieces = (...args: Parameters<typeof cut>) => cut(...args) as readonly Piece[]

t.test('prox_lines counts special tokens with every line, as encode() does', (t) => {
  const lines = (maxTokens: number) => pieces({ by: 'prox_lines', maxTokens }, 'aaaa\nbbbb\ncccc', about).map(({ text }) => text)
  t.same(lines(20), ['[000]aaaa\n[001]bbbb', '[002]cccc'])
  t.same(lines(19), ['[000]aaaa', '[001]bbbb', '[002]cccc'])
  t.end()
})

t.test('a chunk whose prompt leaves no room for the reply is not asked about', (t) => {
  const { chunk, sampling } = proxChunk.steps[0]!
  // BOS, tags and line number: 1 + 6 + 5 + n + 7.
  const fits = 'x'.repeat(2048 - 256 - 19)
  const room = { ...about, maxTokens: sampling.max_tokens! }
  t.same(pieces(chunk!, `a\n${fits}\nb`, room).map(({ skip }) => skip ?? false), [false, false, false])
  t.same(pieces(chunk!, `a\n${fits}x\nb`, room).map(({ skip }) => skip ?? false), [false, true, false])
  t.same(pieces(chunk!, `a\n${fits}\nb`, { ...room, template: `system\n${room.template}` }).map(({ skip }) => skip ?? false), [false, true, false], 'the template counts')
  t.end()
})

const { chunk } = proxDoc.steps[0]!
const { before, after } = chunk as unknown as { before: string, after: string }

t.test('prox_prompt: the exact prompt of a document that fits', (t) => {
  const prompt = '[INST] <<SYS>>\nYou are a helpful, respectful and honest assistant.\n<</SYS>>\n\n  The text.\nMore [/INST]'
  t.same(pieces(chunk!, '  The text.\nMore \n\u0085', about), [{ text: prompt }])
  t.end()
})

t.test('prox_prompt: a long document loses its end; compat cuts the end of the prompt with it', (t) => {
  const long = Array.from({ length: 500 }, (_, i) => `word${i}`).join(',')
  const [safe] = pieces(chunk!, long, about)
  const [compat] = pieces(chunk!, long, { ...about, quirks: 'compat' })
  t.equal(tokens.countWithSpecials(safe!.text), 2000)
  t.equal(tokens.countWithSpecials(compat!.text), 2000)
  t.ok(safe!.text.startsWith(`${before}word0,`) && safe!.text.endsWith(after))
  t.equal(compat!.text, `${before}${long}`.slice(0, 1999))
  const exact = 'x'.repeat(2000 - 1 - before.length - after.length)
  for (const quirks of ['safe', 'compat'] as const) t.same(pieces(chunk!, exact, { ...about, quirks }), [{ text: before + exact + after }])
  t.end()
})

t.test('prox_prompt counts again where a cut moves the borders of tokens', (t) => {
  // A cut text costs three tokens more than its share.
  const odd = { ...tokens, truncate: tokens.truncate, count: tokens.count, countWithSpecials: (text: string) => text.length + (text.endsWith(after) ? 4 : 1) }
  const [safe] = pieces(chunk!, 'y'.repeat(5000), { ...about, tokens: odd })
  t.equal(odd.countWithSpecials(safe!.text), 2000)
  t.same(pieces({ ...chunk!, maxTokens: 5 }, 'y'.repeat(5000), about), [{ text: before + after }], 'no room at all')
  t.end()
})
