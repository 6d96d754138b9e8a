import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { bandProbability, MinHash, minHashDefaults } from '../../dist/text/minhash.js'

interface English {
  englishText(seed: number, chars: number): string
  randomFrom(seed: number): () => number
}
const { englishText, randomFrom } = (await import(new URL('../../bench/english.js', import.meta.url).href)) as English

const seeds = new URL('../../../shared/data/seeds/', import.meta.url)

interface Signed {
  readonly keys: Uint32Array
  readonly sketch: Uint32Array
  readonly long: boolean
}

function sign(minHash: MinHash, text: string): Signed {
  const keys = new Uint32Array(2 * minHash.bands)
  const sketch = new Uint32Array(minHash.sketchWords)
  return { keys, sketch, long: minHash.sign(text, keys, sketch) }
}

function shareKey(a: Signed, b: Signed): boolean {
  for (let k = 0; k < a.keys.length; k += 2) if (a.keys[k] === b.keys[k] && a.keys[k + 1] === b.keys[k + 1]) return true
  return false
}

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ')

/** Two texts whose sets of words, all different, have exactly this similarity: `shared` words of `all` are in both. */
function plantedPair(random: () => number, shared: number, all: number): [string, string] {
  const word = () => {
    const bits = random() * 2 ** 32
    return String.fromCharCode(...[28, 24, 20, 16, 12, 8, 4, 0].map((shift) => 97 + ((bits >>> shift) & 15)))
  }
  const words = Array.from({ length: all }, word)
  const middle = shared + ((all - shared) >> 1)
  return [words.slice(0, middle).join(' '), [...words.slice(middle), ...words.slice(0, shared)].join(' ')]
}

t.test('a stored key never changes', async (t) => {
  const { keys, sketch } = sign(new MinHash(minHashDefaults), englishText(1, 2000))
  t.equal(hex(keys.subarray(0, 4)), '4bd5a183 d1388038 a6d51651 c55625f9')
  t.equal(hex(keys.subarray(-4)), '51a376d5 33a86de2 80772e6a f9146765')
  t.equal(hex(sketch), '37c3efbe abf388d9 68ba74c9 62e0ba1b c7fcad31 71f77b7f eac22ed1')
  const other = sign(new MinHash({ ngram: 3, bands: 5, hashes: 3 }), '漢字 한글 ไทย café 3.14 😀 Русский')
  t.equal(hex(other.keys), '66c8e3eb 3a4d7314 975f845b f32afd11 70c363c7 4ea4c8b7 01d1a9f7 b00ee18c 30fd8abf 8721de21')
  t.equal(hex(other.sketch), '16973bff')
})

// With 8,000 pairs 3 points are five standard errors or more; the seed makes the figures the same every time.
for (const [pairs, options] of [[8000, minHashDefaults], [3000, { bands: 9, hashes: 13 }], [3000, { bands: 25, hashes: 5 }]] as const) {
  t.test(`pairs share a key as often as the formula says: ${options.bands} x ${options.hashes}`, async (t) => {
    const minHash = new MinHash({ ...options, ngram: 1 })
    const random = randomFrom(options.bands)
    for (const similarity of [0.5, 0.6, 0.72, 0.8, 0.9]) {
      let found = 0
      let sum = 0
      let squares = 0
      for (let n = 0; n < pairs; n++) {
        const [a, b] = plantedPair(random, similarity * 100, 100).map((text) => sign(minHash, text))
        if (shareKey(a!, b!)) found++
        const error = minHash.jaccard(a!.sketch, 0, b!.sketch, 0) - similarity
        sum += error
        squares += error * error
      }
      const expected = bandProbability(similarity, options)
      t.ok(Math.abs(found / pairs - expected) < 0.03, `at ${similarity} ${found / pairs}, by the formula ${expected.toFixed(4)}`)
      const match = similarity + (1 - similarity) / 4
      const deviation = Math.sqrt((match * (1 - match)) / (options.bands * options.hashes)) / 0.75
      t.ok(Math.abs(sum / pairs) < 5 * deviation / Math.sqrt(pairs), `estimate off by ${(sum / pairs).toFixed(5)} on average`)
      const ratio = Math.sqrt(squares / pairs) / deviation
      t.ok(ratio > 0.93 && ratio < 1.07, `standard error ${ratio.toFixed(3)} of the theory's ${deviation.toFixed(4)}`)
    }
  })
}

t.test('unrelated texts share no key and no similarity', async (t) => {
  const minHash = new MinHash(minHashDefaults)
  const signed = Array.from({ length: 300 }, (_, seed) => sign(minHash, englishText(seed, 2000)))
  let sum = 0
  let pairs = 0
  signed.forEach((a, k) => {
    for (const b of signed.slice(k + 1)) {
      if (shareKey(a, b)) t.fail('a key')
      sum += minHash.jaccard(a.sketch, 0, b.sketch, 0)
      pairs++
    }
  })
  // Negative estimates are 0, so the mean is 0.4 standard errors of 0.055 and not 0.
  t.ok(sum / pairs < 0.03, `${sum / pairs}`)
})

