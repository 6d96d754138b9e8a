import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { InputNotFoundError, InputUnreadableError } from '../../../dist/errors.js'
import { readFastText } from '../../../dist/text/fasttext/model.js'
import { folder, models, texts } from './golden.ts'

const bytesOf = (name: string): Buffer => readFileSync(join(folder, name))

/** The error of reading these bytes, or null. */
function errorOf(path: string, bytes: Uint8Array): unknown {
  writeFileSync(path, bytes)
  try {
    readFastText(path)
    return null
  } catch (error) {
    return error
  }
}

function isOneLine(error: unknown, path: string): boolean {
  return error instanceof InputUnreadableError && error.message.startsWith(path) && !/[\n\r]/.test(error.message) && error.message.length < path.length + 200
}

function pathIn(t: Test): string {
  return join(t.testdir(), 'm.bin')
}

t.test('a file cut anywhere is an error that says where it ends and inside what', async (t) => {
  const path = pathIn(t)
  for (const name of ['bigrams.bin', 'pruned.ftz']) {
    const bytes = bytesOf(name)
    const parts = new Set<string>()
    // Every place in the header and at the end, some of those between.
    for (let length = 0; length < bytes.length; length += length < 150 || length > bytes.length - 150 ? 1 : 23) {
      const error = errorOf(path, bytes.subarray(0, length))
      if (!isOneLine(error, path)) return void t.fail(`${name} cut to ${length}: ${error}`)
      const message = (error as Error).message.slice(path.length)
      if (length < 4) {
        t.match(message, `found ${length} bytes`)
        continue
      }
      const found = new RegExp(`^: cut short: it ends at byte ${length}, inside (.*), which needs \\d+ bytes from byte \\d+ on$`).exec(message)
      if (found === null) return void t.fail(`${name} cut to ${length}: ${message}`)
      parts.add(found[1]!)
    }
    const expected = ['the header', 'the dictionary', 'the input matrix', 'the output matrix']
    if (name === 'pruned.ftz') expected.splice(2, 0, 'the list of kept n-grams')
    t.same([...parts], expected, name)
  }
})

/** Places in the file. */
const at = { magic: 0, version: 4, dimension: 8, wordNgrams: 28, loss: 32, model: 36, buckets: 40, minn: 44, maxn: 48, size: 64, words: 68, labels: 72, kept: 84, entries: 92 }

t.test('what a file claims is checked before anything is made of it', async (t) => {
  const path = pathIn(t)
  const plain = bytesOf('bigrams.bin')
  const words = plain.readInt32LE(at.words)
  let matrix = at.entries
  for (let entry = 0; entry < plain.readInt32LE(at.size); entry++) matrix = plain.indexOf(0, matrix) + 10
  const patches: [number, (bytes: Buffer) => void, string | RegExp][] = [
    [1, (b) => b.write('<htm', at.magic), 'not a fastText model: found a file that begins with 3c68746d, expected ba164f2f (.bin or .ftz of fastText)'],
    [2, (b) => b.writeInt32LE(13, at.version), 'fastText format version 13; versions 11 and 12 can be read'],
    [3, (b) => b.writeInt32LE(10, at.version), /version 10/],
    [4, (b) => b.writeInt32LE(1, at.model), 'a cbow model of word vectors; a supervised model (with labels) was expected'],
    [5, (b) => b.writeInt32LE(2, at.model), /a skipgram model/],
    [6, (b) => b.writeInt32LE(9, at.model), /no known model or loss/],
    [7, (b) => b.writeInt32LE(0, at.loss), /no known model or loss/],
    [8, (b) => b.writeInt32LE(0, at.dimension), /vectors of 0 numbers/],
    [9, (b) => b.writeInt32LE(5, at.dimension), /the input matrix is \d+ x 4, expected rows of 5/],
    [10, (b) => b.writeInt32LE(2 ** 30, at.dimension), /expected rows of 1073741824/],
    [11, (b) => b.writeInt32LE(2 ** 24, at.wordNgrams), /n-grams of 16777216 words/],
    [12, (b) => b.writeInt32LE(-1, at.maxn), /0 to -1 characters/],
    [13, (b) => b.writeInt32LE(0, at.buckets), '0 buckets'],
    [14, (b) => b.writeInt32LE(65, at.buckets), /an input matrix of \d+ rows for \d+ words and n-grams/],
    [15, (b) => b.writeInt32LE(words + 1, at.words), /a dictionary of \d+ entries/],
    [16, (b) => { b.writeInt32LE(2 ** 31 - 1, at.size); b.writeInt32LE(2 ** 31 - 4, at.words) }, /inside the dictionary, which needs 21474836470 bytes/],
    [17, (b) => { b.writeInt32LE(words - 1, at.words); b.writeInt32LE(4, at.labels) }, /has type 0, expected \d+ words, then 4 labels/],
    [18, (b) => b.writeBigInt64LE(0n, at.kept), 'a pruned model that is not quantised'],
    [19, (b) => b.writeBigInt64LE(2n ** 61n, at.kept), /inside the list of kept n-grams/],
    [20, (b) => b.writeBigInt64LE(-1n, matrix - 9), /a label that occurs -1 times/],
    [21, (b) => b.writeUInt8(7, matrix), /is 7 where the input matrix begins/],
    [22, (b) => b.writeBigInt64LE(2n ** 30n, matrix + 1), /inside the input matrix, which needs 17179869184 bytes/],
    [23, (b) => b.writeBigInt64LE(-1n, matrix + 1), /the input matrix is -1 x 4/],
  ]
  for (const [number, patch, expected] of patches) {
    const bytes = Buffer.from(plain)
    patch(bytes)
    const error = errorOf(path, bytes) as Error
    t.ok(isOneLine(error, path), `${number}: ${error}`)
    t.match(error.message, expected, `${number}`)
  }
})

t.test('not a file, or none', async (t) => {
  const folder = t.testdir()
  t.throws(() => readFastText(join(folder, 'none.bin')), { name: 'InputNotFoundError', message: /none.bin: no such file$/ })
  t.throws(() => readFastText(join(folder, 'none.bin')), InputNotFoundError)
  mkdirSync(join(folder, 'folder.bin'))
  t.throws(() => readFastText(join(folder, 'folder.bin')), InputUnreadableError)
})

t.test('bytes changed anywhere: an error in one line, or a model that answers, and little memory either way', async (t) => {
  const path = pathIn(t)
  const files = models.map(({ name }) => bytesOf(name))
  // Half of the changes go to the header and the dictionary's counts, where they do most harm.
  const place = fc.oneof(fc.nat(at.entries), fc.nat(20_000))
  const changes = fc.array(fc.tuple(place, fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff))), { minLength: 1, maxLength: 4 })
  let read = 0
  let refused = 0
  fc.assert(fc.property(fc.nat(files.length - 1), changes, fc.option(fc.nat(20_000)), (k, changes, cut) => {
    const bytes = Buffer.from(files[k]!).subarray(0, cut ?? undefined)
    for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value
    writeFileSync(path, bytes)
    const before = process.memoryUsage().arrayBuffers
    try {
      const model = readFastText(path)
      for (const text of texts) if (model.probabilities(text).length !== model.labels.length) return false
      read++
    } catch (error) {
      refused++
      if (!isOneLine(error, path)) throw error
    }
    return process.memoryUsage().arrayBuffers - before < 1_000_000
  }), { numRuns: 2000 })
  t.comment(`${read} read, ${refused} refused`)
  t.ok(read > 100 && refused > 100, `${read} read, ${refused} refused`)
})
