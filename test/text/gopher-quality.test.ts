import t from 'tap'
import { gopherQuality, gopherQualityDefaults } from '../../dist/text/gopher-quality.js'

/** `count` words of four letters, the first two of them stop words, in lines of ten. */
function prose(count: number): string[] {
  return Array.from({ length: count }, (_, k) => (k === 0 ? 'that' : k === 1 ? 'have' : 'word'))
}

/** `count` words of `chars` characters altogether, two of them stop words. */
function wordsOf(count: number, chars: number): string {
  const rest = count - 2
  const short = Math.floor((chars - 6) / rest)
  const longer = chars - 6 - short * rest
  return ['the', 'and', ...Array.from({ length: rest }, (_, k) => 'x'.repeat(k < longer ? short + 1 : short))].join(' ')
}

function lines(count: number, marked: number, mark: (line: string) => string): string {
  const line = 'that have five more words'
  return Array.from({ length: count }, (_, k) => (k < marked ? mark(line) : line)).join('\n')
}

const cases: readonly (readonly [name: string, text: string, reason: string | null, detail?: string])[] = [
  ['empty', '', 'gopher_short_doc', 'words 0, limit 50'],
  ['49 words', prose(49).join(' '), 'gopher_short_doc', 'words 49, limit 50'],
  ['50 words', prose(50).join(' '), null],
  ['51 words', prose(51).join(' '), null],
  ['symbols are no words', [...prose(49), '!'].join(' '), 'gopher_short_doc', 'words 49, limit 50'],
  ['also outside the basic plane', [...prose(49), '\u{11641}\u{115D7}'].join(' '), 'gopher_short_doc'],
  ['where not all are', [...prose(49), '\u{11640}'].join(' '), null],
  ['100,000 words', prose(100_000).join(' '), null],
  ['100,001 words', prose(100_001).join(' '), 'gopher_long_doc', 'words 100001, limit 100000'],
  ['mean just below 3', wordsOf(50, 149), 'gopher_below_avg_threshold', 'mean word length 2.98, limit 3'],
  ['mean at 3', wordsOf(50, 150), null],
  ['mean just above 3', wordsOf(50, 151), null],
  ['mean just below 10', wordsOf(50, 499), null],
  ['mean at 10', wordsOf(50, 500), null],
  ['mean just above 10', wordsOf(50, 501), 'gopher_above_avg_threshold', 'mean word length 10.02, limit 10'],
  ['a character outside the basic plane is one', ['the', 'and', ...Array<string>(48).fill('𝒳𝒳')].join(' '),
    'gopher_below_avg_threshold', 'mean word length 2.04, limit 3'],
  ['9 # in 100', [...Array<string>(9).fill('#'), ...prose(91)].join(' '), null],
  ['10 # in 100', [...Array<string>(10).fill('#'), ...prose(90)].join(' '), null],
  ['11 # in 100', [...Array<string>(11).fill('#'), ...prose(89)].join(' '),
    'gopher_too_many_hashes', '# per word 0.11, limit 0.1'],
  ['10 ellipses in 100', [...Array<string>(5).fill('… ...'), ...prose(90)].join(' '), null],
  ['11 ellipses in 100', [...Array<string>(5).fill('…'), ...Array<string>(6).fill('...'), ...prose(89)].join(' '),
    'gopher_too_many_ellipsis', 'ellipses per word 0.11, limit 0.1'],
  ['89 of 100 bullet lines', lines(100, 89, (line) => `- ${line}`), null],
  ['90 of 100 bullet lines', lines(100, 90, (line) => `\t• ${line}`), null],
  ['91 of 100 bullet lines', lines(100, 91, (line) => ` - ${line}`),
    'gopher_too_many_bullets', 'share of bullet lines 0.91, limit 0.9'],
  ['29 of 100 lines end in an ellipsis', lines(100, 29, (line) => `${line}...`), null],
  ['30 of 100 lines end in an ellipsis', lines(100, 30, (line) => `${line}… `), null],
  ['31 of 100 lines end in an ellipsis', lines(100, 31, (line) => `${line}... `),
    'gopher_too_many_end_ellipsis', 'share of lines ending in an ellipsis 0.31, limit 0.3'],
  ['81 of 100 words with a letter', [...prose(81), ...Array<string>(19).fill('12345')].join(' '), null],
  ['80 of 100 words with a letter', [...prose(80), ...Array<string>(20).fill('12345')].join(' '), null],
  ['79 of 100 words with a letter', [...prose(79), ...Array<string>(21).fill('12345')].join(' '),
    'gopher_below_alpha_threshold', 'share of words with a letter 0.79, limit 0.8'],
  ['one stop word twice', prose(60).join(' ').replace('have', 'that'),
    'gopher_enough_stop_words', 'stop words 1, limit 2'],
  ['two stop words', prose(60).join(' '), null],
  ['three stop words', prose(60).join(' ').replace('word', 'with'), null],
  ['a capital makes no stop word', prose(60).join(' ').replace('have', 'Have'),
    'gopher_enough_stop_words', 'stop words 1, limit 2'],
]

t.test('each rule just inside, at and just outside its limit', async (t) => {
  for (const [name, text, reason, detail] of cases) {
    const verdict = gopherQuality(text)
    t.equal(verdict?.reason ?? null, reason, name)
    if (detail) t.equal(verdict?.detail, detail, name)
  }
})

t.test('lines end as in Python', async (t) => {
  // Ten line ends of every kind: if one of them were missed, a line fewer would start with a hyphen.
  const ends = ['\n', '\r\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029']
  const text = ends.map((end) => `- that have five more words${end}`).join('')
  t.equal(gopherQuality(text)?.reason, 'gopher_too_many_bullets')
  t.equal(gopherQuality(`${text}one line more is ten of eleven`)?.reason, 'gopher_too_many_bullets')
  t.equal(gopherQuality(`${text}one line more\nand another`), null, '11 of 13')
})

t.test('limits can be set', async (t) => {
  const open = { ...gopherQualityDefaults, minWords: 0, minMeanWordLength: 0, minAlphaWords: 0, minStopWords: 0 }
  t.equal(gopherQuality('', open), null)
  t.equal(gopherQuality('a b', open), null)
  t.equal(gopherQuality('a b', { ...open, minStopWords: 1, stopWords: new Set(['b']) }), null)
  t.same(gopherQuality('a b', { ...open, minWords: 3 }), { reason: 'gopher_short_doc', detail: 'words 2, limit 3' })
})