t.test('texts shorter than a shingle are not signed', async (t) => {
  const minHash = new MinHash(minHashDefaults)
  const keys = new Uint32Array(28).fill(7)
  const sketch = new Uint32Array(7).fill(7)
  for (const text of ['', '...', 'one two three four', '\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d']) {
    t.equal(minHash.sign(text, keys, sketch), false, JSON.stringify(text))
  }
  t.ok(keys.every((word) => word === 7) && sketch.every((word) => word === 7), 'and nothing is written')
  t.equal(minHash.sign('one two three four five', keys, sketch), true)
  t.ok(keys.every((word) => word !== 7) && sketch.every((word) => word !== 7))
  t.same(sketch, sign(minHash, 'one two three four five').sketch, 'over what stood there')
  t.equal(minHash.sign('one two three four', keys, sketch), false, 'after one that was long enough')
})

t.test('is a function of the set of shingles, whatever was signed before', async () => {
  const minHash = new MinHash({ ngram: 2, bands: 3, hashes: 3 })
  const text = fc.array(fc.constantFrom('a', 'b', 'cc', '\u4e2d', '7', '.'), { minLength: 9 }).map((words) => words.join(' '))
  fc.assert(fc.property(text, text, (one, other) => {
    const fresh = sign(new MinHash({ ngram: 2, bands: 3, hashes: 3 }), one)
    sign(minHash, other)
    const again = sign(minHash, `\n${one.toUpperCase()}!`)
    if (hex(again.keys) !== hex(fresh.keys) || hex(again.sketch) !== hex(fresh.sketch) || again.long !== fresh.long) return false
    // Said twice, with an end that joins as its middle does: the same set.
    const ring = sign(minHash, `${one} ${one} ${one}`)
    return !ring.long || hex(ring.keys) === hex(sign(minHash, `${one} ${one}`).keys)
  }), { numRuns: 1000 })
})

t.test('blocks of shingles make no difference to their minima', async (t) => {
  // The same 20,000 shingles in another order, so in other blocks.
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const words = Array.from({ length: 20_000 }, (_, n) => [n % 26, Math.floor(n / 26) % 26, Math.floor(n / 676) % 26, Math.floor(n / 17576)].map((k) => letters[k]).join(''))
  const minHash = new MinHash({ ngram: 1, bands: 14, hashes: 8 })
  t.equal(new Set(words).size, words.length)
  t.equal(hex(sign(minHash, words.join(' ')).keys), hex(sign(minHash, words.toReversed().join(' ')).keys))
})

t.test('sketches are compared where they stand in longer arrays', async (t) => {
  const minHash = new MinHash({ ngram: 1, bands: 5, hashes: 7 })
  const [a, b] = plantedPair(randomFrom(3), 70, 100).map((text) => sign(minHash, text).sketch)
  t.equal(minHash.sketchWords, 3)
  const many = new Uint32Array([9, 9, ...a!, 9, ...b!, 9])
  t.equal(minHash.jaccard(many, 2, many, 6), minHash.jaccard(a!, 0, b!, 0))
  t.equal(minHash.jaccard(a!, 0, a!, 0), 1)
  t.equal(minHash.jaccard(a!, 0, a!.map((word) => ~word), 0), 0)
})

const webMulti = new URL('web-multi.jsonl.gz', seeds)

t.test('near duplicates in scripts without blanks', { skip: existsSync(webMulti) ? false : 'no ../shared/data' }, async (t) => {
  const rows = gunzipSync(readFileSync(webMulti)).toString().trimEnd().split('\n')
  const pages = rows.map((row) => JSON.parse(row) as { text: string; lang: string })
  const minHash = new MinHash(minHashDefaults)
  for (const lang of ['zh', 'zh-Hant', 'ja', 'ko']) {
    const texts = pages.filter((page) => page.lang === lang && page.text.length > 3000).map((page) => page.text)
    t.ok(texts.length > 20, `${texts.length} pages of ${lang}`)
    const signed = texts.map((text) => sign(minHash, text))
    const edited = texts.filter((text, k) => {
      const sentence = text.split(/(?<=[。.])/).find((each, n) => n > 4 && each.length > 15)!
      return shareKey(signed[k]!, sign(minHash, text.replace(sentence, '。')))
    })
    t.equal(edited.length, texts.length, `${lang}: found without one of its sentences`)
    let shared = 0
    signed.forEach((a, k) => {
      for (const b of signed.slice(k + 1)) if (shareKey(a, b)) shared++
    })
    t.ok(shared <= 2, `${lang}: ${shared} pairs of different pages share a key`)
  }
})

t.test('near duplicates in Thai', async (t) => {
  const words = 'ภาษา ไทย เป็น ที่ มี การ ใช้ ใน ประเทศ และ คน ส่วน ใหญ่ พูด ได้ เรียน รู้ จาก บ้าน โรงเรียน ตลาด อาหาร น้ำ ข้าว ฝน ทะเล ภูเขา เมือง หนังสือ เพลง'.split(' ')
  const page = (seed: number) => {
    const random = randomFrom(seed)
    return Array.from({ length: 400 }, () => words[Math.floor(random() * words.length)]).join('')
  }
  const minHash = new MinHash(minHashDefaults)
  for (let seed = 0; seed < 50; seed++) {
    const text = page(seed)
    const signed = sign(minHash, text)
    if (!shareKey(signed, sign(minHash, `${text.slice(0, 300)}${text.slice(330)}`))) t.fail(`page ${seed} is not found without 30 characters`)
    if (shareKey(signed, sign(minHash, page(seed + 1000)))) t.fail(`page ${seed} is taken for another`)
  }
})
