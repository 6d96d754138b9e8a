import t from 'tap'
import { finewebQuality, finewebQualityDefaults } from '../../dist/text/fineweb-quality.js'

interface Page {
  readonly lines: number
  readonly punctuated?: number
  readonly short?: number
}

/** Lines that differ: the first `punctuated` end with a full stop, the first `short` have 30 characters or fewer. */
function page({ lines, punctuated = lines, short = 0 }: Page): string {
  return Array.from({ length: lines }, (_, k) => {
    const line = `line ${k}${k < short ? '' : ' is one of a good many words'}`
    return k < punctuated ? `${line}.` : line
  }).join('\n')
}

/** 41 lines: 40 of which 4 have a terminal mark, and the one under test. */
function lastOf(line: string): string {
  return `${page({ lines: 40, punctuated: 4 })}\n${line}`
}

/** 10,000 characters, line feeds aside, `chars` of them in a line that is there already. */
function repeated(chars: number, char = 'x'): string {
  const line = `${char.repeat(chars - 1)}.`
  const rest = 10_000 - 2 * chars
  const others = Array.from({ length: 10 }, (_, k) => {
    const size = Math.floor(rest / 10) + (k < rest % 10 ? 1 : 0)
    return `${`${k} ${'word '.repeat(size)}`.slice(0, size - 1)}.`
  })
  return [line, ...others, line].join('\n')
}

/** 100 words, the full stop at the end of each of the ten lines among them, and `count` line feeds. */
function feeds(count: number): string {
  const lines = Array.from({ length: 10 }, (_, k) => `${`word${k} `.repeat(9).trim()}.`)
  return lines.join('\n') + '\n'.repeat(count - 9)
}

const cases: readonly (readonly [name: string, text: string, reason: string | null, detail?: string])[] = [
  ['empty', '', 'fineweb_empty', ''],
  ['white space only', ' \n\t\r\n\u00a0\n\x1c\u2028', 'fineweb_empty', ''],
  ['line feeds only', '\n\n', 'fineweb_empty', ''],
  ['11 of 100 lines punctuated', page({ lines: 100, punctuated: 11 }),
    'fineweb_line_punct_ratio', 'share of lines that end with a terminal mark 0.11, limit 0.12'],
  ['12 of 100 lines punctuated', page({ lines: 100, punctuated: 12 }), null],
  ['13 of 100 lines punctuated', page({ lines: 100, punctuated: 13 }), null],
  ['none of them', page({ lines: 100, punctuated: 0 }), 'fineweb_line_punct_ratio'],
  ['blank lines do not count', page({ lines: 100, punctuated: 12 }).replaceAll('\n', '\n \n'), null],
  ['66 of 100 lines short', page({ lines: 100, short: 66 }), null],
  ['67 of 100 lines short', page({ lines: 100, short: 67 }), null],
  ['68 of 100 lines short', page({ lines: 100, short: 68 }),
    'fineweb_short_line_ratio', 'share of short lines 0.68, limit 0.67'],
  ['29 characters are short', `${page({ lines: 99, short: 67 })}\n${'y'.repeat(28)}.`, 'fineweb_short_line_ratio'],
  ['30 characters are short', `${page({ lines: 99, short: 67 })}\n${'y'.repeat(29)}.`, 'fineweb_short_line_ratio'],
  ['31 characters are not', `${page({ lines: 99, short: 67 })}\n${'y'.repeat(30)}.`, null],
  ['30 are short outside the basic plane too', `${page({ lines: 99, short: 67 })}\n${'𝒳'.repeat(29)}.`,
    'fineweb_short_line_ratio'],
  ['31 are not', `${page({ lines: 99, short: 67 })}\n${'𝒳'.repeat(30)}.`, null],
  ['99 of 10,000 characters repeat', repeated(99), null],
  ['100 of 10,000 characters repeat', repeated(100), null],
  ['101 of 10,000 characters repeat', repeated(101),
    'fineweb_char_dup_ratio', 'share of characters in duplicate lines 0.0101, limit 0.01'],
  ['line feeds are no characters', repeated(101).replaceAll('\n', '\n'.repeat(20)), 'fineweb_char_dup_ratio'],
  ['100 outside the basic plane', repeated(100, '𝒳'), null],
  ['101 outside the basic plane', repeated(101, '𝒳'), 'fineweb_char_dup_ratio'],
  ['29 line feeds in 100 words', feeds(29), null],
  ['30 line feeds in 100 words', feeds(30), null],
  ['31 line feeds in 100 words', feeds(31), 'fineweb_list_ratio', 'line feeds per word 0.31, limit 0.3'],
]

t.test('each rule just inside, at and just outside its limit', async (t) => {
  for (const [name, text, reason, detail] of cases) {
    const verdict = finewebQuality(text)
    t.equal(verdict?.reason ?? null, reason, name)
    if (detail !== undefined) t.equal(verdict?.detail, detail, name)
  }
  t.equal([...repeated(101, '𝒳').replaceAll('\n', '')].length, 10_000)
})

/** U+2028 in the name of an assertion would break the test protocol. */
const hex = (text: string) => text.split('').map((unit) => unit.charCodeAt(0).toString(16)).join(' ')

t.test('what ends a line of prose', async (t) => {
  // 4 of 41 lines are too few, 5 are enough: the last line decides.
  const line = 'this last line has more than thirty characters'
  for (const mark of ['.', '!', '?', '?!', '。', '！', '؟', '؞', '।', '‽', '\u{115D2}', '\u{11F44}']) {
    t.equal(finewebQuality(lastOf(line + mark)), null, hex(mark))
  }
  for (const mark of ['', '…', '."', '.)', ':', ';', ',', '. ', '.\u00a0', '.\r', '.\u2028', '😀', '.\ud805', '.\udc02']) {
    t.equal(finewebQuality(lastOf(line + mark))?.reason, 'fineweb_line_punct_ratio', hex(mark))
  }
})

t.test('the first broken rule is the one named', async (t) => {
  const all = 'a\na\na'
  const open = { ...finewebQualityDefaults, minPunctuatedLines: 0 }
  t.equal(finewebQuality(all)?.reason, 'fineweb_line_punct_ratio')
  t.equal(finewebQuality(all, open)?.reason, 'fineweb_short_line_ratio')
  t.equal(finewebQuality(all, { ...open, shortLineLength: 0 })?.reason, 'fineweb_char_dup_ratio')
  t.equal(finewebQuality(all, { ...open, shortLineLength: 0, maxDuplicateChars: 1 })?.reason, 'fineweb_list_ratio')
  t.equal(finewebQuality(all, { ...open, maxShortLines: 1, maxDuplicateChars: 2 / 3, maxLineFeedsPerWord: 2 / 3 }), null)
})
