import { createHash } from 'node:crypto'
import t from 'tap'
import { exactKey, exactWords } from '../../dist/text/fingerprint.js'

t.test('an exact key is the first 96 bits of the SHA-256 of the text in UTF-8', async (t) => {
  for (const text of ['', 'abc', 'é 中 😀', 'x'.repeat(100_000)]) {
    const words = new Uint32Array(exactWords)
    exactKey(text, words)
    const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('')
    t.equal(hex, createHash('sha256').update(text).digest('hex').slice(0, 24), JSON.stringify(text.slice(0, 9)))
  }
})
