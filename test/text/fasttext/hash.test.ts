import fc from 'fast-check'
import t from 'tap'
import { hashBytes, NgramHash, remainder } from '../../../dist/text/fasttext/hash.js'

t.test('hashes of bytes: FNV-1a in ASCII, with signed bytes beyond', async (t) => {
  const hash = (text: string) => hashBytes(Buffer.from(text), 0, Buffer.byteLength(text)) >>> 0
  // Vectors of the FNV reference.
  t.equal(hash(''), 0x811c9dc5)
  t.equal(hash('a'), 0xe40c292c)
  t.equal(hash('foobar'), 0xbf9cf968)
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    const wide = [...Buffer.from(text)].reduce((h, byte) => ((h ^ BigInt.asUintN(32, BigInt.asIntN(8, BigInt(byte)))) * 16777619n) & 0xffffffffn, 2166136261n)
    return BigInt(hash(text)) === wide
  }))
})

const int32 = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 0xffff, 0x10000))
const buckets = fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.constantFrom(1, 2, 2_000_000, 2 ** 31 - 1, 2 ** 30))

t.test('n-grams of words as 64-bit arithmetic has them', async () => {
  fc.assert(fc.property(fc.array(int32, { minLength: 1, maxLength: 6 }), buckets, (hashes, buckets) => {
    const ngram = new NgramHash()
    ngram.start(hashes[0]!)
    let exact = BigInt.asUintN(64, BigInt(hashes[0]!))
    for (const hash of hashes.slice(1)) {
      ngram.add(hash)
      exact = BigInt.asUintN(64, exact * 116049371n + BigInt(hash))
      if (BigInt(ngram.bucket(buckets)) !== exact % BigInt(buckets)) return false
    }
    return BigInt(ngram.bucket(buckets)) === exact % BigInt(buckets)
  }), { numRuns: 5000 })
})

t.test('remainders', async () => {
  fc.assert(fc.property(fc.nat({ max: 2 ** 50 }), buckets, fc.nat(3), (x, by, off) => {
    const near = Math.max(0, Math.floor(x / by) * by - off)
    return remainder(x, by) === x % by && remainder(near, by) === near % by
  }), { numRuns: 5000 })
})
