import t from 'tap'
import { gopherRepetition, gopherRepetitionDefaults } from '../../dist/text/gopher-repetition.js'

/** `from`-th and later words that occur nowhere else. */
function unique(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, k) => `q${from + k}q`)
}

/** `text` made `length` characters long by one more word. */
function padded(text: string, length: number): string {
  return `${text} ${'z'.repeat(length - text.length - 1)}`
}

/** `total` parts, the last `repeated` of them equal to `part`, which also comes first. */
function parts(total: number, repeated: number, part: string, separator: string): string {
  const others = unique(total - repeated - 1).map((word) => `${word} ${word}a ${word}b ${word}c`)
  return [part, ...others, ...Array<string>(repeated).fill(part)].join(separator)
}

/** 1,000 characters, of which a repeated part of one word makes up `chars`. */
function longPart(chars: number, separator: string): string {
  const word = 'x'.repeat(chars)
  return padded(['a b c d', word, 'e f', word, 'g h'].join(separator), 1000)
}

/** 1,000 characters with `count` times the same `n` words, each time with another word after it. */
function topGram(words: string, count: number, length = 1000): string {
  return padded(unique(count).map((word) => `${words} ${word}`).join(' '), length)
}

/** 2,000 characters with `chars` of them, blanks aside, in five different n-grams that occur a second time. */
function duplicateGrams(n: number, chars: number): string {
  const grams = Array.from({ length: 5 }, (_, g) => {
    const size = Math.floor(chars / 5) + (g < chars % 5 ? 1 : 0)
    const short = Math.floor(size / n)
    const word = (k: number) => `${'abcde'[g]}${k}`.padEnd(k < size % n ? short + 1 : short, 'x')
    return Array.from({ length: n }, (_, k) => word(k)).join(' ')
  })
  return padded([...grams, ...grams].map((gram, k) => `${gram} q${k}`).join(' '), 2000)
}

const cases: readonly (readonly [name: string, text: string, reason: string | null, detail?: string])[] = [
  ['empty', '', 'empty'],
  ['white space only', ' \n\n \t', null],
  ['a text of two words is its own top 2-gram', 'two words',
    'top_2_gram', 'share of characters in the top 2-gram 1, limit 0.2'],
  ['one word has no 2-gram', 'word', null],
  ['2 of 10 paragraphs repeat', parts(10, 2, 'y', '\n\n'), null],
  ['3 of 10 paragraphs repeat', parts(10, 3, 'y', '\n\n\n'), null],
  ['31 of 100 paragraphs repeat', parts(100, 31, 'y', '\n\n'),
    'dup_para_frac', 'share of duplicate paragraphs 0.31, limit 0.3'],
  ['3 of 10 lines repeat', parts(10, 3, 'y', '\n'), null],
  ['31 of 100 lines repeat', parts(100, 31, 'y', '\n'), 'dup_line_frac', 'share of duplicate lines 0.31, limit 0.3'],
  ['empty lines at both ends are lines', `\n${unique(40).join('\n')}\n`, null],
  ['and repeat each other', '\nq0q\n', 'dup_line_frac', 'share of duplicate lines 0.3333, limit 0.3'],
  ['199 of 1,000 characters in a repeated paragraph', longPart(199, '\n\n'), null],
  ['200 of 1,000 characters in a repeated paragraph', longPart(200, '\n\n'), null],
  ['201 of 1,000 characters in a repeated paragraph', longPart(201, '\n\n'),
    'dup_para_char_frac', 'share of characters in duplicate paragraphs 0.201, limit 0.2'],
  ['200 of 1,000 characters in a repeated line', longPart(200, '\n'), null],
  ['201 of 1,000 characters in a repeated line', longPart(201, '\n'),
    'dup_line_char_frac', 'share of characters in duplicate lines 0.201, limit 0.2'],
  ['top 2-gram 195 of 1,000', topGram('aa bb', 39), null],
  ['top 2-gram 200 of 1,000', topGram('aa bb', 40), null],
  ['top 2-gram 205 of 1,000', topGram('aa bb', 41),
    'top_2_gram', 'share of characters in the top 2-gram 0.205, limit 0.2'],
  ['top 3-gram below 0.18', topGram('a b cccccc', 17), null],
  ['top 3-gram at 0.18', topGram('a b cccccc', 18), null],
  ['top 3-gram above 0.18', topGram('a b cccccc', 18, 999),
    'top_3_gram', 'share of characters in the top 3-gram 0.1802, limit 0.18'],
  ['top 4-gram below 0.16', topGram('a b c dddd', 15), null],
  ['top 4-gram at 0.16', topGram('a b c dddd', 16), null],
  ['top 4-gram above 0.16', topGram('a b c dddd', 16, 999),
    'top_4_gram', 'share of characters in the top 4-gram 0.1602, limit 0.16'],
  ...gopherRepetitionDefaults.duplicateGrams.flatMap(([n, limit]) => [
    [`duplicate ${n}-grams just below ${limit}`, duplicateGrams(n, limit * 2000 - 1), null] as const,
    [`duplicate ${n}-grams at ${limit}`, duplicateGrams(n, Math.round(limit * 2000)), null] as const,
    [`duplicate ${n}-grams just above ${limit}`, duplicateGrams(n, Math.round(limit * 2000) + 1),
      `duplicated_${n}_n_grams`,
      `share of characters in duplicate ${n}-grams ${Number((limit + 1 / 2000).toFixed(4))}, limit ${limit}`] as const,
  ]),
]

