import t from 'tap'
import { contextHead } from '../../../dist/recipes/chunkers/context-head.js'

const about = { tokens: { count: () => 0, countWithSpecials: () => 0, truncate: (text: string) => text }, quirks: 'safe' as const }
const cut = (text: string, template = '[[DOCUMENT]]', maxTokens: number | null = 4) =>
  contextHead.cut(text, { context: 8, charsPerToken: 3 }, { ...about, template, maxTokens }).map((piece) => piece.text)

t.test('(context - max_tokens) x 3 characters, instruction included, cut before the last line break', (t) => {
  const cases: [string, string, string][] = [
    ['123456789012', '123456789012', 'fits exactly'],
    ['1234\n6789\n123', '1234\n6789', 'last line break'],
    ['1234\n678901\n3', '1234\n678901', 'line break as the last character that fits'],
    ['1234\n6789012\n4', '1234', 'a line break just beyond the budget is none'],
    ['1234567890123', '123456789012', 'no line break'],
    ['\n1234567890123', '\n12345678901', 'a document that begins with a line break is not lost'],
    ['👩'.repeat(13), '👩'.repeat(12), 'characters, not UTF-16 units'],
  ]
  for (const [text, expected, name] of cases) t.same(cut(text), [expected], name)
  t.same(cut('12345\n789012', 'Do\n[[DOCUMENT]]'), ['12345'], 'the instruction counts, its place does not')
  t.same(cut('12345\n789012', 'Do\n{{ text }}'), ['12345'])
  t.same(cut('x'.repeat(30), '[[DOCUMENT]]', null), ['x'.repeat(24)], 'no max_tokens')
  t.same(cut('xyz', 'y'.repeat(99)), ['x'], 'an instruction over the budget leaves something')
  t.end()
})
