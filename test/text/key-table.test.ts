import fc from 'fast-check'
import t from 'tap'
import { KeyTable } from '../../dist/text/key-table.js'
import { randomKeys } from './random-keys.ts'

type Entry = [first: number, second: number, value: number]

const byKey = (a: Entry, b: Entry): number => a[0] - b[0] || a[1] - b[1]

function entriesIn(table: KeyTable, from: number, to: number): Entry[] {
  const found: Entry[] = []
  table.scan(from, to, (first, second, value) => found.push([first, second, value]))
  return found.toSorted(byKey)
}

t.test('answers as a Map does, and scans what a Map would', async () => {
  // Few values, many of them at the ends: slots are shared, and searches run past the end.
  const word = fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1)
  const step = fc.record({ first: word, second: fc.integer({ min: 0, max: 30 }), value: fc.constantFrom(0, 7, 2 ** 32 - 2), clear: fc.integer({ max: 60, min: 0 }) })
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), word, word, (steps, a, b) => {
    const table = new KeyTable(1)
    const map = new Map<string, Entry>()
    for (const { first, second, value, clear } of steps) {
      if (clear === 0) {
        table.clear()
        map.clear()
      }
      if (table.get(first, second) !== (map.get(`${first} ${second}`)?.[2] ?? -1)) return false
      table.set(first, second, value)
      map.set(`${first} ${second}`, [first, second, value])
    }
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    for (const [low, high] of [[0, 2 ** 32], [from, to]] as const) {
      const expected = [...map.values()].filter(([first]) => first >= low && first < high).toSorted(byKey)
      if (JSON.stringify(entriesIn(table, low, high)) !== JSON.stringify(expected)) return false
    }
    return table.size === map.size
  }), { numRuns: 500 })
})

t.test('a scan by ranges meets every key once', async (t) => {
  const keys = randomKeys(1, 5000)
  const table = new KeyTable(1)
  for (let k = 0; k < 5000; k++) table.set(keys[2 * k]!, keys[2 * k + 1]!, k)
  const seen = new Set<number>()
  let met = 0
  for (let block = 0; block < 64; block++) {
    table.scan(block * 2 ** 26, (block + 1) * 2 ** 26, (first, _, value) => {
      if (first >>> 26 !== block) t.fail(`key ${first} in block ${block}`)
      seen.add(value)
      met++
    })
  }
  t.equal(met, 5000)
  t.equal(seen.size, 5000)
})

t.test('grows by 1.4, says before how far, and takes 15 to 21 bytes a key', async (t) => {
  const keys = randomKeys(2, 100_000)
  const table = new KeyTable(16)
  for (let k = 0; k < 100_000; k++) {
    const before = table.bytes
    const growth = table.growthFor(1)
    table.set(keys[2 * k]!, keys[2 * k + 1]!, k)
    if (table.bytes !== (growth || before)) t.fail(`${table.bytes} bytes after ${before}, ${growth} were announced`)
    if (k > 100 && (table.bytes < 15 * table.size || table.bytes > 21.5 * table.size)) t.fail(`${table.bytes} bytes for ${k + 1} keys`)
  }
  for (let k = 0; k < 100_000; k++) if (table.get(keys[2 * k]!, keys[2 * k + 1]!) !== k) t.fail(`key ${k}`)
})

t.test('reserves for many at once', async (t) => {
  const table = new KeyTable(1)
  table.set(1, 1, 1)
  table.reserve(1000)
  const { bytes } = table
  const keys = randomKeys(3, 1000)
  for (let k = 0; k < 1000; k++) table.set(keys[2 * k]!, keys[2 * k + 1]!, k)
  t.equal(table.bytes, bytes)
  t.equal(table.get(1, 1), 1)
})