t.test('each rule just inside, at and just outside its limit', async (t) => {
  for (const [name, text, reason, detail] of cases) {
    const verdict = gopherRepetition(text)
    t.equal(verdict?.reason ?? null, reason, name)
    if (detail) t.equal(verdict?.detail, detail, name)
  }
})

t.test('of equally frequent n-grams the first counts', async (t) => {
  const open = { ...gopherRepetitionDefaults, topGrams: [[2, 0.1]] as const, duplicateGrams: [] }
  // `a b` and `cccccccc dddddddd` both occur twice; only the longer one is above the limit.
  const gaps = unique(30)
  const short = ['a b', gaps[0], 'a b', gaps[1]]
  const long = ['cccccccc dddddddd', gaps[2], 'cccccccc dddddddd', gaps[3]]
  t.equal(gopherRepetition([...short, ...long, ...gaps.slice(4)].join(' '), open), null)
  t.equal(gopherRepetition([...long, ...short, ...gaps.slice(4)].join(' '), open)?.reason, 'top_2_gram')
})

t.test('shares are of characters, not of UTF-16 units', async (t) => {
  // 2-gram of 5 characters (7 units) 30 times: 150 of 1,000 characters, 210 of 1,060 units.
  const text = topGram('𝒳𝒳 yy', 30, 1060)
  t.equal([...text].length, 1000)
  const open = { ...gopherRepetitionDefaults, duplicateGrams: [] }
  const at = (limit: number) => gopherRepetition(text, { ...open, topGrams: [[2, limit]] })
  t.equal(at(0.15), null)
  t.equal(at(0.149)?.reason, 'top_2_gram')
})

t.test('agrees with counting joined strings', async (t) => {
  // The definition, word for word, on texts of few different words, where n-grams of every length repeat.
  const random = seeded(7)
  for (let round = 0; round < 300; round++) {
    const words = Array.from({ length: 5 + random(60) }, () => `w${random(1 + random(8))}`)
    const text = words.join(' ')
    const naive = naiveReason(words, text.length)
    t.equal(gopherRepetition(text)?.reason ?? null, naive, text)
  }
})

function naiveReason(words: readonly string[], length: number): string | null {
  for (const [n, limit] of gopherRepetitionDefaults.topGrams) {
    const counts = new Map<string, number>()
    for (let k = 0; k + n <= words.length; k++) {
      const gram = words.slice(k, k + n).join(' ')
      counts.set(gram, (counts.get(gram) ?? 0) + 1)
    }
    const [gram, times] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))
    if ((gram.length * times) / length > limit) return `top_${n}_gram`
  }
  for (const [n, limit] of gopherRepetitionDefaults.duplicateGrams) {
    const seen = new Set<string>()
    let chars = 0
    for (let k = 0; k + n <= words.length; ) {
      const gram = words.slice(k, k + n).join(' ')
      if (seen.has(gram)) {
        chars += gram.length - (n - 1)
        k += n
      } else {
        seen.add(gram)
        k++
      }
    }
    if (chars / length > limit) return `duplicated_${n}_n_grams`
  }
  return null
}

/** Numbers below `n` from a small linear generator: the same in every run. */
function seeded(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % n
  }
}
