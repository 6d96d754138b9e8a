import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import { Shingles } from '../../dist/text/shingles.js'

const { englishText } = (await import(new URL('../../bench/english.js', import.meta.url).href)) as { englishText(seed: number, chars: number): string }

function shinglesOf(text: string, ngram: number): string[] {
  const shingles = new Shingles(ngram)
  const found: string[] = []
  shingles.scan(text, (count) => {
    for (let k = 0; k < count; k++) found.push(`${shingles.lo[k]} ${shingles.hi[k]}`)
  })
  return found
}

const ideograph = String.raw`\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff` +
  String.raw`\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48f\uf900-\ufaff\uff66-\uff9f\u{1aff0}-\u{1b16f}\u{20000}-\u{3ffff}`
const syllable = String.raw`\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1980-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaadf`
const token = new RegExp(`[${ideograph}]|[${syllable}]|[^${ideograph}${syllable}]+`, 'gu')
const isIdeograph = new RegExp(`^[${ideograph}]$`, 'u')
const isSyllable = new RegExp(`^[${syllable}]$`, 'u')
const marksOfSyllables = new RegExp(`(?=[${syllable}])\\p{M}`, 'gu')

/** The same by regular expressions, step after step. */
function plainTokens(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/\p{Nd}+([.,،٫⎖⎗⎘]\p{Nd}+)?/gu, '0')
    .normalize('NFD')
    .replace(/[\p{Mn}\p{Cf}]/gu, '')
    .replaceAll('ς', 'σ')
    .replace(marksOfSyllables, '')
    .replace(/[\p{P}\p{Cc}$+<=>^`|~´∶━►～]/gu, ' ')
    .split(/\s/)
    .flatMap((word) => word.match(token) ?? [])
}

const weight = (word: string) => (isIdeograph.test(word) ? 5 : isSyllable.test(word) ? 2 : 8)

/** Each shingle as its tokens, blanks between them. */
function plainShingles(text: string, ngram: number): string[] {
  const tokens = plainTokens(text)
  return tokens.flatMap((_, from) => {
    let weighed = 0
    for (let k = from; k < tokens.length; k++) {
      weighed += weight(tokens[k]!)
      if (weighed >= 8 * ngram) return [tokens.slice(from, k + 1).join(' ')]
    }
    return []
  })
}

/** What every hash seen so far stands for: a second meaning would be a collision of 64 bits. */
const meanings = new Map<string, string>()

/** Whether `text` has the shingles that it should: each is the one of its own tokens alone, and of no others. */
function agrees(text: string, ngram: number): boolean {
  const found = shinglesOf(text, ngram)
  const plain = plainShingles(text, ngram)
  if (found.length !== plain.length) return false
  return plain.every((tokens, k) => {
    const hash = found[k]!
    if (!meanings.has(hash)) meanings.set(hash, `${ngram}: ${tokens}`)
    // Two numbers that an accent stood between stay two.
    const alone = tokens.replace(/0(?=[0⎖⎗⎘])/g, '0\u00ad')
    return shinglesOf(alone, ngram)[0] === hash && meanings.get(hash) === `${ngram}: ${tokens}`
  })
}

t.test('every character of the basic plane is folded as regular expressions would', async (t) => {
  const wrong: string[] = []
  for (let unit = 0; unit < 65536; unit++) {
    const character = String.fromCharCode(unit)
    if (!agrees(`x${character}y 1${character}2`, 1)) wrong.push(unit.toString(16))
  }
  t.same(wrong, [])
})

t.test('and a sample of those outside it', async (t) => {
  const wrong: string[] = []
  const points = [0x1d7ce, 0x1e950, 0x1f600, 0x1f1e6, 0x10400, 0xe0100, 0xe0061, 0x20000, 0x1b001, 0x11047, 0x10fffd, 0x2f800]
  for (let point = 0x10000; point < 0x30000; point += 7) points.push(point)
  for (const point of points) {
    const character = String.fromCodePoint(point)
    if (!agrees(`x${character}y 1${character}2 3.${character}`, 1)) wrong.push(point.toString(16))
  }
  t.same(wrong, [])
})

const piece = fc.constantFrom(
  'a', 'b', 'the', 'Word', 'É', 'e\u0301', 'İ', 'ß', 'Σ', 'σς', 'Å', 'ǅ', 'ж', 'Й', 'ع', '\u0651', 'क', 'ि', 'ো', '\u09c7\u09be',
  '1', '12', '3.14', '1,000,000', '٣', '٫', '、', '𝟗', '९', '.', ',', '..', '!', "'", '‘', '—', '$', '€', '_', '∶', '≠', '`',
  '中', '文', '𠀀', '\ufacf', '豈', 'か', 'が', 'ﾊﾞ', 'ー', '々', 'ㄅ', '한', '\u1112\u1161\u11ab', '국', 'ᄒ', 'ᅡ',
  'ก', 'ำ', '่', 'ນ', 'ខ', 'ា', 'မ', 'ာ', '\ud800', '\udc00', '😀', '👍🏽', '\u200d', '\u00ad', '\ufeff', '\u{e0100}',
  ' ', ' ', ' ', ' ', '\n', '\t', '\u3000', '\x1c', '\x85', '\u180e',
)

t.test('the shingles of any text are those of regular expressions', async () => {
  const text = fc.oneof(fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' }))
  fc.assert(fc.property(text, fc.constantFrom(1, 2, 3, 5, 13), agrees), { numRuns: 3000 })
})

t.test('word boundaries and order matter', async (t) => {
  const shingle = (text: string) => shinglesOf(text, 5)[0]
  t.not(shingle('ab c d e f'), shingle('a bc d e f'))
  const words = 'one two three four five'.split(' ')
  const orders = new Set<string | undefined>()
  const permute = (left: string[], order: string[]): void => {
    if (left.length === 0) orders.add(shingle(order.join(' ')))
    for (const word of left) permute(left.filter((each) => each !== word), [...order, word])
  }
  permute(words, [])
  t.equal(orders.size, 120)
})

const lengths: readonly (readonly [text: string, shingles: number, why: string])[] = [
  ['', 0, 'nothing'],
  [' ...\n', 0, 'no word'],
  ['one two three four', 0, 'four words'],
  ['one two three four five', 1, 'five words'],
  ['One, two: 3.0 "four" five', 1, 'five words with marks'],
  ['一二三四五六七', 0, 'seven Han characters'],
  ['一二三四五六七八', 1, 'eight'],
  ['กขคงจฉชซฌญกขคงจฉชซฌญ', 1, 'twenty Thai letters'],
  ['ก่ข่ค่ง่จ่ฉ่ช่ซ่ฌ่ญ่ก่ข่ค่ง่จ่ฉ่ช่ซ่ฌ่', 0, 'nineteen with marks'],
  ['한국어 문장은 다섯 단어로 이루어진다', 1, 'five words in Hangul'],
  ['GPT 模型 is a 语言模型', 3, 'a mixture: 8 5 5 8 8 5 5 5 5, from the first, second and third on'],
]

t.test('a shingle is five words in any script', async (t) => {
  for (const [text, count, why] of lengths) t.equal(shinglesOf(text, 5).length, count, why)
})

t.test('both lanes are uniform, and independent of each other', async (t) => {
  const shingles = new Shingles(5)
  const ones = Array.from({ length: 64 }, () => 0)
  const together = Array.from({ length: 64 * 64 }, () => 0)
  const seen = new Set<string>()
  for (let seed = 0; seed < 60; seed++) {
    shingles.scan(englishText(seed, 10_000), (count) => {
      for (let k = 0; k < count; k++) {
        const [lo, hi] = [shingles.lo[k]!, shingles.hi[k]!]
        if (seen.size === seen.add(`${lo} ${hi}`).size) continue
        const bits = Array.from({ length: 64 }, (_, bit) => ((bit < 32 ? lo : hi) >>> (bit & 31)) & 1)
        for (let i = 0; i < 64; i++) {
          ones[i]! += bits[i]!
          for (let j = 0; j < i; j++) together[i * 64 + j]! += bits[i]! ^ bits[j]!
        }
      }
    })
  }
  const total = seen.size
  t.ok(total > 50_000, `${total} shingles`)
  const sigmas = (count: number) => Math.abs(count - total / 2) / Math.sqrt(total / 4)
  t.ok(Math.max(...ones.map(sigmas)) < 4, 'as many ones as zeros in each bit')
  const pairs = together.filter((_, at) => at % 64 < Math.floor(at / 64)).map(sigmas)
  t.equal(pairs.length, 2016)
  t.ok(Math.max(...pairs) < 5, 'any two bits differ half of the time')
})

t.test('documents of 20 MB, in memory that would not hold their words', async (t) => {
  const module = new URL('../../dist/text/shingles.js', import.meta.url).href
  const script = `
    import { Shingles } from '${module}'
    const shingles = new Shingles(5)
    for (const text of ['a', 'a b ', ' ', '1', '1.', 'one, two\\n', '\\u4e2d', '\\ud83d\\ude00', '\\u0e01\\u0e48', '\\ud55c']) {
      let count = 0
      const document = text.repeat(2e7 / text.length / (text.charCodeAt(0) > 255 ? 2 : 1))
      shingles.scan(document, (more) => { count += more })
      console.log(count)
    }`
  const counts = execFileSync(process.execPath, ['--max-old-space-size=60', '--input-type=module', '-e', script], { encoding: 'utf8' })
  t.same(counts.trim().split('\n').map(Number), [0, 1e7 - 4, 0, 0, 5e6 - 4, 2 * 2222222 - 4, 1e7 - 7, 0, 5e6 - 19, 0])
})
