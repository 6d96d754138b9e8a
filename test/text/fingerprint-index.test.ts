import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { FingerprintIndex } from '../../dist/text/fingerprint-index.js'
import { fingerprint } from '../../dist/text/fingerprint.js'

t.test('a fingerprint is the first half of the SHA-256', async (t) => {
  for (const text of ['', 'abc', 'é 中 😀']) {
    const words = new Uint32Array(4)
    fingerprint(text, words)
    const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('')
    t.equal(hex, createHash('sha256').update(text).digest('hex').slice(0, 32), JSON.stringify(text))
  }
})

t.test('answers as a Map does', async () => {
  // Few values per word, so that fingerprints share slots and differ in any one word.
  const key = fc.array(fc.constantFrom(0, 1, 16, 2 ** 32 - 1), { minLength: 4, maxLength: 4 })
  const claim = fc.tuple(key, fc.constantFrom(0, 1, 2 ** 32 - 2), fc.constantFrom(0, 7, 2 ** 32 - 1))
  fc.assert(fc.property(fc.array(claim, { maxLength: 300 }), (claims) => {
    const index = new FingerprintIndex(1)
    const map = new Map<string, { file: number; row: number }>()
    for (const [words, file, row] of claims) {
      const name = words.join()
      const owner = index.claim(Uint32Array.from(words), file, row)
      const expected = map.get(name)
      if (owner?.file !== expected?.file || owner?.row !== expected?.row) return false
      if (!map.has(name)) map.set(name, { file, row })
    }
    return index.size === map.size
  }))
})

t.test('grows and keeps every owner', async (t) => {
  const index = new FingerprintIndex(1)
  const keyOf = (n: number) => {
    const key = new Uint32Array(4)
    fingerprint(String(n), key)
    return key
  }
  for (let n = 0; n < 20_000; n++) index.claim(keyOf(n), n % 5, n)
  for (let n = 0; n < 20_000; n++) {
    const owner = index.claim(keyOf(n), 9, 9)
    if (owner?.file !== n % 5 || owner.row !== n) t.same(owner, { file: n % 5, row: n }, 'owner')
  }
  t.equal(index.size, 20_000)
  t.ok(index.bytes <= 64 * 20_000, `${index.bytes} bytes`)
})
