import fc from 'fast-check'
import t from 'tap'
import { proxLines } from '../../../dist/text/prox/lines.js'

const chars = (line: string) => line.length

t.test('the golden chunkings: one character a token, 18 of them', (t) => {
  const x = 'x'.repeat(30)
  t.same(proxLines('aaaa\nbbbb\ncccc', 18, chars), ['[000]aaaa\n[001]bbbb', '[002]cccc'])
  t.same(proxLines(`aaaa\n${x}\ncc`, 18, chars), ['[000]aaaa', `[001]${x}`, '[002]cc'])
  t.same(proxLines('', 18, chars), ['[000]'])
  t.same(proxLines('a\n\nb', 18, chars), ['[000]a\n[001]\n[002]b'])
  t.end()
})

t.test('a long line first or last, a line of exactly the limit, numbers of four digits', (t) => {
  const x = 'x'.repeat(14)
  t.same(proxLines(`${x}\na`, 18, chars), [`[000]${x}`, '[001]a'])
  t.same(proxLines(`a\n${x}`, 18, chars), ['[000]a', `[001]${x}`])
  t.same(proxLines(`${'x'.repeat(13)}\na`, 24, chars), [`[000]${'x'.repeat(13)}\n[001]a`])
  t.match(proxLines('\n'.repeat(1000), 1e6, chars)[0], /\[999\]\n\[1000\]$/)
  t.end()
})

t.test('no line is lost, and no chunk of several lines is over the limit', (t) => {
  const document = fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 40 }).map((all) => all.join('\n'))
  fc.assert(fc.property(document, fc.integer({ min: 1, max: 80 }), (text, max) => {
    const chunks = proxLines(text, max, chars)
    const all = chunks.join('\n').split('\n')
    const whole = text.split('\n').every((line, i) => all[i] === `[${String(i).padStart(3, '0')}]${line}`)
    const small = chunks.every((chunk) => !chunk.includes('\n') || chunk.split('\n').reduce((n, line) => n + line.length, 0) <= max)
    return whole && small
  }))
  t.end()
})
